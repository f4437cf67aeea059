//! Trust: the score of orders, computed from the verdicts that stand in the ledger and explained on their pages.
//!
//! The score itself is pure and stands in the crate `score`; here is what is read for it, and how it is shown.

pub mod actions;
pub mod events;
mod history;
pub mod pages;
pub mod reads;
mod routes;
mod store;
pub mod text;

pub use actions::ensure_policy;
pub use routes::routes;
pub use trust_score::{
    Claim, Flag, Grade, Integrity, Kind, Policy, Recorded, Score, Subject, SubjectKind, Verdict, View, csv,
    explain, mass, model, policy, score, wilson,
};
