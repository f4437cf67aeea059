//! Names that a project requires of calls: an exception on the order that links the trace, once for each lack, whatever came first.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tracewright::audit::actions::resolve_exception;
use tracewright::audit::exceptions::Answer;
use tracewright::audit::exceptions::reads::{Filter, list};
use tracewright::foundation::{Asker, Error, ProjectKey, Role};
use tracewright::intake::ingest::{RequestBody, ingest_batch};
use tracewright::jobs;
use tracewright::order_settings::identity::{self, Name};

use crate::harness::{MINUTE, SECOND, TestApp, on_both};

use super::{Case, case, link_to, other};

const NUMBER: &str = "wo:WO-2026-014";

async fn send(t: &TestApp, project: ProjectKey, events: Vec<Value>) {
    let sent = RequestBody::plain(json!({ "batch": events }).to_string().into_bytes());
    ingest_batch(&t.app, &tracewright::app::intake(), &Asker::system(project), sent).await.unwrap();
}

fn event(id: &str, kind: &str, body: Value) -> Value {
    json!({ "id": format!("e-{id}-{kind}"), "type": kind, "timestamp": "2026-11-21T09:00:00Z", "body": body })
}

/// What names the trace's order; with a session where one is given.
fn trace(id: &str, tag: &str, session: &str) -> Value {
    let mut body = json!({ "id": id, "name": id });
    if !tag.is_empty() {
        body["tags"] = json!([tag]);
    }
    if !session.is_empty() {
        body["sessionId"] = json!(session);
    }
    event(id, "trace-create", body)
}

/// A call without names below a span.
fn call(id: &str) -> Value {
    let body = json!({
        "id": format!("{id}-call"), "traceId": id, "parentObservationId": format!("{id}-run"), "name": "ask",
        "startTime": "2026-11-21T08:59:00Z", "endTime": "2026-11-21T08:59:01Z",
    });
    event(id, "generation-create", body)
}

/// The span above it, which names both.
fn said(id: &str) -> Value {
    let body = json!({
        "id": format!("{id}-run"), "traceId": id, "name": "run", "startTime": "2026-11-21T08:58:00Z",
        "metadata": { "agent": "desk", "tenant": "north" },
    });
    event(id, "span-create", body)
}

async fn require(t: &TestApp, who: &Asker, names: &[Name]) -> Result<(), Error> {
    let names: BTreeSet<Name> = names.iter().copied().collect();
    identity::set(&t.app, who, names, "tenants are billed by it").await
}

/// Lets the queue run once everything has been quiet, and then once more.
async fn settle(t: &TestApp) {
    for _ in 0..2 {
        t.clock.advance(2 * MINUTE + SECOND);
        jobs::drain(&t.app, &t.services.jobs).await.unwrap();
    }
}

/// Trace and words of each exception about a name, in order.
async fn told(t: &TestApp, case: &Case) -> Vec<String> {
    let (project, order) = (case.owner.project, case.order.clone());
    let filter = Filter { order_id: Some(order), ..Filter::default() };
    let rows = t.app.db.read(move |conn| list(conn, project, &filter)).await.unwrap();
    let about = rows.into_iter().filter(|row| row.kind == "identity_missing");
    let mut told: Vec<String> = about.map(|row| format!("{}: {}", row.trace_id, row.detail)).collect();
    told.sort();
    told
}

