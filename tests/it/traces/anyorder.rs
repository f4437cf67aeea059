//! Any order, any repetition, any cutting into requests: the same rows, the same revisions, the same bodies.
//!
//! Covers traces, observations, scores of both ways in, spans, updates before their creates, updates that name no trace
//! (a refused one is sent again, as the answer asks), and conversations.

use diesel::prelude::*;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};
use tracewright::bodies::{current_body, trace_body};
use tracewright::db::AnyConnection;
use tracewright::db::schema::{arrivals, observations, scores, sessions, traces};
use tracewright::foundation::{Asker, ProjectKey, Result};
use tracewright::intake::Intake;
use tracewright::intake::ingest::{RequestBody, ScoresTaken, ingest_scores};
use tracewright::traces::reads::ScoreRow;

use super::{Seen, event, otlp_json, seen, try_batch};
use crate::harness::{TestApp, on_both};

/// What a client sends: an event of a batch, a posted score, or a span.
#[derive(Clone, Debug)]
enum Said {
    Event(Value),
    Score(Value),
    Span(Value),
}

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const TRACES: [&str; 2] = [TRACE, "t2"];

fn messages(count: usize) -> Value {
    json!(
        (0..count)
            .map(|n| json!({"role": "user", "content": format!("{n} {}", "word ".repeat(20))}))
            .collect::<Vec<_>>()
    )
}

/// Picks by a seed, each time something else.
struct Pick(u64);

impl Pick {
    fn of(&mut self, count: u64) -> u64 {
        // The constants of Knuth's MMIX generator.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % count
    }

    fn usize(&mut self, count: u64) -> usize {
        usize::try_from(self.of(count)).unwrap()
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.usize(of.len() as u64)]
    }

    fn time(&mut self, minute: u32) -> String {
        format!("2026-11-21T09:{minute:02}:{:02}Z", self.of(60))
    }
}

/// One thing that may be said; the seed decides all of it.
fn said(seed: u64) -> Said {
    let mut pick = Pick(seed);
    // Few ids of events: some are used for two different events.
    let (id, second) = (format!("e{}", pick.of(200)), u32::try_from(pick.of(50)).unwrap());
    let input = if pick.of(3) == 0 { json!("") } else { messages(pick.usize(12)) };
    let (kind, body) = match pick.of(12) {
        0 | 1 => ("trace-create", trace(&mut pick, input)),
        2 | 3 => ("generation-create", create(&mut pick, input)),
        4 => ("generation-update", update(&mut pick)),
        5 => ("span-update", homeless(&mut pick)),
        6 => ("generation-create", at_home(&mut pick, input)),
        7 | 8 => ("score-create", score(&mut pick)),
        9 => {
            let mut score = score(&mut pick);
            score["timestamp"] = json!(pick.time(3));
            return Said::Score(score);
        }
        _ => return Said::Span(span(&mut pick, &input)),
    };
    Said::Event(event(&id, kind, second, body))
}

fn trace(pick: &mut Pick, input: Value) -> Value {
    json!({"id": pick.one(&TRACES), "sessionId": format!("s{}", pick.of(2)), "environment": pick.one(&["a", "b"]),
        "tags": [format!("t{}", pick.of(4))], "metadata": {"a": {format!("k{}", pick.of(3)): pick.of(5)}},
        "timestamp": pick.time(0), "input": input, "output": messages(pick.usize(3)), "name": pick.one(&[None, Some("x"), Some("y")])})
}

fn create(pick: &mut Pick, input: Value) -> Value {
    json!({"id": format!("o{}", pick.of(3)), "traceId": pick.one(&TRACES), "input": input,
        "model": format!("m{}", pick.of(2)), "level": pick.one(&["ERROR", "WARNING", "DEFAULT"]), "startTime": pick.time(1),
        "usageDetails": {"input": pick.one(&[0, 3, 5, i64::MAX])}, "costDetails": {"total": pick.one(&[0.25, 1e9])}})
}

fn update(pick: &mut Pick) -> Value {
    let id = pick.one(&["o0", "o1", "o2", "0000000000000001", "0000000000000002"]);
    json!({"id": id, "traceId": pick.one(&TRACES), "output": messages(pick.usize(3)),
        "metadata": {"b": pick.of(7)}, "endTime": pick.time(2), "usageDetails": {"output": pick.one(&[1, 2, i64::MAX])}})
}

