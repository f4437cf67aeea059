//! The ledger in a browser: the latest checkpoint, every event with its leaf and proof, and how to verify them.
//!
//! Leaves, proofs and checkpoints are open to whoever may read the audit trail; the body of an event stays inside
//! its project, and that of the installation's own events with admins of the projects it concerns.

mod pages;
mod reading;
mod routes;

pub use routes::routes;
