//! Parses the command line and runs the command.

use std::process::ExitCode;

use clap::Parser as _;
use tracewright::{commands, telemetry};

fn main() -> ExitCode {
    let cli = commands::Cli::parse();
    telemetry::start();
    match commands::run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(cause) => {
            tracing::error!("{cause:#}");
            ExitCode::FAILURE
        }
    }
}
