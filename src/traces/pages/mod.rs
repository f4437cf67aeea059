//! The pages of traces: the list, and one trace with its tree, waterfall and messages.
//!
//! Pages load the summary, the tree's columns and the bodies of one chosen observation, never more.

mod filters;
mod hooks;
pub mod messages;
mod parts;
pub mod tree;

pub use filters::Filters;
pub use hooks::{LinksOf, PageHooks, TraceLink};
