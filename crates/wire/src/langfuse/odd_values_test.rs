//! One odd value costs only itself: what clients in trouble send, and what is kept of it.

use serde_json::{Value, json};

use super::score::{ScoreRequest, read_request};
use super::{Batch, answer_json, event, read_batch};
use trace_model::{Facts, Observation, TraceFacts};

fn body_of(kind: &str, body: &str) -> String {
    format!(r#"{{"id":"e1","timestamp":"2026-02-01T12:16:00Z","type":"{kind}","body":{body}}}"#)
}

fn batch(events: &[String]) -> Batch {
    read_batch(format!(r#"{{"batch":[{}]}}"#, events.join(",")).as_bytes()).unwrap()
}

fn trace(body: &str) -> (TraceFacts, Option<String>) {
    let mut taken = batch(&[body_of("trace-create", body)]);
    let answer = taken.answers.remove(0);
    assert_eq!(answer.fault, None, "{body}");
    let Facts::Trace(facts) = taken.received.remove(0).facts else { panic!("{body}") };
    (*facts, answer.notes)
}

fn observation(body: &str) -> (Observation, Option<String>) {
    let mut taken = batch(&[body_of("generation-create", body)]);
    let answer = taken.answers.remove(0);
    assert_eq!(answer.fault, None, "{body}");
    let Facts::Observation(facts, _) = taken.received.remove(0).facts else { panic!("{body}") };
    (*facts, answer.notes)
}

/// 2026-02-01 12:16:00 UTC, the event's own time.
const NOON: i64 = 1_769_948_160_000_000_000;

#[test]
fn odd_fields_of_a_trace_are_understood_or_left_out_and_named() {
    let long = "x".repeat(801);
    for (body, noted) in [
        (
            r#"{"id":"t","sessionId":"","userId":"","release":"","version":"","environment":""}"#.to_owned(),
            "",
        ),
        (
            r#"{"id":"t","sessionId":null,"userId":null,"tags":null,"metadata":null,"public":null}"#
                .to_owned(),
            "",
        ),
        (format!(r#"{{"id":"t","sessionId":"{long}"}}"#), "body.sessionId"),
        (r#"{"id":"t","sessionId":"a\u0000b"}"#.to_owned(), "body.sessionId"),
        (r#"{"id":"t","timestamp":"noon"}"#.to_owned(), "body.timestamp"),
        (r#"{"id":"t","timestamp":"1970-01-01T00:00:00Z"}"#.to_owned(), ""),
        (r#"{"id":"t","public":"perhaps"}"#.to_owned(), "body.public"),
        (r#"{"id":"t","tags":{"a":1}}"#.to_owned(), "body.tags"),
    ] {
        let (facts, notes) = trace(&body);
        assert_eq!((facts.session_id, facts.user_id, facts.release), (None, None, None), "{body}");
        assert_eq!((facts.timestamp_ns, facts.public), (None, None), "{body}");
        assert_eq!(facts.tags, Vec::<String>::new(), "{body}");
        assert_eq!(notes.as_deref().unwrap_or_default().split(':').next(), Some(noted), "{body}");
    }
    let (facts, notes) = trace(
        r#"{"id":17,"name":3,"userId":42,"sessionId":7,"version":2.10,"release":1,"tags":["a",1.50,true,null],
            "public":"true","timestamp":1769948160000,"metadata":["a"],"unknown":{"x":1}}"#,
    );
    assert_eq!((facts.trace_id.as_str(), facts.name.as_deref()), ("17", Some("3")));
    assert_eq!((facts.user_id.as_deref(), facts.session_id.as_deref()), (Some("42"), Some("7")));
    assert_eq!((facts.version.as_deref(), facts.release.as_deref()), (Some("2.10"), Some("1")));
    assert_eq!((facts.tags, facts.public), (vec!["a".into(), "1.50".into(), "true".into()], Some(true)));
    assert_eq!((facts.timestamp_ns, notes), (Some(NOON), None));
    assert_eq!(facts.metadata.get("metadata"), Some(&json!(["a"])));
    assert_eq!(trace(r#"{"id":"t","tags":"beta"}"#).0.tags, ["beta"]);
    let (facts, notes) = trace(&format!(r#"{{"id":"t","name":"{}"}}"#, "é".repeat(1001)));
    assert_eq!(facts.name.map(|name| name.chars().count()), Some(1000));
    assert!(notes.unwrap().contains("body.name"));
    assert_eq!(trace(r#"{"id":""}"#).0.trace_id, "e1");
}

#[test]
fn odd_fields_of_an_observation_are_understood_or_left_out_and_named() {
    for (field, noted) in [
        (r#""parentObservationId":"""#, ""),
        (r#""promptName":"","promptVersion":null"#, ""),
        (r#""level":"LOUD""#, "body.level"),
        (r#""startTime":5"#, "body.startTime"),
        (r#""startTime":"""#, ""),
        (r#""endTime":"yesterday""#, "body.endTime"),
        (r#""endTime":"9999-12-31T23:59:59Z""#, "body.endTime"),
        (r#""completionStartTime":{}"#, "body.completionStartTime"),
        (r#""usage":[]"#, "body.usage"),
        (r#""usageDetails":"3""#, "body.usageDetails"),
        (r#""costDetails":3"#, "body.costDetails"),
        (r#""modelParameters":"hot""#, "body.modelParameters"),
        (r#""promptVersion":"latest""#, "body.promptVersion"),
    ] {
        let (facts, notes) = observation(&format!(r#"{{"id":"o","traceId":"t",{field}}}"#));
        assert_eq!((facts.parent_id, facts.level, facts.end_ns), (None, None, None), "{field}");
        assert_eq!((facts.start_ns, facts.parameters), (Some(NOON), None), "{field}");
        assert_eq!((facts.prompt.name, facts.prompt.version), (None, None), "{field}");
        assert_eq!(notes.as_deref().unwrap_or_default().split(':').next(), Some(noted), "{field}");
    }
    let (facts, notes) = observation(
        r#"{"id":"o","traceId":"","level":"error","startTime":"2026-02-01 12:16:00+0000","endTime":1769948161.5,
            "name":4,"model":5,"promptName":"p","promptVersion":"3","statusMessage":{"code":1},"version":1}"#,
    );
    assert_eq!(
        (facts.trace_id.as_deref(), facts.level.map(trace_model::Level::as_str)),
        (Some("o"), Some("ERROR"))
    );
    assert_eq!((facts.start_ns, facts.end_ns), (Some(NOON), Some(NOON + 1_500_000_000)));
    assert_eq!((facts.name.as_deref(), facts.model.as_deref()), (Some("4"), Some("5")));
    assert_eq!((facts.prompt.name.as_deref(), facts.prompt.version), (Some("p"), Some(3)));
    assert_eq!((facts.status_message.as_deref(), notes), (Some(r#"{"code":1}"#), None));
    assert_eq!(observation(r#"{"id":"o","promptName":"p"}"#).0.prompt.name.as_deref(), Some("p"));
}

#[test]
fn bytes_that_are_no_json_cost_only_themselves() {
    let innocent = body_of("trace-create", r#"{"id":"innocent"}"#);
    for (odd, wanted) in [
        (&br#"{"id":"odd","output":-Infinity,"metadata":{"m":NaN}}"#[..], r#"{"m":"NaN"}"#),
        (br#"{"id":"odd","metadata":{"m":[Infinity,-Infinity]}}"#, r#"{"m":["Infinity","-Infinity"]}"#),
        (br#"{"id":"odd","metadata":{"m":"a\ud83d"}}"#, "{\"m\":\"a\u{fffd}\"}"),
        (br#"{"id":"odd","metadata":{"\ud83d":1}}"#, "{\"\u{fffd}\":1}"),
        (br#"{"id":"odd","metadata":{"m":1},"\ud83d":1}"#, r#"{"m":1}"#),
        (b"{\"id\":\"odd\",\"metadata\":{\"m\":\"a\xffb\"}}", "{\"m\":\"a\u{fffd}b\"}"),
        (b"{\"id\":\"odd\",\"metadata\":{\"m\":\"a\nb\x00\"}}", r#"{"m":"a\nb\u0000"}"#),
        (br#"{"id":"first","id":"odd","metadata":1,"metadata":{"m":2}}"#, r#"{"m":2}"#),
    ] {
        let mut body = b"\xef\xbb\xbf {\"batch\":[".to_vec();
        body.extend_from_slice(innocent.as_bytes());
        body.extend_from_slice(
            b",{\"id\":\"e2\",\"timestamp\":\"2026-02-01T12:16:00Z\",\"type\":\"trace-create\",\"body\":",
        );
        body.extend_from_slice(odd);
        body.extend_from_slice(b"}],\"metadata\":{\"sdk\":NaN}}");
        let taken = read_batch(&body).unwrap();
        let shown: Vec<_> = taken.received.iter().map(|one| one.arrival.entity_id.as_str()).collect();
        assert_eq!(shown, ["innocent", "odd"], "{:?}", String::from_utf8_lossy(odd));
        let Facts::Trace(facts) = &taken.received[1].facts else { panic!("a trace") };
        assert_eq!(Value::Object(facts.metadata.clone()).to_string(), wanted);
        let arrival = &taken.received[1].arrival;
        let record = std::str::from_utf8(&arrival.record).unwrap();
        assert_eq!(event::reread(record, &arrival.bodies).as_ref(), Some(&taken.received[1].facts));
        assert!(serde_json::from_slice::<Value>(&event::restore(record, &arrival.bodies).unwrap()).is_ok());
    }
}

#[test]
fn a_list_named_twice_is_taken_twice_and_a_null_in_it_is_refused_alone() {
    let one = |id: &str| body_of("trace-create", &format!(r#"{{"id":"{id}"}}"#));
    let body =
        format!(r#"{{"batch":[{},null,7],"x":{{"batch":[1]}},"b\u0061tch":[{}]}}"#, one("a"), one("b"));
    let taken = read_batch(body.as_bytes()).unwrap();
    assert_eq!((taken.received.len(), taken.answers.len()), (2, 4));
    let answer: Value = serde_json::from_slice(&answer_json(&taken.answers)).unwrap();
    assert_eq!(
        (answer["successes"].as_array().unwrap().len(), &answer["errors"][0]["id"]),
        (2, &json!("unknown"))
    );
}

#[test]
fn an_answer_names_what_was_left_out_of_a_taken_event() {
    let taken = batch(&[body_of("span-create", r#"{"id":"o","level":"LOUD"}"#)]);
    let answer: Value = serde_json::from_slice(&answer_json(&taken.answers)).unwrap();
    assert_eq!(answer["errors"], json!([]));
    assert!(answer["successes"][0]["message"].as_str().unwrap().contains("body.level"), "{answer}");
}

#[test]
fn scores_are_as_lenient_beside_their_value() {
    let read = |body: &str| read_request(body.as_bytes(), 7, &mut || "new".into());
    for body in [
        r#"{"id":"","name":"n","traceId":"t","sessionId":"","value":1,"comment":4,"configId":"","queueId":"","timestamp":""}"#,
        r#"{"name":"n","traceId":"t","value":0.5,"dataType":"numeric","metadata":{"m":NaN}}"#,
        "{\"name\":\"n\",\"traceId\":\"t\",\"value\":1,\"comment\":\"a\nb\"}",
        "\u{feff}{\"name\":\"n\",\"traceId\":\"t\",\"value\":1,\"\\ud83d\":1}",
    ] {
        let Ok(ScoreRequest::One(one)) = read(body) else { panic!("{body}") };
        let Facts::Score(score) = one.facts else { panic!("{body}") };
        assert_eq!((score.id.as_str(), score.timestamp_ns, score.session_id), ("new", 7, None), "{body}");
    }
    for (body, path) in [
        (r#"{"name":"n","traceId":"t","value":NaN}"#, "value"),
        (r#"{"name":"n","traceId":"t","value":-Infinity,"dataType":"NUMERIC"}"#, "value"),
        (r#"{"name":"n","traceId":"t","value":1e999}"#, "value"),
        (r#"{"name":"","traceId":"t","value":1}"#, "name"),
        (r#"{"name":"n","traceId":"","value":1}"#, "traceId"),
    ] {
        let refused = read(body).unwrap_err().to_string();
        assert!(refused.contains(path), "{body}: {refused}");
    }
    let list = br#"[{"name":"n","traceId":"t","value":NaN},{"name":"n","traceId":"t","value":1}]"#;
    let ScoreRequest::Many { received, refused } = read_request(list, 7, &mut || "new".into()).unwrap()
    else {
        panic!("a list")
    };
    assert_eq!((received.len(), refused.len()), (1, 1));
}
