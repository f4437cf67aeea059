//! Claims judged against evidence: who may judge, what a verdict needs, which checks a machine can do.
//!
//! Rules: a verdict names verbatim words or a check result; nobody confirms their own work; agents never
//! judge; an imported tick is judged only after somebody attested it; what is recorded is never edited,
//! only superseded by its own author.

pub mod checks;
pub mod claims;
pub mod events;
pub mod link_refs;
pub mod model;
mod projection;
pub mod reads;
pub mod scan;
pub mod selectors;
mod store;
pub mod verdict;

pub use model::{ClaimSource, Materiality, Outcome, Relation};
pub use projection::PROJECTION;

#[cfg(test)]
mod selectors_tests;
#[cfg(test)]
mod verdict_tests;
