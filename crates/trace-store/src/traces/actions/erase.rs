//! Erases traces for good: in bounded transactions, each with its event in the ledger.
//!
//! A request of thousands of traces becomes many transactions, so that nobody waits behind it; the events of one request
//! share a run. What was committed stays erased when a later one fails; asking again goes on.

use std::collections::BTreeSet;

use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, Digest, ProjectKey, Result};
use crate::kept_filters::{self, Kept};
use crate::state::App;
use crate::tombstones::{TracesErased, erasures_of};
use crate::tombstones::{Why, checked_reason, trace_mark};
use crate::traces::hooks::Hooks;
use crate::traces::leftovers;
use crate::traces::store::erase::{Erased, erase};

/// Traces in one transaction.
const MOST_TRACES: usize = 100;
/// Observations in one transaction, unless one trace alone has more.
const MOST_OBSERVATIONS: i64 = 4_000;

/// Erases traces by id; gives how many were stored. Ids that nothing is stored under are passed over.
pub async fn erase_traces(
    app: &App,
    hooks: &Hooks,
    asker: &Asker,
    trace_ids: Vec<String>,
    reason: &str,
) -> Result<usize> {
    asker.must(Action::EraseTraces)?;
    let run = new_id(app.now());
    erase_all(app, hooks, asker, Erasing { why: Why::Hand, reason, run }, trace_ids).await
}

/// Erases every trace that names a user, with the scores and the conversations that nothing is left of, and the kept
/// filters that look for that user; gives how many traces there were.
pub async fn erase_user(
    app: &App,
    hooks: &Hooks,
    asker: &Asker,
    user_id: &str,
    reason: &str,
) -> Result<usize> {
    asker.must(Action::EraseTraces)?;
    let (project, actor) = (asker.project, &asker.actor);
    let user = user_id.to_owned();
    let ids = app.db.read(move |conn| crate::traces::reads::traces_of_user(conn, project, &user)).await?;
    let run = new_id(app.now());
    let count = erase_all(app, hooks, asker, Erasing { why: Why::User, reason, run }, ids).await?;
    let user = user_id.to_owned();
    let forget = move |tx: &mut Tx<'_>| kept_filters::forget(tx.conn, project, Kept::Traces, "user", &user);
    app.db.write(actor, forget).await?;
    Ok(count)
}

/// Why traces are erased.
pub struct Erasing<'a> {
    pub why: Why,
    pub reason: &'a str,
    /// The same for all that belongs to one request or nightly run.
    pub run: String,
}

/// [`erase_traces`] for whatever reason there is.
pub async fn erase_all(
    app: &App,
    hooks: &Hooks,
    asker: &Asker,
    erasing: Erasing<'_>,
    trace_ids: Vec<String>,
) -> Result<usize> {
    let (project, actor) = (asker.project, &asker.actor);
    let Erasing { why, run, .. } = erasing;
    asker.must(if why == Why::Retention { Action::Retain } else { Action::EraseTraces })?;
    let reason = checked_reason(erasing.reason)?;
    let mut count = 0;
    for chunk in chunks(app, project, trace_ids).await? {
        let (state, hooks, reason, run) = (app.clone(), hooks.clone(), reason.clone(), run.clone());
        let write = move |tx: &mut Tx<'_>| {
            let erased = erase(tx, project, &chunk)?;
            record(&state, &hooks, tx, project, &erased, &reason, (run, why))?;
            Ok(erased)
        };
        let erased = app.db.write(actor, write).await?;
        count += erased.traces.len();
        leftovers::remove_now(app, project, &erased.left).await;
    }
    if count > 0 {
        app.db.forget_freed();
    }
    Ok(count)
}

/// The ids, each once, in portions that one transaction takes.
async fn chunks(app: &App, project: ProjectKey, ids: Vec<String>) -> Result<Vec<Vec<String>>> {
    let ids: Vec<String> = ids.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
    let (ids, sizes) = app
        .db
        .read(move |conn| {
            let sizes = crate::traces::reads::sizes(conn, project, &ids)?;
            Ok((ids, sizes))
        })
        .await?;
    let (mut chunks, mut chunk, mut weight) = (Vec::new(), Vec::new(), 0_i64);
    for id in ids {
        let size = sizes.get(&id).copied().unwrap_or(0);
        if chunk.len() == MOST_TRACES || (!chunk.is_empty() && weight + size > MOST_OBSERVATIONS) {
            chunks.push(std::mem::take(&mut chunk));
            weight = 0;
        }
        weight += size;
        chunk.push(id);
    }
    chunks.extend((!chunk.is_empty()).then_some(chunk));
    Ok(chunks)
}

/// Writes the event, and tells whoever keeps words of traces of their own.
fn record(
    app: &App,
    hooks: &Hooks,
    tx: &mut Tx<'_>,
    project: ProjectKey,
    erased: &Erased,
    reason: &str,
    (run, why): (String, Why),
) -> Result<()> {
    if erased.traces.is_empty() {
        return Ok(());
    }
    let mut marks: Vec<Digest> = erased.traces.iter().map(|id| trace_mark(project, id)).collect();
    marks.sort_unstable();
    let (observations, scores) = (erased.observations as u64, erased.scores as u64);
    let packs = Some(erased.packs.iter().cloned().collect());
    let event = TracesErased { run, why, traces: marks, observations, scores, packs };
    app.ledger.append_next(tx, &erasures_of(project), event.draft(reason)?)?;
    hooks.erased.iter().try_for_each(|hook| hook(app, tx, project, &erased.traces))
}
