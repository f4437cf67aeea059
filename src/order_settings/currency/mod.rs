//! The one currency of a project: an event per change, and the row that says what holds now.
//!
//! Amounts keep the currency that they were written down in; a change converts nothing.

pub mod events;
pub mod projection;
pub mod reads;
pub mod set;

pub use set::set;
