//! A stored trace of one observation.

use tracewright::foundation::ProjectKey;

use crate::harness::TestApp;

/// Stores a trace, or another revision of its observation.
pub async fn put_trace(_: &TestApp, project: ProjectKey, trace: &str, span: &str, input: &str, output: &str) {
    tracewright::traces::put(tracewright::traces::Obs {
        project,
        trace: trace.to_owned(),
        id: span.to_owned(),
        parent: None,
        input: input.to_owned(),
        output: output.to_owned(),
    });
}
