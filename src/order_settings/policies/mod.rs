//! What a project decides per type of order: an event per change, a row per type, and the command that changes it.

pub mod events;
pub mod projection;
pub mod reads;
pub mod set;

pub use set::{PolicyChange, set};
