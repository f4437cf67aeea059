//! Traces on both databases: every way in, repeats, order, bad input, receipts.

mod anyorder;
mod api;
mod big;
mod captures;
mod counters;
mod export;
mod inherited;
mod large;
mod mappings;
mod nesting;
mod page;
mod reachable;
mod read_api;
mod series;
mod sessions;
mod sharing;
mod storage;
mod strange;

use tracewright::foundation::{Asker, Digest, ProjectKey};
use tracewright::intake::Intake;
use tracewright::intake::ingest::{RequestBody, ingest_batch, ingest_otlp};
use tracewright::traces::reads::{self, ObservationRow, ScoreRow, TraceRow};
use wire::langfuse::EventAnswer;
use wire::otlp::Encoding;

use crate::harness::TestApp;

const PROJECT: ProjectKey = ProjectKey(1);

/// All that clients can see.
#[derive(Clone, Debug, PartialEq)]
struct Seen {
    traces: Vec<TraceRow>,
    observations: Vec<ObservationRow>,
    scores: Vec<ScoreRow>,
}

async fn seen(t: &TestApp, project: ProjectKey) -> Seen {
    let read = move |conn: &mut tracewright::db::AnyConnection| {
        let traces = reads::newest(conn, project, 10_000)?;
        let (mut observations, mut scores) = (Vec::new(), Vec::new());
        for trace in &traces {
            observations.extend(reads::observations(conn, project, &trace.trace_id)?);
            scores.extend(reads::scores_of(conn, project, &trace.trace_id)?);
        }
        Ok(Seen { traces, observations, scores })
    };
    t.app.db.read(read).await.unwrap()
}

/// Takes a batch of events; all must be taken.
async fn batch(t: &TestApp, project: ProjectKey, events: &[serde_json::Value]) {
    let answers = try_batch(t, project, events).await;
    assert!(answers.iter().all(|answer| answer.fault.is_none()), "{answers:?}");
}

async fn try_batch(t: &TestApp, project: ProjectKey, events: &[serde_json::Value]) -> Vec<EventAnswer> {
    let body = serde_json::json!({ "batch": events }).to_string().into_bytes();
    ingest_batch(&t.app, &Intake::unheard(), &Asker::system(project), RequestBody::plain(body)).await.unwrap()
}

async fn otlp_json(t: &TestApp, project: ProjectKey, body: &serde_json::Value) {
    let sent = RequestBody::plain(body.to_string().into_bytes());
    let intake = Intake::unheard();
    let rejected = ingest_otlp(&t.app, &intake, &Asker::system(project), sent, Encoding::Json).await.unwrap();
    assert_eq!(rejected.count, 0, "{rejected:?}");
}

fn event(id: &str, kind: &str, second: u32, body: serde_json::Value) -> serde_json::Value {
    let timestamp = format!("2026-11-21T09:00:{second:02}.000Z");
    serde_json::json!({ "id": id, "type": kind, "timestamp": timestamp, "body": body })
}

fn digest_of(row: &ObservationRow) -> Digest {
    row.digest().unwrap()
}
