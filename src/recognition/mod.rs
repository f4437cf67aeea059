//! What calls are recognised by: the table of everybody's rules, those that a project adds, and what they find in stored traces.
//!
//! The table stands in `trace_model::rules`; what a project's own rules find is worked out where rows of traces are made
//! (`traces::recognise`). Here they are set, each change with its reason in the ledger, and tried out on the newest
//! traces without storing anything.

pub mod actions;
pub mod dry_run;
pub mod events;
mod pages;
mod projection;
pub mod reads;

pub use pages::routes;
pub use projection::PROJECTION;
