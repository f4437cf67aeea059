//! Exports in both encodings, good and bad.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use trace_model::{BodyRole, Facts, Observation};

fn span(trace: u8, id: u8) -> Span {
    let input = AnyValue { value: Some(Any::StringValue("a\0b".into())) };
    Span {
        trace_id: vec![trace; 16],
        span_id: vec![id; 8],
        name: format!("span {id}"),
        start_time_unix_nano: 5,
        attributes: vec![KeyValue {
            key: "langfuse.observation.input".into(),
            value: Some(input),
            ..KeyValue::default()
        }],
        ..Span::default()
    }
}

fn export(spans: Vec<Span>) -> Vec<u8> {
    let scope_spans = vec![ScopeSpans { spans, ..ScopeSpans::default() }];
    ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans { scope_spans, ..ResourceSpans::default() }],
    }
    .encode_to_vec()
}

fn json_export(spans: Value) -> Vec<u8> {
    let mut scope = json!({});
    scope["spans"] = spans;
    json!({"resourceSpans": [{"scopeSpans": [scope]}]}).to_string().into_bytes()
}

fn observations(export: &Export) -> Vec<&Observation> {
    export
        .received
        .iter()
        .filter_map(|r| match &r.facts {
            Facts::Observation(observation, _) => Some(&**observation),
            _ => None,
        })
        .collect()
}

#[test]
fn bad_spans_are_counted_and_good_ones_taken() {
    let mut short = span(1, 2);
    short.trace_id.pop();
    let zero = Span { span_id: vec![0; 8], ..span(1, 3) };
    let read = read_export(&export(vec![span(1, 1), short, zero]), Encoding::Protobuf, 0).unwrap();
    assert_eq!((read.received.len(), read.rejected.count), (1, 2));
    let body = answer(&read.rejected, Encoding::Protobuf);
    let partial = ExportTraceServiceResponse::decode(body.as_slice()).unwrap().partial_success.unwrap();
    assert_eq!(partial.rejected_spans, 2);
    assert!(partial.error_message.contains("traceId must have 16 bytes"));
    let body: Value = serde_json::from_slice(&answer(&read.rejected, Encoding::Json)).unwrap();
    assert_eq!(body["partialSuccess"]["rejectedSpans"], "2");
}

