//! What is done to knowledge.

mod extract;

pub use extract::extract;
