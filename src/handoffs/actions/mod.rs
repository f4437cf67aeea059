//! What can be done with a handoff.

mod validate;

pub use validate::{Asked, Outcome, validate};