on_both! {
    async fn a_call_without_a_required_name_is_told_once_whatever_comes_first(t: TestApp) {
        let case = case(&t).await;
        let project = case.owner.project;
        require(&t, &case.owner, &[Name::Agent, Name::Tenant, Name::Session]).await.unwrap();
        // The span that names them comes in time, before or after the call.
        send(&t, project, vec![trace("above-last", NUMBER, "s"), call("above-last")]).await;
        send(&t, project, vec![said("above-first"), trace("above-first", NUMBER, "s")]).await;
        t.clock.advance(30 * SECOND);
        send(&t, project, vec![said("above-last")]).await;
        send(&t, project, vec![call("above-first")]).await;
        // Nothing names anything, in two orders and twice.
        send(&t, project, vec![call("bare-a"), trace("bare-a", NUMBER, "")]).await;
        send(&t, project, vec![call("bare-b")]).await;
        t.clock.advance(30 * SECOND);
        send(&t, project, vec![trace("bare-b", NUMBER, "s")]).await;
        send(&t, project, vec![trace("bare-a", NUMBER, "")]).await;
        jobs::drain(&t.app, &t.services.jobs).await.unwrap();
        assert_eq!(told(&t, &case).await, [] as [&str; 0], "before the traces are quiet");
        settle(&t).await;
        let expected = [
            "bare-a: a call belongs to no session",
            "bare-a: a call names no agent",
            "bare-a: a call names no tenant",
            "bare-b: a call names no agent",
            "bare-b: a call names no tenant",
        ];
        assert_eq!(told(&t, &case).await, expected);
        send(&t, project, vec![call("bare-a"), call("bare-b"), trace("bare-b", NUMBER, "s")]).await;
        settle(&t).await;
        assert_eq!(told(&t, &case).await, expected, "said again");
    }

    async fn what_comes_after_the_trace_settled_is_looked_at_and_an_answer_stands(t: TestApp) {
        let case = case(&t).await;
        let project = case.owner.project;
        require(&t, &case.owner, &[Name::Tenant]).await.unwrap();
        send(&t, project, vec![said("late"), trace("late", NUMBER, "")]).await;
        settle(&t).await;
        assert_eq!(told(&t, &case).await, [] as [&str; 0]);
        let alone = event("late-2", "generation-create", json!({ "id": "late-2", "traceId": "late", "name": "ask",
            "startTime": "2026-11-21T08:59:00Z" }));
        send(&t, project, vec![alone]).await;
        settle(&t).await;
        assert_eq!(told(&t, &case).await, ["late: a call names no tenant"]);
        let filter = Filter { open: Some(true), order_id: Some(case.order.clone()), ..Filter::default() };
        let rows = t.app.db.read(move |conn| list(conn, project, &filter)).await.unwrap();
        let id = rows.iter().find(|row| row.kind == "identity_missing").unwrap().exception_id.clone();
        resolve_exception(&t.app, &case.auditor, id, Answer::Harmless, "it is the test bench").await.unwrap();
        send(&t, project, vec![call("late")]).await;
        settle(&t).await;
        assert_eq!(told(&t, &case).await, ["late: a call names no tenant"], "asked again after its answer");
    }

    async fn a_link_made_later_is_looked_at_with_it_and_nothing_is_required_at_first(t: TestApp) {
        let case = case(&t).await;
        let project = case.owner.project;
        send(&t, project, vec![call("early"), trace("early", NUMBER, "")]).await;
        send(&t, project, vec![call("by-hand"), trace("by-hand", "", "")]).await;
        settle(&t).await;
        assert_eq!(told(&t, &case).await, [] as [&str; 0], "nobody required it");
        require(&t, &case.owner, &[Name::Persona]).await.unwrap();
        settle(&t).await;
        assert_eq!(told(&t, &case).await, [] as [&str; 0], "it came before");
        link_to(&t, &case, "3.1", "by-hand").await.unwrap();
        assert_eq!(told(&t, &case).await, ["by-hand: a call names no persona"]);
        link_to(&t, &case, "3.2", "by-hand").await.unwrap();
        assert_eq!(told(&t, &case).await, ["by-hand: a call names no persona"]);
    }

    async fn a_supervisor_decides_it_and_says_why(t: TestApp) {
        let case = case(&t).await;
        let supervisor = other(&case.owner, "boss", &[Role::Supervisor]);
        for who in [&case.tech, &case.auditor] {
            assert!(matches!(require(&t, who, &[Name::Agent]).await, Err(Error::Forbidden(_))));
        }
        let silent = identity::set(&t.app, &supervisor, BTreeSet::from([Name::Agent]), "  ").await;
        assert!(matches!(silent, Err(Error::Invalid(_))), "{silent:?}");
        require(&t, &supervisor, &[Name::Agent]).await.unwrap();
        require(&t, &supervisor, &[Name::Agent]).await.unwrap();
        require(&t, &supervisor, &[]).await.unwrap();
        let project = case.owner.project;
        let changes = t.app.db.read(move |conn| identity::reads::changes(conn, project)).await.unwrap();
        let told: Vec<(usize, usize, &str, &str)> = changes
            .iter()
            .map(|it| (it.decided.from.len(), it.decided.to.len(), it.decided.reason.as_str(), it.by.as_str()))
            .collect();
        let why = "tenants are billed by it";
        assert_eq!(told, [(0, 1, why, "boss Name"), (1, 0, why, "boss Name")]);
    }
}
