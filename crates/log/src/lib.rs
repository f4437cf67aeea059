//! A log that nobody can rewrite unseen: RFC 6962 trees, C2SP checkpoints and signed notes, proofs, and what a record is.
//!
//! Everything here is pure, so that whoever checks a log needs nothing else. A [`leaf`] is canonical JSON with opaque ids
//! only; what it is about is committed to, so that it can be erased and the log still verifies.

pub mod checkpoint;
pub mod consistency;
pub mod inclusion;
pub mod keys;
pub mod leaf;
pub mod note;
pub mod proof;
#[cfg(test)]
mod tests;
pub mod tree;
