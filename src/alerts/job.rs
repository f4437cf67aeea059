//! Looking at the rules, once a minute, project by project.

use futures_util::future::LocalBoxFuture;
use serde_json::Value;

use super::actions::evaluate_all;
use crate::foundation::{Asker, Result};
use crate::jobs::{JobContext, JobKind, Registry, Schedule, Tier, When};

/// Once for all projects: whichever server comes first.
const KIND: JobKind = JobKind { name: "alerts.evaluate", tier: Tier::High, max_attempts: 1 };

/// What of background work is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Watched {
    /// Schedules of the installation by which the sums behind `/metrics` are kept up.
    pub sums: &'static [&'static str],
    /// The kind of job that pulls from other servers.
    pub pulls: &'static str,
}

/// Adds the job and its schedule.
pub fn jobs(registry: Registry, watched: Watched) -> Registry {
    registry
        .job(KIND, move |context| run(context, watched))
        .titled(KIND, "Look at the rules of alerts")
        .schedule(Schedule { name: KIND.name, when: When::minutes(1), kind: KIND, payload: Value::Null })
}

fn run(context: JobContext, watched: Watched) -> LocalBoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let asker = Asker::system(context.project());
        let changes = evaluate_all(&context.app, &asker, watched).await?;
        tracing::debug!(changes, "the rules of alerts were looked at");
        Ok(())
    })
}
