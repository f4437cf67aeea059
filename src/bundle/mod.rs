//! The evidence bundle: one work order with its records, proofs, pinned evidence and score, checkable without us.
//!
//! Here is what a bundle is made of and who may take it; what a bundle is, and how it is checked, is the crate
//! `evidence_bundle`, which knows nothing of this application.

pub mod actions;
mod build;
mod collect;
pub mod events;
#[cfg(test)]
mod forgeries_tests;
mod pages;
mod routes;
mod source;
mod stored;
#[cfg(test)]
mod tests;

pub use build::build;
pub use evidence_bundle::{Files, Verified, pack, read, unpack, verify};
pub use routes::routes;
pub use source::{EvidenceSource, Revision, ScoreFiles};
pub use stored::Stored;
