//! Takes arrivals in: prepare on a blocking thread, big bodies to object storage, a transaction, then the answer.
//!
//! A request that is larger than one part ([`cut`]) is stored part by part, each in a transaction of its own, and others'
//! writes go between. It is acknowledged when all of it is on disk; when a part fails, nothing is acknowledged, and the
//! client's repeat changes nothing of what is there already.
//!
//! The same way for every route, the demo and tests, and each asks whether the sender may: by the permission table in
//! memory, since every request comes through here. An `Ok` means that everything taken is on disk.

use std::collections::HashSet;
use std::time::Duration;

use tokio::time::sleep;

use crate::db::Lane;
use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, Error, Failure, Result};
use crate::state::App;
use crate::traces::blobs;
use crate::traces::recognise::OwnRules;

use super::Intake;
use super::counts::{Counted, Outcome};
use super::stranger::Stranger;
use crate::intake::unpack::unpack;
use crate::traces::{Part, Prepared, Scope, cut, prepare, write};
use masking::Finding;
use masking::Masker;
use trace_model::{ArrivalKind, Received};
use wire::langfuse::score::{ScoreRequest, read_request_masked};
use wire::langfuse::{Batch, EventAnswer, read_batch_masked};
use wire::otlp::{Encoding, Rejected, read_masked};

/// A request body as it came.
#[derive(Clone, Debug, Default)]
pub struct RequestBody {
    /// The bytes.
    pub body: Vec<u8>,
    /// Its `Content-Encoding`, if any.
    pub content_encoding: Option<String>,
}

impl RequestBody {
    /// A body that is not packed.
    pub fn plain(body: Vec<u8>) -> Self {
        Self { body, content_encoding: None }
    }
}

/// What became of a score request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScoresTaken {
    /// One score, stored under this id.
    One(String),
    /// A list: how many were stored, and why the others were not.
    Many {
        /// Stored.
        accepted: usize,
        /// The reasons, in the order sent.
        refused: Vec<String>,
    },
}

/// Takes an OTLP trace export; gives the spans that were refused.
pub async fn ingest_otlp(
    app: &App,
    intake: &Intake,
    asker: &Asker,
    sent: RequestBody,
    encoding: Encoding,
) -> Result<Rejected> {
    asker.must(Action::SendTraces)?;
    let now_ns = app.now().0.saturating_mul(1_000);
    let may_score = asker.must(Action::SendScores).is_ok();
    let read = move |body: &[u8], masker: &Masker| {
        let mut export = read_masked(body, encoding, now_ns, masker)?;
        // What evaluators say of a span is a score.
        export.received.retain(|received| may_score || received.arrival.kind != ArrivalKind::Score);
        Ok((export.received, export.found, export.rejected))
    };
    let (rejected, _) = take(app, intake, asker, sent, read).await?;
    refused(intake, asker, ArrivalKind::Span, rejected.count.unsigned_abs());
    Ok(rejected)
}

/// Takes a Langfuse batch; gives the answer to each event. A batch may hold traces and scores, and not everybody who sends
/// the one may send the other: what a sender may not is refused event by event.
pub async fn ingest_batch(
    app: &App,
    intake: &Intake,
    asker: &Asker,
    sent: RequestBody,
) -> Result<Vec<EventAnswer>> {
    let (may_trace, may_score) = (asker.must(Action::SendTraces), asker.must(Action::SendScores));
    if may_score.is_err() {
        asker.must(Action::SendTraces)?;
    }
    let stranger = Stranger::of(app, asker);
    let read = move |body: &[u8], masker: &Masker| {
        stranger.check_size(body)?;
        let mut batch = read_batch_masked(body, masker)?;
        if let Err(cause) = may_score {
            leave_out(&mut batch, &cause, |received| received.arrival.kind == ArrivalKind::Score);
        }
        if let Err(cause) = may_trace {
            let cause = if stranger.is_one() { Stranger::refusal() } else { cause };
            leave_out(&mut batch, &cause, |received| received.arrival.kind != ArrivalKind::Score);
            // What was masked in them belongs to traces that do not take them.
            batch.found.clear();
        }
        if let Some(theirs) = stranger.not_theirs(&batch.received)? {
            leave_out(&mut batch, &Stranger::refusal(), |received| {
                theirs.contains(&received.arrival.entity_id)
            });
        }
        Ok((batch.received, batch.found, batch.answers))
    };
    let (mut answers, homeless) = take(app, intake, asker, sent, read).await?;
    let homeless: HashSet<String> = homeless.into_iter().collect();
    for answer in answers.iter_mut().filter(|answer| homeless.contains(&answer.id)) {
        answer.refuse(400, "body.traceId: is required, since nobody knows such an observation yet");
    }
    let faults = answers.iter().filter(|answer| answer.fault.is_some()).count();
    refused(intake, asker, ArrivalKind::Create, faults as u64);
    Ok(answers)
}

