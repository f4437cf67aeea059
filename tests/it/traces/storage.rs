//! What is stored: rows, revisions, bodies, sums, work references, receipts.

use std::sync::Mutex;

use serde_json::{Value, json};
use tracewright::bodies::{body_at, body_by_digest, current_body, trace_body};
use tracewright::db::Tx;
use tracewright::foundation::{Asker, Digest, ProjectKey, Result};
use tracewright::intake::Intake;
use tracewright::intake::ingest::{RequestBody, ingest_batch};
use tracewright::state::App;
use tracewright::traces::{Arrived, Hooks, WorkRef, reads, receipts};

use super::{PROJECT, batch, digest_of, event, otlp_json, seen, try_batch};
use crate::harness::{SECOND, on_both};

fn story() -> Vec<Value> {
    vec![
        event(
            "e1",
            "trace-create",
            0,
            json!({"id": "t", "name": "turn", "sessionId": "s", "userId": "u",
            "tags": ["beta", "wo:WO-2026-001/3"], "input": {"q": 1}}),
        ),
        event(
            "e2",
            "generation-create",
            1,
            json!({"id": "g", "traceId": "t", "name": "call", "model": "m-1",
            "startTime": "2026-11-21T09:00:01.000Z", "input": [{"role": "user", "content": "two bars?"}],
            "metadata": {"a": {"b": 1}}}),
        ),
        event(
            "e3",
            "generation-update",
            2,
            json!({"id": "g", "traceId": "t", "output": "yes, two",
            "endTime": "2026-11-21T09:00:03.000Z", "metadata": {"a": {"c": 0.1}},
            "usageDetails": {"input": 10, "output": 5}, "costDetails": {"total": 0.25}}),
        ),
        event(
            "e4",
            "span-create",
            2,
            json!({"id": "s", "traceId": "t", "level": "ERROR",
            "statusMessage": "a\u{0}b", "parentObservationId": "g"}),
        ),
        event(
            "e5",
            "score-create",
            3,
            json!({"id": "sc", "traceId": "t", "name": "ok", "value": 0.30000000000000004}),
        ),
    ]
}

