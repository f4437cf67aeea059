//! Conversations as pages show them: what the traces of a session come to, its turns, steps and scores.
//!
//! Their rows are written with the traces that belong to them (`traces::store::sessions`); here they are only read.

pub mod reads;