fn leave_out(batch: &mut Batch, cause: &Error, is_refused: impl Fn(&Received) -> bool) {
    let refused = batch.received.iter().filter(|it| is_refused(it));
    let refused: HashSet<String> = refused.filter_map(|it| it.arrival.event_id.clone()).collect();
    batch.received.retain(|received| !is_refused(received));
    for answer in batch.answers.iter_mut().filter(|answer| refused.contains(&answer.id)) {
        answer.refuse(403, cause.to_string());
    }
}

/// Takes one score or a list of them.
pub async fn ingest_scores(
    app: &App,
    intake: &Intake,
    asker: &Asker,
    sent: RequestBody,
) -> Result<ScoresTaken> {
    asker.must(Action::SendScores)?;
    let (now, stranger) = (app.now(), Stranger::of(app, asker));
    let read = move |body: &[u8], masker: &Masker| {
        stranger.check_size(body)?;
        let now_ns = now.0.saturating_mul(1_000);
        let (request, found) = read_request_masked(body, now_ns, &mut || new_id(now), masker)?;
        // A stranger's words about a trace open no exception on somebody's work.
        let found = if stranger.is_one() { Vec::new() } else { found };
        Ok(match request {
            ScoreRequest::One(one) => {
                let (id, received) = (one.arrival.entity_id.clone(), vec![*one]);
                if stranger.not_theirs(&received)?.is_some() {
                    return Err(Stranger::refusal());
                }
                (received, found, ScoresTaken::One(id))
            }
            ScoreRequest::Many { mut received, mut refused } => {
                if let Some(theirs) = stranger.not_theirs(&received)? {
                    let before = received.len();
                    received.retain(|received| !theirs.contains(&received.arrival.entity_id));
                    let words = std::iter::repeat_with(|| Stranger::refusal().to_string());
                    refused.extend(words.take(before - received.len()));
                }
                let accepted = received.len();
                (received, found, ScoresTaken::Many { accepted, refused })
            }
        })
    };
    let (taken, _) = take(app, intake, asker, sent, read).await?;
    if let ScoresTaken::Many { refused: reasons, .. } = &taken {
        refused(intake, asker, ArrivalKind::Score, reasons.len() as u64);
    }
    Ok(taken)
}

fn refused(intake: &Intake, asker: &Asker, kind: ArrivalKind, count: u64) {
    intake.counts.add(asker.project, Counted::Refused(kind), count);
}

/// What a request says: the arrivals, what was masked in them, and what to answer.
type Reading<T> = (Vec<Received>, Vec<Finding>, T);

/// Takes a request and counts how it ended.
async fn take<T: Send + 'static>(
    app: &App,
    intake: &Intake,
    asker: &Asker,
    sent: RequestBody,
    read: impl FnOnce(&[u8], &Masker) -> Result<Reading<T>> + Send + 'static,
) -> Result<(T, Vec<String>)> {
    let taken = take_all(app, intake, asker, sent, read).await;
    intake.counts.add(asker.project, Counted::Ended(Outcome::of(taken.as_ref().err())), 1);
    taken
}

