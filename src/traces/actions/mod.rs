//! What changes traces: taking in.

pub mod erase;
pub mod ingest;
