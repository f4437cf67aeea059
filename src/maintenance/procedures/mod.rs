//! Procedures: how work is done, written once, so that orders are made from it.
//!
//! Rules: a procedure has versions 1, 2, 3…, each a Markdown document in the very form that orders are exported in and imported
//! from, kept as bytes with its SHA-256 digest. A version is drafted, submitted, and either returned with a reason or approved
//! from a day on; where the type of its orders is controlled, nobody approves whose unit wrote any of it. The version in use is
//! the highest approved one whose day has come (days are UTC days). Orders are made from the version in use alone and keep it.
//! Programs write drafts; they neither submit nor approve.

pub mod actions;
pub mod compare;
pub mod decide;
pub mod document;
pub mod events;
pub mod fold;
pub mod model;
mod pages;
mod projection;
pub mod reads;
mod routes;
mod store;

pub use projection::PROJECTION;
pub use routes::routes;
