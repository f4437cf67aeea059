//! Any order, any repetition, any cutting into requests: the same rows, the same revisions, the same bodies.

use diesel::prelude::*;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};
use tracewright::db::schema::{sessions, traces};
use tracewright::foundation::ProjectKey;
use tracewright::traces::bodies::current_body;

use super::{Seen, batch, event, otlp_json, seen};
use crate::harness::{TestApp, on_both};

/// What a client sends: an event of a batch, or a span.
#[derive(Clone, Debug)]
enum Said {
    Event(Value),
    Span(Value),
}

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

fn messages(count: usize) -> Value {
    json!(
        (0..count)
            .map(|n| json!({"role": "user", "content": format!("{n} {}", "word ".repeat(20))}))
            .collect::<Vec<_>>()
    )
}

/// One thing that may be said; the seed decides all of it.
fn said(seed: u64) -> Said {
    let pick = |n: u64, of: u64| (seed / n) % of;
    let small = |n: u64, of: u64| u32::try_from(pick(n, of)).unwrap();
    let trace = [TRACE, "t2"][usize::try_from(pick(2, 2)).unwrap()];
    let observation = format!("o{}", pick(3, 3));
    let id = format!("e{seed}");
    let input = if pick(5, 3) == 0 { json!("") } else { messages(usize::try_from(pick(7, 12)).unwrap()) };
    let environment = if pick(19, 2) == 0 { "a" } else { "b" };
    let level = if pick(41, 2) == 0 { "ERROR" } else { "DEFAULT" };
    match pick(11, 6) {
        0 | 1 => Said::Event(event(
            &id,
            "trace-create",
            small(13, 50),
            json!({"id": trace,
            "sessionId": format!("s{}", pick(17, 2)), "environment": environment,
            "tags": [format!("t{}", pick(23, 4))], "metadata": {"a": {format!("k{}", pick(29, 3)): seed % 5}},
            "timestamp": format!("2026-11-21T08:00:{:02}Z", pick(31, 60)), "input": input}),
        )),
        2 | 3 => Said::Event(event(
            &id,
            "generation-create",
            small(13, 50),
            json!({"id": observation, "traceId": trace,
            "input": input, "model": format!("m{}", pick(37, 2)), "level": level,
            "startTime": format!("2026-11-21T09:00:{:02}Z", pick(43, 60)), "usageDetails": {"input": pick(47, 9)}}),
        )),
        4 => Said::Event(event(
            &id,
            "generation-update",
            small(13, 50),
            json!({"id": observation, "traceId": trace,
            "output": messages(usize::try_from(pick(53, 3)).unwrap()), "metadata": {"b": seed % 7},
            "endTime": format!("2026-11-21T09:01:{:02}Z", pick(59, 60))}),
        )),
        _ => Said::Span(json!({"traceId": TRACE, "spanId": format!("{:016x}", pick(3, 3) + 1),
            "name": format!("n{}", pick(61, 3)), "startTimeUnixNano": (1_795_000_000_000_000_000 + pick(67, 999)).to_string(),
            "endTimeUnixNano": (1_795_000_001_000_000_000 + pick(71, 999)).to_string(),
            "attributes": [{"key": "langfuse.observation.input", "value": {"stringValue": input.to_string()}},
                {"key": "session.id", "value": {"stringValue": format!("s{}", pick(17, 2))}}]})),
    }
}

async fn send(t: &TestApp, project: ProjectKey, part: &[Said]) {
    let events: Vec<Value> = part
        .iter()
        .filter_map(|said| if let Said::Event(event) = said { Some(event.clone()) } else { None })
        .collect();
    let spans: Vec<&Value> =
        part.iter().filter_map(|said| if let Said::Span(span) = said { Some(span) } else { None }).collect();
    if !events.is_empty() {
        batch(t, project, &events).await;
    }
    if !spans.is_empty() {
        otlp_json(
            t,
            project,
            &json!({"resourceSpans": [{"scopeSpans": [{"scope": {"name": "x"}, "spans": spans}]}]}),
        )
        .await;
    }
}

type Session = (String, Option<String>, i64, i64);
type Body = (String, String, &'static str, Option<Vec<u8>>);

#[derive(Debug, PartialEq)]
struct End {
    seen: Seen,
    sessions: Vec<Session>,
    /// What a trace is folded from.
    states: Vec<Value>,
    bodies: Vec<Body>,
}

async fn end(t: &TestApp, project: ProjectKey) -> End {
    let seen = seen(t, project).await;
    let read = move |conn: &mut tracewright::db::AnyConnection| {
        let sessions: Vec<Session> = sessions::table
            .filter(sessions::project.eq(project))
            .order(sessions::session_id.asc())
            .select((sessions::session_id, sessions::environment, sessions::first_at, sessions::last_at))
            .load(conn)?;
        let states: Vec<Vec<u8>> = traces::table
            .filter(traces::project.eq(project))
            .order(traces::trace_id.asc())
            .select(traces::state)
            .load(conn)?;
        Ok((sessions, states.iter().map(|state| serde_json::from_slice(state).unwrap()).collect()))
    };
    let (sessions, states) = t.app.db.read(read).await.unwrap();
    let mut bodies = Vec::new();
    for row in &seen.observations {
        for field in ["input", "output", "metadata"] {
            let (trace, id) = (row.trace_id.clone(), row.observation_id.clone());
            let body = current_body(&t.app, project, &trace, &id, field).await.unwrap();
            bodies.push((trace, id, field, body.map(|body| body.bytes)));
        }
    }
    End { seen, sessions, states, bodies }
}

on_both! {
    async fn what_is_stored_depends_only_on_what_was_said(t: TestApp) {
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        let set = prop::collection::vec(0..1_000_000_u64, 2..12);
        for case in 0..12 {
            let all: Vec<Said> = set.new_tree(&mut runner).unwrap().current().into_iter().map(said).collect();
            let project = |way: i64| ProjectKey(1_000 + case * 10 + way);
            send(&t, project(0), &all).await;
            let expected = end(&t, project(0)).await;
            for way in 1..4 {
                let order = Just(all.clone()).prop_shuffle().new_tree(&mut runner).unwrap().current();
                let cut = (1..4_usize).new_tree(&mut runner).unwrap().current();
                for part in order.chunks(cut) {
                    send(&t, project(way), part).await;
                }
                send(&t, project(way), &order[..order.len().min(3)]).await;
                let found = end(&t, project(way)).await;
                assert_eq!(found, expected, "case {case}: {order:#?} by {cut}");
            }
        }
    }
}
