//! The queue's own job: what ended well is forgotten after a while.

use futures_util::future::LocalBoxFuture;
use serde_json::Value;

use crate::foundation::{Actor, Result};

use super::context::JobContext;
use super::model::{Tier, When};
use super::registry::{JobKind, Registry, Schedule};
use super::store;

/// How long jobs that ended well, or were called off, are shown, in microseconds (7 days).
const KEEP_MICROS: i64 = 7 * 86_400 * 1_000_000;

const PRUNE: JobKind = JobKind { name: "jobs.prune", tier: Tier::Low, max_attempts: 3 };

/// Adds the job and its schedule.
pub fn upkeep(registry: Registry) -> Registry {
    let when = When::Daily { hour: 3, minute: 10 };
    let schedule = Schedule { name: "jobs.prune", when, kind: PRUNE, payload: Value::Null };
    registry.job(PRUNE, run).titled(PRUNE, "Forget jobs that ended a week ago").schedule(schedule)
}

fn run(context: JobContext) -> LocalBoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let before = context.app.now().plus_micros(-KEEP_MICROS);
        let removed = context.app.db.write(&Actor::system(), move |tx| store::prune(tx, before)).await?;
        tracing::info!(jobs = removed, "old jobs were forgotten");
        Ok(())
    })
}
