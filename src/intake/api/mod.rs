//! The routes that clients send traces to: OTLP and Langfuse batches.
//!
//! Each handler checks the key, reads the body within the limit, takes it in, and answers as the client expects. What is
//! too much now is answered 503 with `Retry-After`; an answer of success means that the data is on disk.

mod batch;
mod otlp;
mod signals;

use crate::web::{Access, Routes};

/// Registers them. The handlers need `Data<Intake>`.
pub fn routes(routes: &mut Routes) {
    for path in ["/api/public/otel/v1/traces", "/v1/traces"] {
        routes.post(path, Access::ApiKey, otlp::export);
    }
    for path in ["/api/public/otel/v1/metrics", "/v1/metrics"] {
        routes.post(path, Access::ApiKey, signals::metrics);
    }
    for path in ["/api/public/otel/v1/logs", "/v1/logs"] {
        routes.post(path, Access::ApiKey, signals::logs);
    }
    routes.post("/api/public/ingestion", Access::ApiKey, batch::ingest);
}
