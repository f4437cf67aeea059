//! What servers give, and the events it becomes.

use serde_json::{Value, json};

use super::*;
use wire::langfuse::read_batch;

fn fields_of<T>(entry: &Value, read: impl FnOnce(&Fields<'_>) -> T) -> T {
    let text = entry.to_string();
    read(&Fields::read(&text).unwrap())
}

/// The event as JSON, after our own ingest has read it without a fault.
fn taken(event: &Event) -> Value {
    let batch = read_batch(format!("{{\"batch\":[{}]}}", event.json).as_bytes()).unwrap();
    assert_eq!(batch.answers.first().unwrap().fault, None, "{}", event.json);
    serde_json::from_str(&event.json).unwrap()
}

fn v4() -> Value {
    json!({
        "id": "o1", "traceId": "t1", "startTime": "2026-02-01T12:16:00.123Z", "endTime": "2026-02-01T12:16:02Z",
        "projectId": "p", "parentObservationId": null, "type": "GENERATION", "name": "answer", "level": "WARNING",
        "statusMessage": "slow", "version": "7", "environment": "prod", "isRootObservation": true,
        "userId": "ann", "sessionId": "s1", "updatedAt": "2026-02-01T12:20:00Z", "createdAt": "2026-02-01T12:20:00Z",
        "input": "{\"messages\": [ {\"role\":\"user\",\"content\":\"1.50 \\u00e9\"} ]}", "output": "plain [text",
        "metadata": {"k": "v", "deep": {"a": [1, 2]}}, "model": "m-1", "modelParameters": "{\"temperature\":0.10}",
        "usageDetails": {"input": 10, "output": 5, "input_cached_tokens": 3, "total": 18},
        "costDetails": {"input": 0.00015, "output": 0.0015, "total": 0.00165}, "totalCost": 0.00165,
        "promptName": "p", "promptVersion": 3, "latency": 1.9, "traceName": "chat", "tags": ["b", "a"], "release": "r1"
    })
}

#[test]
fn a_v4_observation_keeps_its_text_its_tokens_and_its_money() {
    let event = fields_of(&v4(), |fields| observation("src", fields, Io::Text).unwrap());
    let body = taken(&event)["body"].clone();
    // The text inside is carried over byte by byte, blanks and all.
    assert!(
        event.json.contains(r#""input":{"messages": [ {"role":"user","content":"1.50 \u00e9"} ]}"#),
        "{}",
        event.json
    );
    assert_eq!(body["output"], "plain [text");
    assert_eq!(body["usageDetails"], v4()["usageDetails"]);
    assert!(event.json.contains(r#""costDetails":{"input":0.00015,"output":0.0015,"total":0.00165}"#));
    assert_eq!(body["modelParameters"], json!({"temperature": 0.1}));
    assert_eq!((&body["promptName"], &body["promptVersion"]), (&json!("p"), &json!(3)));
    assert_eq!(
        (&body["type"], &body["level"], &body["environment"]),
        (&json!("GENERATION"), &json!("WARNING"), &json!("prod"))
    );
    assert_eq!(body["metadata"], v4()["metadata"]);
    assert!(body.get("latency").is_none() && body.get("projectId").is_none());
    assert_eq!(taken(&event)["timestamp"], "2026-02-01T12:20:00Z");
}

#[test]
fn the_same_entry_is_the_same_event_and_a_changed_one_another() {
    let first = fields_of(&v4(), |fields| observation("src", fields, Io::Text).unwrap());
    let mut moved = v4();
    moved["latency"] = json!(99.0);
    assert_eq!(fields_of(&moved, |fields| observation("src", fields, Io::Text).unwrap()), first);
    moved["name"] = json!("another");
    assert_ne!(fields_of(&moved, |fields| observation("src", fields, Io::Text).unwrap()).id, first.id);
    assert_ne!(fields_of(&v4(), |fields| observation("other", fields, Io::Text).unwrap()).id, first.id);
}

#[test]
fn the_top_observation_tells_its_trace() {
    let context = fields_of(&v4(), |fields| context("src", fields).unwrap());
    assert!(context.is_root);
    let body = taken(&context.event)["body"].clone();
    assert_eq!(
        body,
        json!({"id": "t1", "timestamp": "2026-02-01T12:16:00.123Z", "name": "chat", "userId": "ann", "sessionId": "s1",
               "release": "r1", "version": "7", "environment": "prod", "tags": ["b", "a"]})
    );
    let silent = json!({"id": "o2", "traceId": "t1", "startTime": "2026-02-01T12:16:00Z", "parentObservationId": "o1"});
    assert_eq!(fields_of(&silent, |fields| super::context("src", fields)), None);
}

#[test]
fn text_that_only_looks_like_json_stays_text() {
    for (stored, sent) in [
        ("123", json!("123")),
        ("true", json!("true")),
        ("[not json", json!("[not json")),
        ("[1, 2]", json!([1, 2])),
        ("{}", json!({})),
        ("", json!("")),
    ] {
        let entry = json!({"id": "o", "traceId": "t", "type": "SPAN", "startTime": "2026-02-01T12:16:00Z", "input": stored});
        let event = fields_of(&entry, |fields| observation("src", fields, Io::Text).unwrap());
        assert_eq!(taken(&event)["body"]["input"], sent, "{stored}");
    }
}

#[test]
fn a_server_that_tells_the_form_is_believed() {
    for (stored, form, sent) in [
        ("{\"a\": 1}", json!("text"), json!("{\"a\": 1}")),
        ("[1, 2]", json!("text"), json!("[1, 2]")),
        ("17", json!("json"), json!(17)),
        ("true", json!("json"), json!(true)),
        ("not json", json!("json"), json!("not json")),
        ("[1, 2]", json!(null), json!([1, 2])),
    ] {
        let entry = json!({"id": "o", "traceId": "t", "type": "SPAN", "startTime": "2026-02-01T12:16:00Z", "output": stored, "outputForm": form});
        let event = fields_of(&entry, |fields| observation("src", fields, Io::Text).unwrap());
        assert_eq!(taken(&event)["body"]["output"], sent, "{stored} {form}");
    }
}

#[test]
fn legacy_observations_bring_older_usage_and_costs() {
    let entry = json!({
        "id": "o", "traceId": "t", "type": "SOMETHING_NEW", "startTime": "2026-02-01T12:16:00Z", "endTime": null,
        "usage": {"input": 3, "output": 4, "total": 7, "unit": "TOKENS"}, "usageDetails": {}, "costDetails": {},
        "calculatedInputCost": 0.1, "calculatedOutputCost": 0.0, "calculatedTotalCost": 0.1, "totalCost": 0.1,
        "input": [1.50, {"a": null}], "promptName": "half a prompt", "promptVersion": null, "modelParameters": null
    });
    let event = fields_of(&entry, |fields| observation("src", fields, Io::Json).unwrap());
    let body = taken(&event)["body"].clone();
    assert_eq!(body["type"], "SPAN");
    assert_eq!(body["usage"]["total"], 7);
    assert_eq!(body["costDetails"], json!({"input": 0.1, "total": 0.1}));
    assert!(body.get("promptName").is_none());
}

#[test]
fn what_used_nothing_has_no_usage_afterwards() {
    let entry = json!({
        "id": "o", "traceId": "t", "type": "SPAN", "startTime": "2026-02-01T12:16:00Z",
        "usage": {"input": 0, "output": 0, "total": 0, "unit": "TOKENS"}, "usageDetails": {}, "costDetails": {}
    });
    let event = fields_of(&entry, |fields| observation("src", fields, Io::Json).unwrap());
    let body = taken(&event)["body"].clone();
    assert!(body.get("usage").is_none() && body.get("usageDetails").is_none(), "{body}");
}

#[test]
fn legacy_traces_come_with_everything() {
    let entry = json!({
        "id": "t", "timestamp": "2026-02-01T12:16:00Z", "updatedAt": "2026-02-01T13:00:00Z", "name": "chat", "tags": ["a"],
        "userId": "ann", "sessionId": "s", "public": false, "metadata": {"k": 1}, "input": "in", "output": {"o": 1},
        "environment": "prod", "htmlPath": "/x", "observations": ["o"], "scores": [], "release": null
    });
    let body = taken(&fields_of(&entry, |fields| trace("src", fields).unwrap()))["body"].clone();
    assert_eq!(
        (&body["input"], &body["output"]["o"], &body["tags"]),
        (&json!("in"), &json!(1), &json!(["a"]))
    );
    assert!(body.get("htmlPath").is_none() && body.get("release").is_none());
    assert!(fields_of(&json!({"name": "no id"}), |fields| trace("src", fields)).is_none());
}

#[test]
fn scores_of_every_type_and_subject_are_taken() {
    let base = |more: Value| {
        let mut score =
            json!({"id": "s", "name": "q", "timestamp": "2026-02-01T12:16:00Z", "environment": "default"});
        for (name, value) in more.as_object().unwrap() {
            score[name] = value.clone();
        }
        score
    };
    for (more, value, target) in [
        (
            json!({"dataType": "NUMERIC", "value": 0.5, "subject": {"kind": "trace", "id": "t"}}),
            json!(0.5),
            "traceId",
        ),
        (
            json!({"dataType": "BOOLEAN", "value": true, "subject": {"kind": "session", "id": "x"}}),
            json!(1),
            "sessionId",
        ),
        (
            json!({"dataType": "CATEGORICAL", "value": "good", "subject": {"kind": "observation", "id": "o", "traceId": "t"}}),
            json!("good"),
            "observationId",
        ),
        (
            json!({"dataType": "CORRECTION", "value": "better", "subject": {"kind": "experiment", "id": "e"}}),
            json!("better"),
            "datasetRunId",
        ),
        (
            json!({"dataType": "CATEGORICAL", "value": 1, "stringValue": "bad", "traceId": "t"}),
            json!("bad"),
            "traceId",
        ),
        (
            json!({"dataType": "BOOLEAN", "value": 1.0, "stringValue": "True", "traceId": "t"}),
            json!(1),
            "traceId",
        ),
        (
            json!({"dataType": "TEXT", "value": "fine", "traceId": "t", "observationId": "o"}),
            json!("fine"),
            "observationId",
        ),
    ] {
        let event = fields_of(&base(more), |fields| score("src", fields).unwrap());
        let body = taken(&event)["body"].clone();
        assert_eq!(body["value"], value, "{body}");
        assert!(body.get(target).is_some(), "{body}");
    }
}

#[test]
fn long_metadata_is_noticed() {
    let entry = json!({"metadata": {"short": "x", "long": "x".repeat(200), "list": [["y".repeat(300)]], "é": "é".repeat(199)}});
    let keys = fields_of(&entry, long_keys);
    assert_eq!(keys.into_iter().collect::<Vec<_>>(), ["list", "long"]);
}
