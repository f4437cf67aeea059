//! Work orders: what must be done, by whom, what was ticked, and who moved it from state to state.
//!
//! Rules: every change is an event decided by a pure function ([`decide`]) and folded by another
//! ([`fold`]); a guard that needs another feature gets its answer as an argument ([`facts::Facts`]);
//! nothing in the pure part reads a clock, a random source or a database. What an order is ([`model`]), how Markdown
//! becomes one ([`read`]) and how it is written out again ([`write`]) are a crate of their own, `order-markdown`. Its pages
//! stand in `order_pages`, above the features they show.

pub mod actions;
pub mod decide;
pub mod events;
pub mod facts;
pub mod fold;
pub mod gathered;
pub mod left;
pub mod lifecycle;
mod projection;
pub mod reads;
pub mod renew;
mod service;
pub mod signing;
mod store;
pub mod team;

#[cfg(test)]
mod samples;
#[cfg(test)]
mod targets_test;

pub use facts::FactSources;
pub use order_markdown::{contradictions, editing, model, plan_diff, read, write};
pub use projection::PROJECTION;
pub use service::Orders;
