//! A work order as plain data, and the Markdown form that carries a whole one out and in again.
//!
//! Nothing here reads a clock, a random source or a database. [`contradictions`] finds where a file disagrees with itself.

pub mod contradictions;
pub mod markdown;
pub mod model;
