//! The batch and score endpoints' rules, one table each.

use serde_json::{Value, json};

use super::score::{ScoreRequest, read_request};
use super::{answer_json, event, read_batch};
use foundation::Error;
use trace_model::{ArrivalKind, BodyRole, Facts, ObservationKind, ScoreType};

fn batch(events: &[Value]) -> super::Batch {
    read_batch(&serde_json::to_vec(&json!({ "batch": events })).unwrap()).unwrap()
}

fn event(kind: &str, body: Value) -> Value {
    let mut event = json!({"id": "e1", "timestamp": "2026-01-01T00:00:00.000Z", "type": kind});
    event["body"] = body;
    event
}

#[test]
fn a_body_without_a_batch_list_is_refused_whole() {
    for body in [&b"{"[..], b"[]", b"[[]]", b"{}", br#"{"batch":{}}"#, br#"{"batch":null}"#, b"\xff", b""] {
        assert!(matches!(read_batch(body), Err(Error::Invalid(_))), "{body:?}");
    }
    let empty = batch(&[]);
    assert_eq!(answer_json(&empty.answers), br#"{"successes":[],"errors":[]}"#);
}

#[test]
fn every_event_type_is_taken() {
    let kinds = [
        "agent",
        "tool",
        "chain",
        "retriever",
        "evaluator",
        "embedding",
        "guardrail",
        "span",
        "generation",
        "event",
    ];
    for kind in kinds {
        let taken = batch(&[event(&format!("{kind}-create"), json!({"id": "o", "traceId": "t"}))]);
        let Facts::Observation(observation, _) = &taken.received[0].facts else { panic!("{kind}") };
        assert_eq!(observation.kind, ObservationKind::parse(kind));
    }
    for (kind, body) in [
        ("trace-create", json!({"id": "t"})),
        ("span-update", json!({"id": "o", "traceId": "t"})),
        ("generation-update", json!({"id": "o"})),
        ("observation-create", json!({"id": "o", "type": "GENERATION"})),
        ("observation-update", json!({"id": "o", "type": "SPAN"})),
        ("score-create", json!({"name": "n", "value": 1, "traceId": "t"})),
    ] {
        assert_eq!(batch(&[event(kind, body)]).received.len(), 1, "{kind}");
    }
    let log = batch(&[event("sdk-log", json!({"log": "x"}))]);
    assert!(log.received.is_empty() && log.answers.is_empty());
}

#[test]
fn a_span_of_mastra_is_what_its_metadata_says() {
    for (event_type, word, expected) in [
        ("span-create", json!("tool_call"), ObservationKind::Tool),
        ("span-update", json!("agent_run"), ObservationKind::Agent),
        ("span-create", json!("workflow_step"), ObservationKind::Chain),
        ("span-create", json!("model_chunk"), ObservationKind::Span),
        ("span-create", json!(7), ObservationKind::Span),
        ("generation-create", json!("tool_call"), ObservationKind::Generation),
    ] {
        let body = json!({"id": "o", "traceId": "t", "metadata": {"spanType": word}});
        let batch = batch(&[event(event_type, body)]);
        let Facts::Observation(observation, _) = &batch.received[0].facts else { panic!() };
        assert_eq!(observation.kind, Some(expected), "{event_type} {word}");
    }
}

#[test]
fn faults_are_answered_event_by_event_with_their_path() {
    let good = event("trace-create", json!({"id": "t"}));
    let long = "x".repeat(801);
    for (bad, path) in [
        (json!(1), "an event must be"),
        (json!({"id": "e"}), "timestamp: is required"),
        (json!({"id": "e", "timestamp": "noon", "type": "trace-create", "body": {}}), "timestamp: must be"),
        (
            json!({"id": "a\rb", "timestamp": "2026-01-01T00:00:00Z", "type": "trace-create", "body": {}}),
            "id: must not",
        ),
        (json!({"id": "e", "timestamp": "2026-01-01T00:00:00Z", "type": "nap-create", "body": {}}), "type: "),
        (
            json!({"id": "e", "timestamp": "2026-01-01T00:00:00Z", "type": "EVENT-create", "body": {}}),
            "type: ",
        ),
        (
            json!({"id": "e", "timestamp": "2026-01-01T00:00:00Z", "type": "event-update", "body": {}}),
            "body.id: is required",
        ),
        (event("trace-create", json!([])), "body: must be"),
        (event("trace-create", json!({"id": long})), "body.id: must have at most"),
        (event("trace-create", json!({"id": "a\u{0}b"})), "body.id: must not contain NUL"),
        (event("trace-create", json!({"id": {"a": 1}})), "body.id: must be a string"),
        (json!(null), "an event must be"),
        (event("span-update", json!({"traceId": "t"})), "body.id: is required"),
        (event("score-create", json!({"name": "n", "value": [true], "traceId": "t"})), "body.value"),
    ] {
        let taken = batch(&[bad.clone(), good.clone()]);
        assert_eq!(taken.received.len(), 1, "{bad}");
        let fault = taken.answers[0].fault.clone().unwrap();
        assert!(fault.contains(path), "{bad}: {fault}");
        assert!(taken.answers[1].fault.is_none());
    }
}

#[test]
fn the_answer_lists_taken_and_refused_events() {
    let taken = batch(&[event("trace-create", json!({"id": "t"})), json!({"type": "x"})]);
    let answer: Value = serde_json::from_slice(&answer_json(&taken.answers)).unwrap();
    assert_eq!(answer["successes"], json!([{"id": "e1", "status": 201}]));
    assert_eq!(answer["errors"][0]["id"], "unknown");
    assert_eq!(answer["errors"][0]["status"], 400);
}

#[test]
fn bodies_keep_their_bytes_and_records_give_the_event_back() {
    let text = r#"{"id":"e","timestamp":"2026-01-01T00:00:00Z","type":"span-create","body":{ "output" : {"a": 1.50, "b":[1 ,2]}, "input":"x\u0000y", "id":"o","traceId":"t" }}"#;
    let body = format!(r#"{{"batch":[{text}]}}"#);
    let taken = read_batch(body.as_bytes()).unwrap();
    let arrival = &taken.received[0].arrival;
    assert_eq!(arrival.kind, ArrivalKind::Create);
    assert_eq!(arrival.body(BodyRole::Output).unwrap().bytes, br#"{"a": 1.50, "b":[1 ,2]}"#);
    assert_eq!(arrival.body(BodyRole::Input).unwrap().bytes, br#""x\u0000y""#);
    let record = std::str::from_utf8(&arrival.record).unwrap();
    assert_eq!(event::restore(record, &arrival.bodies).unwrap(), text.as_bytes());
    assert_eq!(event::reread(record, &arrival.bodies).unwrap(), taken.received[0].facts);
}

#[test]
fn score_values_follow_their_type() {
    let read = |score: Value| read_request(&serde_json::to_vec(&score).unwrap(), 0, &mut || "new".into());
    let base =
        |value: Value, kind: Value| json!({"name": "n", "traceId": "t", "value": value, "dataType": kind});
    for (value, kind, expected) in [
        (json!(0.5), Value::Null, Some(ScoreType::Numeric)),
        (json!("good"), Value::Null, Some(ScoreType::Categorical)),
        (json!(1.0), json!("BOOLEAN"), Some(ScoreType::Boolean)),
        (json!(2), json!("BOOLEAN"), None),
        (json!("two"), json!("NUMERIC"), None),
        (json!("NaN"), json!("NUMERIC"), None),
        (json!([1]), json!("CATEGORICAL"), None),
        (json!(""), json!("TEXT"), None),
        (json!("x".repeat(500)), json!("TEXT"), Some(ScoreType::Text)),
        (json!("x".repeat(501)), json!("TEXT"), None),
        (json!("x".repeat(501)), json!("CORRECTION"), Some(ScoreType::Correction)),
        (json!(1), json!("MOOD"), None),
        (Value::Null, Value::Null, None),
    ] {
        let got = match read(base(value.clone(), kind.clone())) {
            Ok(ScoreRequest::One(one)) => match one.facts {
                Facts::Score(score) => Some(score.data_type),
                _ => None,
            },
            _ => None,
        };
        assert_eq!(got, expected, "{value} {kind}");
    }
}

#[test]
fn a_value_in_another_form_than_that_of_its_type_is_understood() {
    for (value, kind, wanted, as_type) in [
        ("true", "null", "1", ScoreType::Boolean),
        ("false", "null", "0", ScoreType::Boolean),
        ("true", r#""BOOLEAN""#, "1", ScoreType::Boolean),
        (r#""False""#, r#""BOOLEAN""#, "0", ScoreType::Boolean),
        (r#""1""#, r#""BOOLEAN""#, "1", ScoreType::Boolean),
        (r#""0.50""#, r#""NUMERIC""#, "0.50", ScoreType::Numeric),
        (r#"" -1e3 ""#, r#""NUMERIC""#, "-1e3", ScoreType::Numeric),
        ("5", r#""CATEGORICAL""#, r#""5""#, ScoreType::Categorical),
        ("true", r#""CATEGORICAL""#, r#""true""#, ScoreType::Categorical),
        ("1.50", r#""TEXT""#, r#""1.50""#, ScoreType::Text),
        (r#""true""#, "null", r#""true""#, ScoreType::Categorical),
        (r#""0.5""#, "null", r#""0.5""#, ScoreType::Categorical),
    ] {
        let body = format!(r#"{{"name":"n","traceId":"t","value":{value},"dataType":{kind}}}"#);
        let Ok(ScoreRequest::One(one)) = read_request(body.as_bytes(), 0, &mut || "new".into()) else {
            panic!("{body}")
        };
        let Facts::Score(score) = one.facts else { panic!("{body}") };
        assert_eq!((&*score.value, score.data_type), (wanted, as_type), "{body}");
    }
}

#[test]
fn every_kind_of_observation_is_updated_and_a_trace_too() {
    for kind in ObservationKind::ALL {
        let kind = kind.as_str().to_lowercase();
        let taken =
            batch(&[event(&format!("{kind}-update"), json!({"id": "o", "traceId": "t", "output": "x"}))]);
        assert_eq!(taken.answers[0].fault, None, "{kind}");
        assert_eq!(taken.received[0].arrival.kind, ArrivalKind::Update, "{kind}");
    }
    let taken = batch(&[event("trace-update", json!({"id": "t", "name": "n"}))]);
    assert_eq!(taken.received[0].arrival.kind, ArrivalKind::Trace);
}

#[test]
fn a_list_of_scores_is_taken_one_by_one_and_values_stay_as_sent() {
    let body = br#"[{"name":"n","traceId":"t","value":1.50},{"name":"n","value":1},{"name":"s","sessionId":"s","value":4.5,"id":"k"},7,{"name":"n","observationId":"o","value":1}]"#;
    let ScoreRequest::Many { received, refused } = read_request(body, 9, &mut || "new".into()).unwrap()
    else {
        panic!("a list")
    };
    let ids: Vec<_> = received.iter().map(|r| r.arrival.entity_id.as_str()).collect();
    assert_eq!((ids, refused.len()), (vec!["new", "k"], 3));
    let Facts::Score(score) = &received[0].facts else { panic!("a score") };
    assert_eq!((&*score.value, score.timestamp_ns), ("1.50", 9));
    assert!(matches!(read_request(b"{", 0, &mut String::new), Err(Error::Invalid(_))));
}

#[test]
fn a_request_of_endless_entries_is_refused_before_they_cost_memory() {
    let zeros = format!("{}0", "0,".repeat(50_000));
    let refused =
        |cause: Option<Error>| cause.is_some_and(|cause| cause.to_string().contains("smaller batches"));
    assert!(refused(read_batch(format!("{{\"batch\":[{zeros}]}}").as_bytes()).err()));
    assert!(refused(read_request(format!("[{zeros}]").as_bytes(), 0, &mut String::new).err()));
}
