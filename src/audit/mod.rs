//! Claims judged against evidence: who may judge, what a verdict needs, which checks a machine can do.
//!
//! Rules: a verdict names verbatim words or a check result; nobody confirms their own work; agents never
//! judge; an imported tick is judged only after somebody attested it, a criterion only once it is claimed; what is
//! recorded is never edited, only superseded by its own author.

pub mod actions;
pub mod addresses;
pub mod after_verdict;
pub mod checks;
pub mod claim_facts;
pub mod claims;
pub mod events;
pub mod evidence;
pub mod exceptions;
pub mod facts;
pub mod link_refs;
pub mod model;
pub mod newest_links;
pub mod order_notes;
pub mod own_work;
mod projection;
pub mod reads;
pub mod scan;
pub mod selectors;
mod senders;
pub mod stated;
mod store;
mod ticked;
mod to_judge;
pub mod trace_uses;
pub mod unknown_places;
pub mod verdict;

pub use model::{ClaimSource, Materiality, Outcome, Relation};
pub use projection::PROJECTION;

#[cfg(test)]
mod selectors_tests;
#[cfg(test)]
mod verdict_tests;
