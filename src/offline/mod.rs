//! What a device kept while it had no network, sent when it has one again.
//!
//! Rules: an entry has an id made by the device, and the same entry sent twice is one entry; it is decided by the same pure
//! function as if it had been made with the network; what somebody else recorded at its part meanwhile is overwritten by
//! nobody but a person who says so; every entry ends as a record, or as something that its owner decides about. Signatures
//! and moves are never kept. How and why: `docs/decisions/offline.md`.

pub mod actions;
pub mod clock;
pub mod decide;
pub mod model;
mod pages;
pub mod reads;
mod routes;
mod store;

pub use routes::routes;
