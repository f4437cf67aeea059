//! What is left of erased traces: a mark in place of each, who erased it, when and why.
//!
//! The marks are digests, since clients put names into ids. They stay when everything else goes, so that evidence that is
//! gone says so and what arrives too late is dropped.

mod events;
mod model;
mod projection;
mod reads;

pub use events::{ERASED, TracesErased, erasures_of};
pub use model::{LONGEST_REASON, Why, checked_reason, trace_mark};
pub use projection::PROJECTION;
pub use reads::{Erasure, Tombstone, erasures, tombstone, tombstones};