/// Unpacks, reads and masks, cuts into parts, and stores one after the other: an answer follows the last.
async fn take_all<T: Send + 'static>(
    app: &App,
    intake: &Intake,
    asker: &Asker,
    sent: RequestBody,
    read: impl FnOnce(&[u8], &Masker) -> Result<Reading<T>> + Send + 'static,
) -> Result<(T, Vec<String>)> {
    let (limits, project) = (app.config.ingest, asker.project);
    let _share = intake.room.take(&sent, limits.max_body_bytes).await?;
    let book = intake.books.of(app, project).await?;
    let (now, blob_threshold) = (app.now(), limits.blob_threshold_bytes);
    let scope = Scope { project, now, blob_threshold, book, rules: OwnRules::default() };
    let masker = intake.masks.of(app, project).await?;
    let (db, of_first) = (app.db.clone(), scope.clone());
    let work = move || {
        let body = unpack(&sent.body, sent.content_encoding.as_deref(), limits.max_body_bytes)?;
        let (received, found, answer) = read(&body, &masker)?;
        let kinds: Vec<ArrivalKind> = received.iter().map(|one| one.arrival.kind).collect();
        let mut parts = cut(received, found).into_iter();
        let first = parts.next().map(|part| prepare(&db, of_first, part)).transpose()?;
        Ok::<_, Error>((first, parts, kinds, answer))
    };
    let (first, rest, kinds, answer) = tokio::task::spawn_blocking(work).await.map_err(Error::internal)??;
    let mut homeless = Vec::new();
    if let Some(first) = first {
        homeless = store(app, intake, asker, first).await.map_err(overload)?;
    }
    for part in rest {
        homeless.extend(store_next(app, intake, asker, &scope, part).await?);
    }
    kinds.into_iter().for_each(|kind| intake.counts.add(project, Counted::Taken(kind), 1));
    Ok((answer, homeless))
}

/// Stores a further part. A queue that is full for a moment must not undo the wait for all the parts before.
async fn store_next(
    app: &App,
    intake: &Intake,
    asker: &Asker,
    scope: &Scope,
    part: Part,
) -> Result<Vec<String>> {
    let mut wait = FIRST_WAIT;
    loop {
        let (db, again) = (app.db.clone(), part.clone());
        let scope = Scope { now: app.now(), ..scope.clone() };
        let prepared = tokio::task::spawn_blocking(move || prepare(&db, scope, again));
        let prepared = prepared.await.map_err(Error::internal)??;
        match store(app, intake, asker, prepared).await.map_err(overload) {
            Err(Error::Busy { .. }) if wait <= LONGEST_WAIT => sleep(wait).await,
            other => return other.map_err(|cause| half_way(&cause)),
        }
        wait *= 2;
    }
}

/// Waits of 50 ms to 3.2 s, six and a half seconds together.
const FIRST_WAIT: Duration = Duration::from_millis(50);
const LONGEST_WAIT: Duration = Duration::from_millis(3_200);

/// Parts are stored when a later one fails. Nothing was acknowledged, and whoever sends all of it again ends where one
/// success would have led: what is stored changes nothing.
fn half_way(cause: &Error) -> Error {
    let said = match cause {
        Error::Internal(_) => {
            tracing::error!(%cause, "a part of a request could not be stored");
            "something went wrong on our side".to_owned()
        }
        other => other.to_string(),
    };
    let next = "send the whole request again, what is stored of it counts once";
    Error::Unavailable(format!("only part of this request was stored ({said}): {next}").into())
}

/// Writes one part; gives the event ids of updates whose observation nobody knows.
async fn store(app: &App, intake: &Intake, asker: &Asker, prepared: Prepared) -> Result<Vec<String>> {
    let mut prepared = prepared.by_public_key(asker.is_public());
    if prepared.is_empty() {
        return Ok(Vec::new());
    }
    let project = asker.project;
    let put = blobs::put(app, project, std::mem::take(&mut prepared.blobs)).await?;
    let (state, hooks, rows) = (app.clone(), intake.hooks.clone(), prepared.rows());
    let written = app
        .db
        .write_batch(Lane::Ingest, rows, &asker.actor, move |tx| write(&state, &hooks, tx, prepared))
        .await;
    // Also when nothing was written: what nobody uses must not stay.
    let settled = blobs::settle(app, project, put).await;
    let refused = written?;
    settled.map(|()| refused)
}

/// A lock that was waited for too long is a busy server, not a fault: the client sends the same again.
fn overload(cause: Error) -> Error {
    if cause.failure() != Some(&Failure::Busy) {
        return cause;
    }
    tracing::warn!(%cause, "traces could not be stored now");
    Error::Busy { retry_after_s: 1 }
}
