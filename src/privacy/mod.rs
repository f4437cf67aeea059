//! Privacy of traces: what is masked before it is stored, how long traces are kept, and how they are erased.
//!
//! Rules: secrets and card numbers are masked on every way in, before anything is hashed or stored; what was found is
//! recorded, never the secret itself. Erasing removes every word of a trace and leaves a tombstone and an event in the
//! ledger, so that the log still verifies and evidence that is gone says so. The words that a verdict quoted belong to
//! the verdict and stay with it.

pub mod actions;
pub mod events;
mod mask_books;
pub mod model;
pub mod pages;
mod projection;
pub mod reads;

pub use mask_books::MaskBooks;
pub use pages::routes;
pub use projection::PROJECTION;
