//! What changes traces: taking in.

pub mod delete_score;
pub mod erase;