/// An update that names no trace, of an observation that only one trace has.
fn homeless(pick: &mut Pick) -> Value {
    json!({"id": format!("h{}", pick.of(2)), "output": messages(pick.usize(3)), "level": pick.one(&["ERROR", "DEFAULT"]),
        "endTime": pick.time(2), "name": pick.one(&[None, Some("late")])})
}

fn at_home(pick: &mut Pick, input: Value) -> Value {
    let home = pick.usize(2);
    json!({"id": format!("h{home}"), "traceId": TRACES[home], "input": input, "startTime": pick.time(1)})
}

fn score(pick: &mut Pick) -> Value {
    let mut score = json!({"name": format!("n{}", pick.of(2)), "value": pick.of(9), "environment": pick.one(&["a", "b"]),
        "comment": pick.one(&[None, Some("why"), Some("because")])});
    if pick.of(4) > 0 {
        score["id"] = json!(format!("score{}", pick.of(3)));
    }
    match pick.of(3) {
        0 => score["sessionId"] = json!("s0"),
        1 => score["traceId"] = json!(pick.one(&TRACES)),
        _ => {
            score["traceId"] = json!(pick.one(&TRACES));
            score["observationId"] = json!("o0");
        }
    }
    score
}

/// A call of a model, which may repeat the one it hangs from.
fn span(pick: &mut Pick, input: &Value) -> Value {
    let text = |key: &str, value: String| json!({"key": key, "value": {"stringValue": value}});
    let parent = pick.one(&["", "0000000000000001", "0000000000000002"]);
    json!({"scope": {"name": pick.one(&["litellm", "openai"])}, "spans": [{"traceId": TRACE,
        "spanId": format!("{:016x}", pick.of(3) + 1), "parentSpanId": parent, "name": format!("n{}", pick.of(3)),
        "startTimeUnixNano": (1_795_000_000_000_000_000 + pick.of(999)).to_string(),
        "endTimeUnixNano": (1_795_000_001_000_000_000 + pick.of(999)).to_string(),
        "attributes": [text("langfuse.observation.input", input.to_string()), text("session.id", format!("s{}", pick.of(2))),
            text("gen_ai.operation.name", pick.one(&["chat", "invoke_agent"]).to_owned()), text("gen_ai.request.model", "m".to_owned()),
            {"key": "gen_ai.usage.input_tokens", "value": {"intValue": "10"}}]}]})
}

/// Sends a part as one request of each kind; gives back the updates whose observation is not known yet.
async fn send(t: &TestApp, project: ProjectKey, part: &[Said]) -> Vec<Said> {
    let (mut events, mut scores, mut spans) = (Vec::new(), Vec::new(), Vec::new());
    for said in part {
        match said {
            Said::Event(event) => events.push(event.clone()),
            Said::Score(score) => scores.push(score.clone()),
            Said::Span(span) => spans.push(span.clone()),
        }
    }
    let mut refused = Vec::new();
    if !events.is_empty() {
        let answers = try_batch(t, project, &events).await;
        let faulty = answers.iter().zip(&events).filter(|(answer, _)| answer.fault.is_some());
        refused.extend(faulty.map(|(_, event)| Said::Event(event.clone())));
    }
    if !scores.is_empty() {
        let sent = RequestBody::plain(json!(scores).to_string().into_bytes());
        let taken = ingest_scores(&t.app, &Intake::unheard(), &Asker::system(project), sent).await.unwrap();
        assert_eq!(taken, ScoresTaken::Many { accepted: scores.len(), refused: Vec::new() });
    }
    if !spans.is_empty() {
        otlp_json(t, project, &json!({"resourceSpans": [{"scopeSpans": spans}]})).await;
    }
    refused
}

/// Sends all of it in parts, and again what was refused until nothing changes.
async fn send_in_parts(t: &TestApp, project: ProjectKey, all: &[Said], size: usize) {
    let mut waiting = Vec::new();
    for part in all.chunks(size) {
        waiting.extend(send(t, project, part).await);
    }
    loop {
        let before = waiting.len();
        waiting = send(t, project, &waiting).await;
        if waiting.len() == before {
            return;
        }
    }
}

