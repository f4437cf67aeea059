//! Figures of the shop: nine of them, each with its formula, its denominator and its very rows.
//!
//! Each figure is one question about rows ([`reads::rows`]). The figure, its course over the period, the page of its rows and its file
//! are all made from that question, so a figure cannot count what it does not show. Nothing to count is a dash, never 0 or 100. What
//! only a file says is left out and counted beside.

pub mod model;
mod pages;
pub mod period;
pub mod reads;
mod routes;
mod sums;
pub mod workload;

pub use routes::routes;