on_both! {
    async fn any_order_and_any_cut_into_requests_gives_the_same_rows(t: TestApp) {
        let events = story();
        let mut first = None;
        let orders: [&[usize]; 5] = [&[0, 1, 2, 3, 4], &[4, 3, 2, 1, 0], &[2, 0, 4, 1, 3], &[1, 2, 3, 0, 4], &[3, 2, 1, 4, 0]];
        for (number, order) in orders.into_iter().enumerate() {
            for cut in [1, 2, 5] {
                let project = ProjectKey(100 + i64::try_from(number * 10 + cut).unwrap());
                for part in order.chunks(cut) {
                    let part: Vec<Value> = part.iter().map(|at| events[*at].clone()).collect();
                    batch(&t, project, &part).await;
                }
                let now = seen(&t, project).await;
                assert_eq!(*first.get_or_insert_with(|| now.clone()), now, "{order:?} by {cut}");
            }
        }
        let now = first.unwrap();
        let trace = &now.traces[0];
        assert_eq!((trace.observation_count, trace.error_count, trace.total_tokens), (2, 1, 15));
        assert_eq!((trace.cost_nanos, trace.models.as_str(), trace.level.as_str()), (250_000_000, "m-1", "ERROR"));
        assert_eq!((trace.session_id.as_deref(), trace.duration()), (Some("s"), 3_000_000));
        assert_eq!(now.scores[0].value, "0.30000000000000004");
        assert_eq!(now.observations.iter().find(|o| o.observation_id == "s").unwrap().status_message.as_deref(), Some("a\u{fffd}b"));
    }

    async fn a_repeat_changes_no_row(t: TestApp) {
        batch(&t, PROJECT, &story()).await;
        let before = seen(&t, PROJECT).await;
        t.clock.advance(SECOND);
        batch(&t, PROJECT, &story()).await;
        for one in story() {
            batch(&t, PROJECT, &[one]).await;
        }
        assert_eq!(seen(&t, PROJECT).await, before);
        assert!(t.app.db.read(|conn| reads::is_quiet_since(conn, PROJECT, "t", foundation::Timestamp(i64::MAX))).await.unwrap());
    }

    async fn a_second_arrival_keeps_the_earlier_revision_readable(t: TestApp) {
        let events = story();
        batch(&t, PROJECT, &events[..2]).await;
        let old = seen(&t, PROJECT).await.observations.remove(0);
        batch(&t, PROJECT, &events[2..]).await;
        let now = seen(&t, PROJECT).await.observations.into_iter().find(|o| o.observation_id == "g").unwrap();
        assert_ne!(old.revision, now.revision);
        assert_eq!((old.arrivals, now.arrivals), (1, 2));
        for row in [&old, &now] {
            let revision = digest_of(row);
            let image = t.app.db.read(move |conn| reads::image(conn, PROJECT, "t", "g", revision)).await.unwrap().unwrap();
            assert_eq!(Digest::of(&image), revision);
        }
        let input = current_body(&t.app, PROJECT, "t", "g", "input").await.unwrap().unwrap();
        assert_eq!(input.bytes, br#"[{"role":"user","content":"two bars?"}]"#);
        assert_eq!(input.revision, digest_of(&now));
        let output = current_body(&t.app, PROJECT, "t", "g", "output").await.unwrap().unwrap();
        assert_eq!(output.bytes, br#""yes, two""#);
        assert_eq!(body_by_digest(&t.app, PROJECT, "t", "g", output.digest).await.unwrap(), Some(output.bytes));
        let then = body_at(&t.app, PROJECT, "t", "g", Some(digest_of(&old)), "output").await.unwrap();
        assert!(then.is_none_or(|body| body.bytes != br#""yes, two""#), "the earlier revision shows the later output");
        let input_then = body_at(&t.app, PROJECT, "t", "g", Some(digest_of(&old)), "input").await.unwrap().unwrap();
        assert_eq!(input_then.revision, digest_of(&old));
        let metadata = current_body(&t.app, PROJECT, "t", "g", "metadata").await.unwrap().unwrap();
        assert_eq!(metadata.bytes, br#"{"a":{"b":1,"c":0.1}}"#);
        let (_, bytes) = trace_body(&t.app, PROJECT, "t", "input").await.unwrap().unwrap();
        assert_eq!(bytes, br#"{"q":1}"#);
    }

    async fn a_big_body_lies_in_object_storage_and_comes_back_whole(t: TestApp) {
        let big = "x".repeat(300 << 10);
        batch(&t, PROJECT, &[event("e", "span-create", 0, json!({"id": "o", "traceId": "t", "input": big}))]).await;
        let body = current_body(&t.app, PROJECT, "t", "o", "input").await.unwrap().unwrap();
        assert_eq!(body.bytes.len(), big.len() + 2);
    }

    async fn a_trace_shows_its_latest_input_although_its_output_is_an_earlier_one(t: TestApp) {
        let first = event("e1", "trace-create", 1, json!({"id": "t", "input": "asked"}));
        let second = event("e2", "trace-create", 2, json!({"id": "t", "input": "asked again", "output": "asked"}));
        batch(&t, PROJECT, &[first.clone(), second.clone()]).await;
        batch(&t, ProjectKey(2), &[first]).await;
        batch(&t, ProjectKey(2), &[second]).await;
        for project in [PROJECT, ProjectKey(2)] {
            for (field, expected) in [("input", r#""asked again""#), ("output", r#""asked""#)] {
                let (_, bytes) = trace_body(&t.app, project, "t", field).await.unwrap().unwrap();
                assert_eq!(String::from_utf8(bytes).unwrap(), expected, "{field}");
            }
        }
    }

    async fn a_repeated_call_that_is_updated_counts_no_second_time(t: TestApp) {
        let trace = "0af7651916cd43dd8448eb211c80319c";
        let call = |id: &str, parent: &str, scope: &str| json!({"scope": {"name": scope}, "spans": [{"traceId": trace, "spanId": id,
            "parentSpanId": parent, "name": "chat", "startTimeUnixNano": "1795000000000000000", "endTimeUnixNano": "1795000001000000000",
            "attributes": [{"key": "gen_ai.operation.name", "value": {"stringValue": "chat"}},
                {"key": "gen_ai.usage.input_tokens", "value": {"intValue": "10"}}]}]});
        let both = [call("00f067aa0ba902b7", "", "litellm"), call("00f067aa0ba902b8", "00f067aa0ba902b7", "openai")];
        otlp_json(&t, PROJECT, &json!({"resourceSpans": [{"scopeSpans": both}]})).await;
        assert_eq!(seen(&t, PROJECT).await.traces[0].total_tokens, 10);
        let update = json!({"id": "00f067aa0ba902b8", "traceId": trace, "statusMessage": "said later"});
        batch(&t, PROJECT, &[event("late", "generation-update", 59, update)]).await;
        assert_eq!(seen(&t, PROJECT).await.traces[0].total_tokens, 10);
    }

    async fn the_longest_ids_fit_and_longer_ones_are_refused_by_themselves(t: TestApp) {
        // Letters that compress badly, as in an index.
        let id = |letters: usize, seed: u32| (0..letters)
            .map(|n| char::from_u32(0x4e00 + Digest::of(&[n.to_be_bytes().as_slice(), &seed.to_be_bytes()].concat()).0[..2].iter().fold(0, |sum, byte| sum * 64 + u32::from(*byte) % 64)).unwrap())
            .collect::<String>();
        let (fits, long) = (id(400, 1), id(401, 2));
        let create = |trace: &str, id: &str| event(&format!("e-{}", id.len()), "span-create", 0, json!({"id": id, "traceId": trace}));
        let update = event("u", "span-update", 1, json!({"id": fits, "traceId": fits, "name": "n"}));
        let answers = try_batch(&t, PROJECT, &[create(&fits, &fits), create(&fits, &long), update]).await;
        let faults: Vec<bool> = answers.iter().map(|answer| answer.fault.is_some()).collect();
        assert_eq!(faults, [false, true, false], "{answers:?}");
        assert_eq!(seen(&t, PROJECT).await.observations.len(), 1);
    }

    async fn numbers_too_large_to_be_true_spoil_no_sum(t: TestApp) {
        let call = |id: &str, second: u32, tokens: i64, cost: f64| event(&format!("{id}-{second}"), "generation-create", second,
            json!({"id": id, "traceId": "t", "usageDetails": {"input": tokens}, "costDetails": {"total": cost}}));
        batch(&t, PROJECT, &[call("a", 1, i64::MAX, 9e9), call("b", 1, i64::MAX, 9e9), call("c", 1, 5, 0.25)]).await;
        batch(&t, PROJECT, &[call("a", 2, 1, 0.25), call("b", 2, 1, 0.25)]).await;
        let trace = seen(&t, PROJECT).await.traces.remove(0);
        assert_eq!((trace.input_tokens, trace.cost_nanos), (7, 750_000_000));
    }

    async fn an_update_of_an_unknown_observation_without_a_trace_is_refused_by_itself(t: TestApp) {
        let answers = try_batch(&t, PROJECT, &[
            event("e1", "span-update", 0, json!({"id": "nobody", "name": "x"})),
            event("e2", "span-create", 0, json!({"id": "o", "traceId": "t"})),
        ]).await;
        assert!(answers[0].fault.as_ref().unwrap().contains("traceId"));
        assert_eq!(answers[1].fault, None);
        assert_eq!(seen(&t, PROJECT).await.observations.len(), 1);
    }

    async fn a_call_seen_twice_counts_once_whichever_comes_first(t: TestApp) {
        let span = |id: &str, parent: &str, scope: &str| json!({"resourceSpans": [{"scopeSpans": [{
            "scope": {"name": scope}, "spans": [{"traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": id,
            "parentSpanId": parent, "name": "chat", "startTimeUnixNano": "1795000000000000000", "endTimeUnixNano": "1795000001000000000",
            "attributes": [{"key": "gen_ai.operation.name", "value": {"stringValue": "chat"}},
                {"key": "gen_ai.request.model", "value": {"stringValue": "m"}},
                {"key": "gen_ai.usage.input_tokens", "value": {"intValue": "10"}},
                {"key": "gen_ai.usage.output_tokens", "value": {"intValue": "5"}}]}]}]}]});
        let outer = span("00f067aa0ba902b7", "", "litellm");
        let inner = span("00f067aa0ba902b8", "00f067aa0ba902b7", "openai");
        for (project, order) in [(PROJECT, [&outer, &inner]), (ProjectKey(2), [&inner, &outer])] {
            for body in order {
                otlp_json(&t, project, body).await;
            }
            let now = seen(&t, project).await;
            assert_eq!((now.traces[0].observation_count, now.traces[0].total_tokens), (2, 15), "{now:?}");
        }
    }

    async fn hooks_hear_each_work_order_once_inside_the_transaction(t: TestApp) {
        static HEARD: Mutex<Vec<(bool, Arrived)>> = Mutex::new(Vec::new());
        fn hook(_: &App, tx: &mut Tx<'_>, arrived: &[Arrived]) -> Result<()> {
            let sqlite = tx.conn.is_sqlite();
            HEARD.lock().unwrap().extend(arrived.iter().cloned().map(|arrived| (sqlite, arrived)));
            Ok(())
        }
        let hooks = Hooks { arrived: vec![hook], ..Hooks::none() };
        let intake = Intake::over(hooks);
        for _ in 0..2 {
            let body = json!({ "batch": story() }).to_string().into_bytes();
            ingest_batch(&t.app, &intake, &Asker::system(PROJECT), RequestBody::plain(body)).await.unwrap();
        }
        let sqlite = t.app.db.is_sqlite();
        let heard: Vec<Arrived> = HEARD.lock().unwrap().iter().filter(|(on, _)| *on == sqlite).map(|(_, a)| a.clone()).collect();
        assert_eq!(heard.len(), 1);
        assert_eq!(heard[0].work_refs, [WorkRef { text: "WO-2026-001/3".to_owned(), observation_id: None }]);
    }

    async fn receipts_put_what_came_under_one_event(t: TestApp) {
        batch(&t, PROJECT, &story()).await;
        batch(&t, ProjectKey(2), &story()).await;
        assert_eq!(receipts::receive_once(&t.app).await.unwrap(), 2);
        assert_eq!(receipts::receive_once(&t.app).await.unwrap(), 0);
        let events = t.app.db.read(|conn| tracewright::ledger::events::read_from(conn, 0, 100)).await.unwrap();
        let event = events.iter().find(|event| event.kind == "traces.received.v1").unwrap();
        assert_eq!((event.stream_id.as_str(), event.data()["revisions"].as_i64()), ("2026-11-21", Some(4)));
    }
}
