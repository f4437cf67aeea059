//! The load tool: realistic traces into a running server on loopback, what they cost, and whether all of them are there.
//!
//! `cargo run --release --example load -- --help`. Four jobs: `ingest` sends traces, `orders` fills a folder with
//! work orders, `pages` reads pages as a person, `check` compares what a seed stands for with what the server gives
//! back. Everything is bounded, the same on every run for one seed, and refuses any host but loopback. `bench/README.md` says how figures are taken.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::disallowed_methods,
    clippy::panic,
    reason = "a tool for a developer at a terminal"
)]

mod check;
mod encode;
mod fleet;
mod ingest;
mod orders;
mod pages;
mod process;
mod random;
mod report;
mod server;
mod tick;
mod traces;

use clap::Parser;

#[derive(Parser)]
#[command(about = "Loads a Tracewright server on loopback and says what it took")]
enum Job {
    /// Send traces and print spans/s, answer times, CPU, memory, and what is stored of what was acknowledged.
    Ingest(ingest::Options),
    /// Read the trace list and trace pages as a signed-in person and print the times.
    Pages(pages::Options),
    /// Fill a data folder with work orders in all states.
    Orders(orders::Options),
    /// Read back everything a seed stands for.
    Check(check::Options),
}

fn main() {
    let done = match Job::parse() {
        Job::Ingest(options) => ingest::run(&options),
        Job::Pages(options) => pages::run(&options),
        Job::Orders(options) => orders::run(&options),
        Job::Check(options) => check::run(&options),
    };
    if !done {
        std::process::exit(1);
    }
}
