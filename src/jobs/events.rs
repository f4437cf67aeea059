//! What people do to jobs by hand. The runs themselves are no business facts and stand in the queue only.

use serde_json::json;

use crate::foundation::ProjectKey;
use crate::ledger::{Draft, Stream};

/// A job's stream.
pub fn stream(project: ProjectKey, id: &str) -> Stream {
    Stream { project, kind: "job", id: id.to_owned() }
}

/// `job.retried.v1`: somebody started it over.
pub fn retried(kind: &str) -> Draft {
    Draft::new("job.retried.v1", json!({ "kind": kind }))
}

/// `job.cancelled.v1`: somebody called it off.
pub fn cancelled(kind: &str) -> Draft {
    Draft::new("job.cancelled.v1", json!({ "kind": kind }))
}
