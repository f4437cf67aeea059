//! The job that pulls one source.

use std::time::Duration;

use futures_util::future::LocalBoxFuture;
use serde::{Deserialize, Serialize};

use crate::config::Keys;
use crate::db::AnyConnection;
use crate::foundation::{Asker, Error, ProjectKey, Result};
use crate::intake::Intake;
use crate::jobs::{JobContext, JobKind, Registry, Tier, schedule_key};

use super::client::Client;
use super::model::{Address, Counts, DAY, Walk, What};
use super::network::Reach;
use super::store::{self, SourceRow};
use super::walk::Pull;

/// `langfuse.pull`
pub const KIND: JobKind = JobKind { name: "langfuse.pull", tier: Tier::Low, max_attempts: 5 };
/// The shortest time between two requests of a scheduled pull.
const PAUSE: Duration = Duration::from_millis(200);

/// How long one run may take while others wait for its slot; then it goes on in its next turn.
const TURN: Duration = Duration::from_mins(10);

/// What the job is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payload {
    /// The id of the source.
    pub source: String,
}

/// Adds the job; `run` calls [`run`] with the hooks of the application.
pub fn jobs(registry: Registry, intake: Intake) -> Registry {
    let run =
        move |context| -> LocalBoxFuture<'static, Result<()>> { Box::pin(run(context, intake.clone())) };
    registry
        .job(KIND, run)
        .outward(KIND)
        .titled(KIND, "Pull from a Langfuse server")
        .about(KIND, source_in_words)
}

/// The source's label and server; neither holds a key.
fn source_in_words(conn: &mut AnyConnection, project: ProjectKey, payload: &str) -> Result<Option<String>> {
    let Ok(Payload { source }) = serde_json::from_str(payload) else { return Ok(None) };
    let Some(row) = store::source(conn, project, &source)? else { return Ok(None) };
    let host = row.url.split_once("://").map_or(row.url.as_str(), |(_, rest)| rest);
    Ok(Some(format!("{} ({})", row.label, host.split('/').next().unwrap_or_default())))
}

/// The name of a source's schedule.
pub fn schedule_name(source: &str) -> String {
    format!("langfuse:{source}")
}

/// One pull of a source at a time, whoever asks for it.
pub fn dedup_key(source: &str) -> String {
    schedule_key(&schedule_name(source))
}

/// What a source's secret is sealed for.
pub fn purpose(source: &str) -> String {
    format!("langfuse source {source}")
}

/// A source with its secret, ready to be pulled.
pub fn pull_of(context: &JobContext, intake: Intake, row: &SourceRow) -> Result<Pull> {
    let secret = open(&context.app.keys, row)?;
    let reach = Reach::allowed(context.app.config.pull.private_addresses);
    let client = Client::new(Address::parse(&row.url)?, &row.public_key, &secret, None, reach);
    Ok(Pull {
        app: context.app.clone(),
        intake,
        asker: Asker::system(context.project()),
        client,
        public_key: row.public_key.clone(),
        from: None,
        to: None,
        window: DAY,
        what: What::ALL,
        pause: PAUSE,
        haste: 1,
        is_dry: false,
        turn: Some(TURN),
        source: Some(row.id.clone()),
    })
}

fn open(keys: &Keys, row: &SourceRow) -> Result<String> {
    keys.open(&purpose(&row.id), &row.sealed_secret)
}

/// Pulls until everything is here, or until the worker stops; then the job goes on later.
pub async fn run(context: JobContext, intake: Intake) -> Result<()> {
    let Payload { source } = context.payload()?;
    let project = context.project();
    let row = context.app.db.read(move |conn| store::source(conn, project, &source)).await?;
    let row = row.ok_or_else(|| Error::not_found("the source of this pull"))?;
    let pull = pull_of(&context, intake, &row)?;
    let on_page = async |walk: &Walk, counts: &Counts| {
        let text = format!("{} entries, up to {}", counts.entries(), walk.window_start().to_minute());
        context.progress(walk.thousandths(), 1_000, &text).await
    };
    let pulled = pull.run(Some(context.stopping.clone()), Some(context.fence()), &mut { on_page }).await?;
    if !pulled.is_finished {
        return context.put_back(&());
    }
    tracing::info!(entries = pulled.counts.entries(), refused = pulled.counts.refused, "a source was pulled");
    Ok(())
}
