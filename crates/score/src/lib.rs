//! The trust score, TW-Score v1: four numbers that anybody recomputes, and what they are made of.
//!
//! Rules: the score is a pure function of (subject, tree size, as-of time, policy); sums are integers, so
//! the order of entries cannot matter; floating point appears once, in the last formula ([`wilson`]);
//! self-support weighs nothing; dependent judges do not add up; integrity is a gate, not a weight.

pub mod age;
pub mod csv;
pub mod explain;
pub mod judgement;
pub mod mass;
pub mod model;
pub mod policy;
pub mod score;
pub mod weigh;
pub mod wilson;

pub use judgement::{Materiality, Outcome, Relation};
pub use model::{Claim, Integrity, Kind, Recorded, Subject, SubjectKind, Verdict, View};
pub use policy::Policy;
pub use score::{Flag, Grade, Score, score};

#[cfg(test)]
mod properties;
#[cfg(test)]
mod recompute_tests;
#[cfg(test)]
mod worked;
