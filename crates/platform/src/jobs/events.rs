//! What people do to jobs and schedules by hand. The runs themselves are no business facts and stand in the queue only.

use serde_json::json;

use crate::foundation::ProjectKey;
use crate::ledger::{Draft, Stream};

/// A job's stream.
pub fn stream(project: ProjectKey, id: &str) -> Stream {
    Stream { project, kind: "job", id: id.to_owned() }
}

/// A schedule's stream.
pub fn schedule_stream(project: ProjectKey, name: &str) -> Stream {
    Stream { project, kind: "schedule", id: name.to_owned() }
}

/// `schedule.run_asked.v1`: somebody wants the next run now.
pub fn run_asked(kind: &str) -> Draft {
    Draft::new("schedule.run_asked.v1", json!({ "kind": kind }))
}

/// `schedule.paused.v1`: somebody keeps it from running.
pub fn paused(kind: &str) -> Draft {
    Draft::new("schedule.paused.v1", json!({ "kind": kind }))
}

/// `schedule.resumed.v1`: somebody lets it run again.
pub fn resumed(kind: &str) -> Draft {
    Draft::new("schedule.resumed.v1", json!({ "kind": kind }))
}

/// `job.retried.v1`: somebody started it over.
pub fn retried(kind: &str) -> Draft {
    Draft::new("job.retried.v1", json!({ "kind": kind }))
}

/// `job.cancelled.v1`: somebody called it off.
pub fn cancelled(kind: &str) -> Draft {
    Draft::new("job.cancelled.v1", json!({ "kind": kind }))
}
