//! Our own server as the source: what comes over is what was there.

use actix_web::HttpServer;
use serde_json::json;
use tracewright::bodies::current_body;
use tracewright::foundation::Asker;
use tracewright::intake::ingest::{RequestBody, ingest_batch};
use tracewright::integrations::langfuse::client::Client;
use tracewright::integrations::langfuse::model::Address;
use tracewright::integrations::langfuse::network::Reach;
use tracewright::integrations::langfuse::walk::Pull;
use tracewright::router;

use super::{OTHER, PATIENCE, PROJECT, from_server, go, seen};
use crate::harness::{TestApp, on_both};
use crate::people::owner;

on_both! {
    async fn our_own_server_is_pulled_row_by_row_and_body_by_body(t: TestApp) {
        owner(&t).await;
        fill(&t).await;
        let services = t.other_process();
        let server = HttpServer::new(move || router::app(&services)).workers(1).bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", server.addrs().first().unwrap());
        let running = server.run();
        let handle = running.handle();
        actix_web::rt::spawn(running);

        let client = Client::new(
            Address::parse(&address).unwrap(), "pk-lf-plant-7", "sk-lf-plant-7-secret", Some(PATIENCE), Reach::Private,
        );
        let pull = Pull { client, ..from_server(&t.app, &address, OTHER) };
        let pulled = go(&pull).await.unwrap();
        handle.stop(false).await;
        assert_eq!((pulled.counts.observations, pulled.counts.refused), (60, 0), "{:?}", pulled.counts);

        let (from, to) = (seen(&t.app, PROJECT).await, seen(&t.app, OTHER).await);
        assert_eq!((from.traces.len(), to.traces.len()), (20, 20));
        for (a, b) in from.traces.iter().zip(&to.traces) {
            assert_eq!((&a.trace_id, &a.name, &a.user_id, &a.session_id, a.tag_list()), (&b.trace_id, &b.name, &b.user_id, &b.session_id, b.tag_list()));
            assert_eq!((a.start_at, a.input_tokens, a.output_tokens, a.cost_nanos), (b.start_at, b.input_tokens, b.output_tokens, b.cost_nanos));
        }
        assert_eq!(from.observations.len(), to.observations.len());
        for (a, b) in from.observations.iter().zip(&to.observations) {
            assert_eq!((&a.observation_id, &a.parent_id, &a.kind, &a.name, &a.level), (&b.observation_id, &b.parent_id, &b.kind, &b.name, &b.level));
            assert_eq!((a.start_at, a.end_at, &a.model, a.cost_nanos), (b.start_at, b.end_at, &b.model, b.cost_nanos));
            for role in ["input", "output"] {
                let body = async |project| {
                    let found = current_body(&t.app, project, &a.trace_id, &a.observation_id, role).await;
                    found.unwrap().map(|body| body.bytes)
                };
                assert_eq!(body(PROJECT).await, body(OTHER).await, "{} {role}", a.observation_id);
            }
        }
        assert_eq!(from.scores.len(), to.scores.len());
    }
}

/// Texts and values of every kind; a text that looks like JSON comes over as a text.
fn output(i: usize) -> serde_json::Value {
    match i % 6 {
        0 => json!({"n": 1.5}),
        1 => json!("{\"looks\": \"like an object\"}"),
        2 => json!("[1, 2]"),
        3 => json!(17),
        4 => json!("17"),
        _ => json!(format!("answer {i}")),
    }
}

/// Twenty traces as a client sends them.
async fn fill(t: &TestApp) {
    let mut events = Vec::new();
    for i in 0..20 {
        let (trace, start) = (format!("t{i}"), format!("2026-11-20T10:{i:02}:00.000Z"));
        let mut event = |id: String, kind: &str, body: serde_json::Value| {
            events.push(json!({"id": id, "timestamp": start, "type": kind, "body": body}));
        };
        event(
            format!("e{i}"),
            "trace-create",
            json!({"id": trace, "timestamp": start, "name": format!("chat {i}"), "userId": "ann", "sessionId": "s", "tags": ["x"]}),
        );
        for (k, kind) in ["span-create", "generation-create", "span-create"].into_iter().enumerate() {
            let parent = (k > 0).then(|| format!("{trace}-o0"));
            let usage = (k == 1).then(|| json!({"input": 10, "output": 5, "total": 15}));
            event(
                format!("e{i}-{k}"),
                kind,
                json!({
                    "id": format!("{trace}-o{k}"), "traceId": trace, "parentObservationId": parent, "name": format!("step {k}"),
                    "startTime": start, "endTime": format!("2026-11-20T10:{i:02}:0{}.000Z", k + 1),
                    "input": {"messages": [{"role": "user", "content": format!("hello {i}")}]}, "output": output(i),
                    "model": usage.as_ref().map(|_| "m-1"), "usageDetails": usage, "costDetails": usage.as_ref().map(|_| json!({"total": 0.25})),
                    "metadata": {"k": k},
                }),
            );
        }
        event(
            format!("s{i}"),
            "score-create",
            json!({"id": format!("score{i}"), "traceId": trace, "name": "q", "value": 1}),
        );
    }
    let body = json!({ "batch": events }).to_string().into_bytes();
    let intake = t.services.intake.clone();
    let answers =
        ingest_batch(&t.app, &intake, &Asker::system(PROJECT), RequestBody::plain(body)).await.unwrap();
    assert!(answers.iter().all(|answer| answer.fault.is_none()), "{answers:?}");
}
