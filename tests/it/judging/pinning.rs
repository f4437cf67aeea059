//! Pins by the clock: none waits behind traces that can never be pinned, and one order's traces are no single commit.

use serde_json::{Value, json};
use tracewright::audit::actions::pin_settled;
use tracewright::audit::evidence;
use tracewright::audit::reads::EvidenceState;
use tracewright::foundation::{Asker, ProjectKey};
use tracewright::intake::ingest::{RequestBody, ingest_batch};
use tracewright::ledger::events::read_from;

use crate::harness::{MINUTE, SECOND, TestApp, on_both};

use super::{Case, case};

async fn send(t: &TestApp, project: ProjectKey, events: Vec<Value>) {
    let sent = RequestBody::plain(json!({ "batch": events }).to_string().into_bytes());
    ingest_batch(&t.app, &tracewright::app::intake(), &Asker::system(project), sent).await.unwrap();
}

fn event(id: String, kind: &str, body: Value) -> Value {
    json!({ "id": id, "type": kind, "timestamp": "2026-11-21T09:00:00Z", "body": body })
}

fn trace(id: &str) -> Value {
    event(format!("e-{id}"), "trace-create", json!({ "id": id, "tags": ["wo:WO-2026-014"] }))
}

fn spans(id: &str, count: usize) -> impl Iterator<Item = Value> {
    (0..count).map(move |n| {
        event(
            format!("e-{id}-{n}"),
            "span-create",
            json!({ "id": format!("{id}-{n}"), "traceId": id, "name": "work" }),
        )
    })
}

async fn pinned(t: &TestApp, case: &Case) -> usize {
    let (project, order) = (case.owner.project, case.order.clone());
    let states = t.app.db.read(move |conn| evidence::states(conn, project, &order)).await.unwrap();
    states.into_iter().filter(|(id, state)| id.starts_with('z') && *state == EvidenceState::Pinned).count()
}

on_both! {
    async fn what_can_never_be_pinned_keeps_nobody_from_it(t: TestApp) {
        let case = case(&t).await;
        let project = case.owner.project;
        send(&t, project, (0..260).map(|n| trace(&format!("a-empty-{n:03}"))).collect()).await;
        t.clock.advance(SECOND);
        for n in 0..3 {
            let id = format!("z{n}");
            send(&t, project, [trace(&id)].into_iter().chain(spans(&id, 600)).collect()).await;
        }
        t.clock.advance(2 * MINUTE);
        let rule = Asker::system(ProjectKey(0));
        pin_settled(&t.app, &rule).await.unwrap();
        assert_eq!(pinned(&t, &case).await, 3);
        let events = t.app.db.read(|conn| read_from(conn, 0, 10_000)).await.unwrap();
        let events: Vec<_> = events.iter().filter(|event| event.kind == "audit.evidence_pinned.v1").collect();
        assert!(events.len() >= 2, "1,800 pins in {} commits", events.len());
        assert_eq!(pin_settled(&t.app, &rule).await.unwrap(), 0);
    }
}
