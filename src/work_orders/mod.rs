//! Work orders: what must be done, by whom, what was ticked, and who moved it from state to state.
//!
//! Rules: every change is an event decided by a pure function ([`decide`]) and folded by another
//! ([`fold`]); a guard that needs another feature gets its answer as an argument ([`facts::Facts`]);
//! nothing in the pure part reads a clock, a random source or a database. The Markdown form
//! ([`markdown`]) carries a whole order out and in again.

pub mod actions;
pub mod contradictions;
pub mod decide;
pub mod events;
pub mod facts;
pub mod fold;
pub mod hooks;
pub mod lifecycle;
pub mod markdown;
pub mod model;
mod pages;
pub mod plan_diff;
mod projection;
pub mod reads;
mod routes;
mod store;

#[cfg(test)]
mod samples;

pub use hooks::{AnnotateHook, Annotation, Annotations, EvidenceLink, FactsHook, Hooks, SideBlock};
pub use projection::PROJECTION;
pub use routes::routes;
