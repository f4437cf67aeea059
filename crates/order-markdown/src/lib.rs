//! A work order as plain data, and Markdown: any checklist read as an order, any order written as Markdown.
//!
//! Nothing here reads a clock, a random source or a database. [`contradictions`] finds where a file disagrees with itself.

pub mod asked;
mod carrying;
pub mod contradictions;
pub mod editing;
pub mod estimate;
pub mod merge;
pub mod model;
pub mod plan_diff;
pub mod prose;
pub mod read;
pub mod replacing;
pub mod rewrite;
mod shield;
pub mod splitting;
pub mod write;

#[cfg(test)]
mod round_trip;