type Session = (String, Option<String>, i64, i64);
type Body = (String, String, &'static str, Option<Vec<u8>>);
type Arrived = (String, String, Vec<u8>);
type Scored = (ScoreRow, Option<f64>, Option<String>, Vec<u8>);
/// What is not shown of an observation: who saw it and what priced it.
type Unseen = (String, String, Option<String>, Option<String>);

#[derive(Debug, PartialEq)]
struct End {
    seen: Seen,
    unseen: Vec<Unseen>,
    sessions: Vec<Session>,
    scores: Vec<Scored>,
    /// What a trace is folded from.
    states: Vec<Value>,
    arrivals: Vec<Arrived>,
    bodies: Vec<Body>,
}

async fn end(t: &TestApp, project: ProjectKey) -> End {
    let seen = seen(t, project).await;
    let mut end = t.app.db.read(move |conn| rows(conn, project, seen)).await.unwrap();
    for row in &end.seen.observations {
        for field in ["input", "output", "metadata"] {
            let (trace, id) = (row.trace_id.clone(), row.observation_id.clone());
            let body = current_body(&t.app, project, &trace, &id, field).await.unwrap();
            end.bodies.push((trace, id, field, body.map(|body| body.bytes)));
        }
    }
    for row in &end.seen.traces {
        for field in ["input", "output"] {
            let body = trace_body(&t.app, project, &row.trace_id, field).await.unwrap();
            end.bodies.push((row.trace_id.clone(), String::new(), field, body.map(|(_, bytes)| bytes)));
        }
    }
    end
}

fn rows(conn: &mut AnyConnection, project: ProjectKey, seen: Seen) -> Result<End> {
    let unseen = observations::table
        .filter(observations::project.eq(project))
        .order((observations::trace_id.asc(), observations::observation_id.asc()))
        .select((
            observations::trace_id,
            observations::observation_id,
            observations::scope,
            observations::price,
        ))
        .load(conn)?;
    let sessions = sessions::table
        .filter(sessions::project.eq(project))
        .order(sessions::session_id.asc())
        .select((sessions::session_id, sessions::environment, sessions::first_at, sessions::last_at))
        .load(conn)?;
    let scores = scores::table
        .filter(scores::project.eq(project))
        .order(scores::score_id.asc())
        .select((ScoreRow::as_select(), scores::number, scores::word, scores::parts))
        .load(conn)?;
    let states: Vec<Vec<u8>> = traces::table
        .filter(traces::project.eq(project))
        .order(traces::trace_id.asc())
        .select(traces::state)
        .load(conn)?;
    let arrivals = arrivals::table
        .filter(arrivals::project.eq(project))
        .order((arrivals::trace_id.asc(), arrivals::observation_id.asc(), arrivals::digest.asc()))
        .select((arrivals::trace_id, arrivals::observation_id, arrivals::digest))
        .load(conn)?;
    let states = states.iter().map(|state| serde_json::from_slice(state).unwrap()).collect();
    Ok(End { seen, unseen, sessions, scores, states, arrivals, bodies: Vec::new() })
}

on_both! {
    async fn what_is_stored_depends_only_on_what_was_said(t: TestApp) {
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        let cases = std::env::var("TRACEWRIGHT_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(16);
        let set = prop::collection::vec(0..1_000_000_u64, 2..30);
        for case in 0..cases {
            let all: Vec<Said> = set.new_tree(&mut runner).unwrap().current().into_iter().map(said).collect();
            let project = |way: i64| ProjectKey(1_000 + case * 10 + way);
            send_in_parts(&t, project(0), &all, all.len()).await;
            let expected = end(&t, project(0)).await;
            for way in 1..4 {
                let order = Just(all.clone()).prop_shuffle().new_tree(&mut runner).unwrap().current();
                let size = (1..6_usize).new_tree(&mut runner).unwrap().current();
                send_in_parts(&t, project(way), &order, size).await;
                send(&t, project(way), &order[..order.len().min(5)]).await;
                let found = end(&t, project(way)).await;
                assert_eq!(found, expected, "case {case}: {order:#?} by {size}");
            }
        }
    }
}
