//! The rules of work orders, all of them pure: what can happen ([`events`]), whether it may ([`decide`], [`lifecycle`]), and
//! what the order is then ([`fold`]).
//!
//! Nothing here reads a clock, a random source or a database: time and ids are arguments, and what only others know about
//! an order comes in as [`facts`]. What an order is, and how Markdown becomes one, stands in `order_markdown`.

pub mod checkpoints;
pub mod decide;
pub mod delegation;
pub mod events;
pub mod facts;
pub mod fold;
pub mod gathered;
pub mod left;
pub mod lifecycle;
pub mod pace;
pub mod rounds;
pub mod signing;

#[cfg(any(test, feature = "samples"))]
pub mod samples;
#[cfg(test)]
mod targets_test;

pub use order_markdown::{contradictions, editing, model, plan_diff, read, write};