#[test]
fn full_success_is_an_empty_answer() {
    assert!(answer(&Rejected::default(), Encoding::Protobuf).is_empty());
    assert_eq!(answer(&Rejected::default(), Encoding::Json), br#"{"partialSuccess":{}}"#);
    assert!(read_export(b"", Encoding::Protobuf, 0).unwrap().received.is_empty());
    assert!(read_export(b"{}", Encoding::Json, 0).unwrap().received.is_empty());
}

#[test]
fn bodies_that_are_no_export_are_refused_with_a_reason() {
    let mut cut = export(vec![span(1, 1)]);
    cut.truncate(cut.len() - 3);
    for (body, encoding) in [
        (cut.as_slice(), Encoding::Protobuf),
        (b"\xff\xff\xff", Encoding::Protobuf),
        (b"{", Encoding::Json),
        (b"[]", Encoding::Json),
        (b"\xff", Encoding::Json),
        (br#"{"resourceSpans":{}}"#, Encoding::Json),
    ] {
        let refused = read_export(body, encoding, 0).unwrap_err();
        assert!(refused.to_string().contains("not an OTLP trace export"), "{refused}");
    }
}

#[test]
fn json_takes_numbers_and_names_in_every_form() {
    let body = json_export(json!([{
        "traceId": "5B8EFFF798038103D269B633813FC60C", "spanId": "eee19b7ec3c1b174", "parentSpanId": "",
        "name": "n", "kind": "SPAN_KIND_CLIENT", "unknown": {"x": [1]},
        "startTimeUnixNano": "1544712660000000000", "endTimeUnixNano": 1_544_712_661_000_000_000_u64,
        "attributes": [
            {"key": "gen_ai.usage.input_tokens", "value": {"intValue": "10"}},
            {"key": "gen_ai.usage.output_tokens", "value": {"intValue": 4}},
            {"key": "gen_ai.request.temperature", "value": {"doubleValue": 0.5}},
            {"key": "gen_ai.request.stop_sequences", "value": {"arrayValue": {"values": [{"stringValue": "x"}]}}},
            {"key": "empty", "value": {}}, {"key": "none"}
        ],
        "status": {"code": "STATUS_CODE_ERROR", "message": "m"},
        "links": null, "events": [{"name": "e", "timeUnixNano": "7"}]
    }]));
    let read = read_export(&body, Encoding::Json, 0).unwrap();
    let seen = observations(&read)[0];
    assert_eq!(seen.trace_id.as_deref(), Some("5b8efff798038103d269b633813fc60c"));
    assert_eq!((seen.parent_id.as_deref(), seen.duration_ns()), (None, Some(1_000_000_000)));
    assert_eq!(seen.parameters.as_deref(), Some(r#"{"temperature":0.5,"stop_sequences":["x"]}"#));
    assert_eq!(seen.usage.as_ref().unwrap().entry("total"), Some(14));
    assert_eq!(seen.status_message.as_deref(), Some("m"));
    let arrival = &read.received[0].arrival;
    let sent = crate::sent::Sent::read(arrival.form, &arrival.record).unwrap();
    assert_eq!((sent.facts["kind"].as_str(), sent.events[0].time_ns), (Some("CLIENT"), 7));
}

#[test]
fn a_bad_json_span_spoils_no_other() {
    let good = json!({"traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174"});
    let with = |field: &str, value: Value| {
        let mut span = good.clone();
        span[field] = value;
        span
    };
    let body = json_export(json!([
        good,
        with("traceId", json!("xyz")),
        with("spanId", json!(null)),
        with("traceId", json!([])),
        with("spanId", json!("eee19b7ec3c1b1")),
        null,
        5
    ]));
    let read = read_export(&body, Encoding::Json, 77).unwrap();
    assert_eq!((read.received.len(), read.rejected.count), (1, 6));
    assert_eq!(observations(&read)[0].start_ns, Some(77));
    assert!(answer(&read.rejected, Encoding::Json).ends_with(br#"and 1 more"}}"#));
}

#[test]
fn the_same_span_is_the_same_arrival_in_both_encodings() {
    let json = json_export(json!([{
        "traceId": "01010101010101010101010101010101", "spanId": "0202020202020202", "name": "span 2",
        "startTimeUnixNano": 5,
        "attributes": [{"key": "langfuse.observation.input", "value": {"stringValue": "a\u{0}b"}}]
    }]));
    let from_json = read_export(&json, Encoding::Json, 0).unwrap();
    let from_protobuf = read_export(&export(vec![span(1, 2)]), Encoding::Protobuf, 0).unwrap();
    assert_eq!(from_json.received, from_protobuf.received);
    let arrival = &from_protobuf.received[0].arrival;
    assert_eq!(arrival.body(BodyRole::Input).unwrap().bytes, b"a\0b");
    assert!(!arrival.record.windows(3).any(|w| w == b"a\0b"));
}

#[test]
fn content_types_are_read_without_their_parameters() {
    assert_eq!(Encoding::of_content_type("application/json; charset=utf-8").unwrap(), Encoding::Json);
    assert_eq!(Encoding::of_content_type("Application/X-Protobuf").unwrap(), Encoding::Protobuf);
    assert!(Encoding::of_content_type("text/plain").is_err());
    for (content_type, body, wanted) in [
        ("", &b" \n{}"[..], Some(Encoding::Json)),
        ("", b"\xef\xbb\xbf{", Some(Encoding::Json)),
        ("", b"\x0a\x00", Some(Encoding::Protobuf)),
        ("", b"", Some(Encoding::Protobuf)),
        ("application/x-www-form-urlencoded", b"{}", Some(Encoding::Json)),
        ("text/plain", b"\x0a\x00", Some(Encoding::Protobuf)),
        ("application/x-www-form-urlencoded", b"\x0a\x02\x0a\x00", Some(Encoding::Protobuf)),
        ("application/grpc", b"\x00\x00\x00\x00\x02\x0a\x00", None),
        ("text/html", b"\x0a\x09", None),
        ("application/x-protobuf", b"{}", Some(Encoding::Protobuf)),
    ] {
        assert_eq!(Encoding::of_body(content_type, body).ok(), wanted, "{content_type}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), flip in 0..400_usize) {
        let _ = read_export(&bytes, Encoding::Protobuf, 0);
        let _ = read_export(&bytes, Encoding::Json, 0);
        let mut damaged = export(vec![span(1, 1), span(2, 2)]);
        let place = flip % damaged.len();
        damaged[place] = damaged[place].wrapping_add(1);
        let _ = read_export(&damaged, Encoding::Protobuf, 0);
    }
}
