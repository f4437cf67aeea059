//! Queueing messages, and the job that delivers one.

use futures_util::future::LocalBoxFuture;
use serde::{Deserialize, Serialize};

use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Actor, Error, ProjectKey, Result};
use crate::integrations::langfuse::network::Reach;
use crate::jobs::{self, JobContext, JobKind, Options, Tier};
use crate::notices::events;
use crate::notices::model::{FAILURES, TRIED};
use crate::notices::store::{self, Attempt, DeliveryRow, HookRow};
use crate::state::App;

use super::client::{Answer, Signed, send};
use super::messages::Message;
use super::sign::signature;

/// `notices.webhook`
pub const KIND: JobKind = JobKind { name: "notices.webhook", tier: Tier::Normal, max_attempts: 12 };

/// What the job is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payload {
    /// The id of the delivery.
    pub delivery: String,
}

/// What a webhook's secret is sealed for.
pub fn purpose(hook: &str) -> String {
    format!("webhook {hook}")
}

/// Queues a message for every webhook of the project that is told of its kind, once.
pub fn queue(tx: &mut Tx<'_>, project: ProjectKey, message: &Message) -> Result<()> {
    for hook in store::hooks_told_of(tx.conn, project, &message.kind)? {
        queue_for(tx, &hook, message)?;
    }
    Ok(())
}

/// Queues a message for one webhook, whatever it is told of.
pub fn queue_for(tx: &mut Tx<'_>, hook: &HookRow, message: &Message) -> Result<()> {
    let row = DeliveryRow {
        project: hook.project,
        delivery_id: new_id(tx.now()),
        webhook_id: hook.webhook_id.clone(),
        source: message.source.clone(),
        kind: message.kind.clone(),
        body: message.body(hook.project),
        state: "waiting".to_owned(),
        attempts: 0,
        status: None,
        why: String::new(),
        created_at: tx.now(),
        ended_at: None,
    };
    if store::insert_delivery(tx.conn, &row)? {
        let payload = Payload { delivery: row.delivery_id };
        jobs::enqueue(tx, hook.project, KIND, &payload, Options::default())?;
    }
    Ok(())
}

/// Delivers one message; the queue's own waits are between the attempts.
pub fn run(context: JobContext) -> LocalBoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let Payload { delivery } = context.payload()?;
        let (project, fence) = (context.project(), context.fence());
        let read = move |tx: &mut Tx<'_>| {
            // Whoever has this job no more sends nothing.
            fence.check(tx)?;
            let Some(row) = store::delivery(tx.conn, project, &delivery)? else { return Ok(None) };
            let hook = store::hook(tx.conn, project, &row.webhook_id)?;
            Ok(hook.map(|hook| (row, hook)))
        };
        let found = context.app.db.write(&Actor::system(), read).await?;
        let Some((row, hook)) = found.filter(|(row, _)| row.is_waiting()) else { return Ok(()) };
        if hook.stopped_at.is_some() {
            return note(&context.app, row, "dropped", None, "the webhook is stopped".to_owned()).await;
        }
        let signed = match signed(&context.app, &row, &hook) {
            Err(cause @ Error::Refused(_)) => {
                let why = "its secret cannot be opened with the key of this server; give it a new secret";
                note(&context.app, row, "failed", None, why.to_owned()).await?;
                return Err(cause);
            }
            other => other?,
        };
        let reach = Reach::allowed(context.app.config.pull.private_addresses);
        let sent = tokio::task::spawn_blocking(move || send(&signed, reach));
        let answer = sent.await.map_err(Error::internal)?;
        settle(&context, row, hook, answer).await
    })
}

/// Signed with the secret, and for a day after it was made anew with the one before as well.
fn signed(app: &App, row: &DeliveryRow, hook: &HookRow) -> Result<Signed> {
    let (now, id, sealed_for) = (app.now(), format!("msg_{}", row.delivery_id), purpose(&hook.webhook_id));
    let seconds = now.0.div_euclid(1_000_000);
    let secret = app.keys.open(&sealed_for, &hook.sealed_secret)?;
    let before = hook.sealed_before.as_ref().filter(|_| hook.before_until.is_some_and(|until| until > now));
    // One that cannot be opened any more keeps nobody from being told under the new one.
    let before = before.and_then(|sealed| app.keys.open(&sealed_for, sealed).ok());
    let secrets = [Some(secret), before].into_iter().flatten();
    let signatures: Vec<String> =
        secrets.filter_map(|secret| signature(&secret, &id, seconds, &row.body)).collect();
    let (url, body) = (hook.url.clone(), row.body.clone());
    Ok(Signed { url, id, seconds, signatures: signatures.join(" "), body })
}

async fn settle(context: &JobContext, row: DeliveryRow, hook: HookRow, answer: Answer) -> Result<()> {
    let is_last = context.attempt() >= KIND.max_attempts;
    let app = &context.app;
    match answer {
        Answer::Taken(status) => {
            let (project, id) = (hook.project, hook.webhook_id);
            let clear = move |tx: &mut Tx<'_>| store::succeeded(tx.conn, project, &id);
            app.db.write(&Actor::system(), clear).await?;
            note(app, row, "delivered", Some(status), String::new()).await
        }
        Answer::Gone(why) => {
            stop(app, &hook, "it answered that nothing is wanted any more (410)").await?;
            note(app, row, "failed", Some(410), why).await
        }
        Answer::NotTaken(status, why) => {
            let (state, tried) = (if is_last { "failed" } else { "waiting" }, row.attempts + 1);
            note(app, row, state, status, why.clone()).await?;
            count_failure(app, &hook, tried).await?;
            Err(Error::Unavailable(why.into()))
        }
    }
}

async fn note(
    app: &App,
    row: DeliveryRow,
    state: &'static str,
    status: Option<u16>,
    why: String,
) -> Result<()> {
    let write = move |tx: &mut Tx<'_>| {
        let now = tx.now();
        store::note_delivery(tx.conn, &row, &Attempt { state, status, why: &why }, now)
    };
    app.db.write(&Actor::system(), write).await
}

/// One that nobody answers is not asked for ever; `tried` is how often this delivery was.
async fn count_failure(app: &App, hook: &HookRow, tried: i64) -> Result<()> {
    let (project, id) = (hook.project, hook.webhook_id.clone());
    let count = move |tx: &mut Tx<'_>| store::failed(tx.conn, project, &id);
    let failures = app.db.write(&Actor::system(), count).await?;
    if failures < FAILURES || tried < TRIED {
        return Ok(());
    }
    stop(app, hook, &format!("{failures} attempts failed one after the other, in more than 20 minutes")).await
}

async fn stop(app: &App, hook: &HookRow, why: &str) -> Result<()> {
    let (ledger, project, id) = (app.ledger.clone(), hook.project, hook.webhook_id.clone());
    let why = why.to_owned();
    let write = move |tx: &mut Tx<'_>| {
        let Some(row) = store::hook(tx.conn, project, &id)?.filter(|row| row.stopped_at.is_none()) else {
            return Ok(());
        };
        let stopped = HookRow { stopped_at: Some(tx.now()), stopped_why: why.clone(), ..row };
        store::put_hook(tx.conn, &stopped)?;
        ledger.append_next(tx, &events::stream(project, &id), events::stopped(&why)).map(drop)
    };
    app.db.write(&Actor::system(), write).await
}
