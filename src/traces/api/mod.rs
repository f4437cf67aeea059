//! The routes that clients send to: OTLP, Langfuse batches, scores, health.
//!
//! Each handler checks the key, reads the body within the limit, takes it in, and answers as the client expects. What is
//! too much now is answered 503 with `Retry-After`; an answer of success means that the data is on disk.

pub(in crate::traces) mod answer;
mod batch;
mod health;
mod otlp;
pub mod read;
pub(in crate::traces) mod scores;

pub use batch::ingest as ingestion;
pub use health::{health, projects, ready};
pub use otlp::export;
pub use scores::{
    create as create_scores, delete as delete_score, list as list_scores, list_v3 as list_scores_v3,
    show as show_score,
};
