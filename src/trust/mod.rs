//! The trust score, TW-Score v1: four numbers that anybody recomputes, and what they are made of.
//!
//! Rules: the score is a pure function of (subject, tree size, as-of time, policy); sums are integers, so
//! the order of entries cannot matter; floating point appears once, in the last formula ([`wilson`]);
//! self-support weighs nothing; dependent judges do not add up; integrity is a gate, not a weight.

pub mod actions;
pub mod age;
pub mod csv;
pub mod events;
pub mod explain;
pub mod mass;
pub mod model;
pub mod pages;
pub mod policy;
pub mod reads;
mod routes;
pub mod score;
mod store;
pub mod text;
pub mod weigh;
pub mod wilson;

pub use actions::ensure_policy;
pub use model::{Claim, Integrity, Kind, Recorded, Subject, SubjectKind, Verdict, View};
pub use policy::Policy;
pub use routes::routes;
pub use score::{Flag, Grade, Score, score};

#[cfg(test)]
mod properties;
#[cfg(test)]
mod recompute_tests;
#[cfg(test)]
mod worked;
