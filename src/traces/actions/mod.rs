//! What changes traces: taking in.

pub mod ingest;
