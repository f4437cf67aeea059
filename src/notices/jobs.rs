//! What runs beside the server for notices: mails, deliveries, mornings, and what is forgotten.

use futures_util::future::LocalBoxFuture;
use serde_json::Value;

use crate::foundation::Result;
use crate::jobs::{JobContext, JobKind, Registry, Schedule, Tier, When};

use super::{given_up, hooks, mail, morning, prune};

/// Whose morning has come is looked at so often.
const MORNING: JobKind = JobKind { name: "notices.morning", tier: Tier::Normal, max_attempts: 3 };
const PRUNE: JobKind = JobKind { name: "notices.prune", tier: Tier::Low, max_attempts: 3 };

/// Adds the kinds and their schedules. Mails and deliveries wait for servers of others, in slots of their own.
pub fn jobs(registry: Registry) -> Registry {
    registry
        .job(mail::job::KIND, mail::job::run)
        .outward(mail::job::KIND)
        .titled(mail::job::KIND, "Mail notices")
        .job(hooks::job::KIND, hooks::job::run)
        .outward(hooks::job::KIND)
        .titled(hooks::job::KIND, "Tell a webhook")
        .job(MORNING, run_morning)
        .titled(MORNING, "Tell what is due, and send digests, where it is morning")
        .schedule(Schedule {
            name: MORNING.name,
            when: When::minutes(5),
            kind: MORNING,
            payload: Value::Null,
        })
        .job(PRUNE, run_prune)
        .titled(PRUNE, "Forget notices after 90 days")
        .schedule(Schedule {
            name: PRUNE.name,
            when: When::Daily { hour: 3, minute: 40 },
            kind: PRUNE,
            payload: Value::Null,
        })
}

fn run_morning(context: JobContext) -> LocalBoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let told = morning::tell(&context.app).await?;
        tracing::debug!(told, "mornings were told");
        Ok(())
    })
}

fn run_prune(context: JobContext) -> LocalBoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let given_up = given_up::give_up(&context.app).await?;
        let forgotten = prune::prune(&context.app).await?;
        tracing::info!(notices = forgotten, given_up, "old notices were forgotten");
        Ok(())
    })
}
