//! One odd value costs only itself, in both encodings and at every level.

use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue, InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};
use prost::encoding::{WireType, encode_key, encode_varint};
use serde_json::{Value, json};

use super::*;
use crate::sent::Sent;
use trace_model::{Facts, Observation};

const TRACE: &str = "5b8efff798038103d269b633813fc60c";

fn observations(export: &Export) -> Vec<&Observation> {
    export
        .received
        .iter()
        .filter_map(
            |received| if let Facts::Observation(seen, _) = &received.facts { Some(&**seen) } else { None },
        )
        .collect()
}

/// An export of an innocent span and of an odd one, whose JSON fields are given as text.
fn json_with(resource: &str, scope: &str, span: &str) -> Vec<u8> {
    let innocent = format!(r#"{{"traceId":"{TRACE}","spanId":"eee19b7ec3c1b174","name":"innocent"}}"#);
    format!(
        r#"{{"resourceSpans":[{{"resource":{resource},"scopeSpans":[{{"scope":{scope},"spans":[{innocent},{span}]}}]}}]}}"#
    )
    .into_bytes()
}

fn odd_span(fields: &str) -> String {
    format!(r#"{{"traceId":"{TRACE}","spanId":"eee19b7ec3c1b175","name":"odd"{fields}}}"#)
}

fn attribute(value: &str) -> String {
    odd_span(&format!(r#","attributes":[{{"key":"k","value":{value}}}]"#))
}

/// The attribute `k` of the odd span, as it is kept.
fn kept(export: &Export) -> Value {
    let arrival = &export.received[1].arrival;
    let sent = Sent::read(arrival.form, &arrival.record).unwrap();
    sent.attributes.get("k").cloned().unwrap_or(Value::Null)
}

#[test]
fn an_odd_span_in_json_is_taken_with_what_can_be_understood() {
    for (fields, told) in [
        (r#","kind":"SPAN_KIND_NAP""#, "kind"),
        (r#","kind":"client""#, ""),
        (r#","startTimeUnixNano":"noon""#, "startTimeUnixNano"),
        (r#","startTimeUnixNano":1.769948160e18,"endTimeUnixNano":"1769948160000000000""#, ""),
        (r#","startTimeUnixNano":"2026-02-01T12:16:00Z""#, ""),
        (r#","parentSpanId":"xyz""#, "parentSpanId"),
        (r#","parentSpanId":"abcd""#, "parentSpanId"),
        (r#","parentSpanId":"00""#, ""),
        (r#","parentSpanId":null,"links":null,"events":null,"attributes":null,"status":null"#, ""),
        (r#","links":[{"traceId":"x"}],"events":[7]"#, "links.traceId"),
        (r#","events":{"name":"e"}"#, "events"),
        (r#","events":[{"name":5,"timeUnixNano":{}}]"#, "timeUnixNano"),
        (r#","status":"ERROR""#, "status"),
        (r#","status":{"code":"Error","message":7}"#, ""),
        (r#","traceState":5,"flags":"1","unknown":[{}]"#, ""),
        (r#","attributes":[null]"#, "attribute"),
        (r#","attributes":"none""#, "attributes"),
        (r#","name":"again","name":"odd""#, ""),
        (r#","n\ud83d":1"#, ""),
    ] {
        let body = json_with("{}", "{}", &odd_span(fields));
        let read = read_export(&body, Encoding::Json, 77).unwrap_or_else(|cause| panic!("{fields}: {cause}"));
        let names: Vec<_> = observations(&read).iter().map(|seen| seen.name.clone().unwrap()).collect();
        assert_eq!(names, ["innocent", "odd"], "{fields}");
        assert_eq!(
            (read.rejected.count, read.rejected.left_out > 0),
            (0, !told.is_empty()),
            "{fields}: {:?}",
            read.rejected
        );
        let answer: Value = serde_json::from_slice(&answer(&read.rejected, Encoding::Json)).unwrap();
        let message = answer["partialSuccess"]["errorMessage"].as_str().unwrap_or_default();
        assert!(message.contains(told.strip_prefix("links.").unwrap_or(told)), "{fields}: {answer}");
    }
    for span in [
        "5",
        "null",
        "[]",
        r#"{"spanId":"eee19b7ec3c1b175"}"#,
        r#"{"traceId":"xyz","spanId":"eee19b7ec3c1b175"}"#,
    ] {
        let read = read_export(&json_with("{}", "{}", span), Encoding::Json, 77).unwrap();
        assert_eq!((read.received.len(), read.rejected.count), (1, 1), "{span}");
    }
}

#[test]
fn odd_values_of_attributes_are_kept() {
    for (value, wanted) in [
        (r#"{"stringValue":5}"#, json!("5")),
        (r#"{"stringValue":"a\ud83d"}"#, json!("a\u{fffd}")),
        (r#"{"string_value":"a"}"#, json!("a")),
        (r#"{"intValue":"x"}"#, json!("x")),
        (r#"{"intValue":"123456789012345678901234"}"#, json!("123456789012345678901234")),
        (r#"{"intValue":123456789012345678901234}"#, json!("123456789012345678901234")),
        (r#"{"intValue":"-7"}"#, json!(-7)),
        (r#"{"intValue":7.0}"#, json!(7)),
        (r#"{"doubleValue":"NaN"}"#, json!("NaN")),
        (r#"{"doubleValue":NaN}"#, json!("NaN")),
        (r#"{"doubleValue":-Infinity}"#, json!("-Infinity")),
        (r#"{"doubleValue":"0.5"}"#, json!(0.5)),
        (r#"{"doubleValue":"much"}"#, json!("much")),
        (r#"{"boolValue":"true"}"#, json!(true)),
        (r#"{"boolValue":1}"#, json!("1")),
        (r#"{"bytesValue":"_-8"}"#, json!("/+8=")),
        (r#"{"bytesValue":"no base64!"}"#, json!("no base64!")),
        (r#"{"arrayValue":null}"#, Value::Null),
        (r#"{"arrayValue":{}}"#, json!([])),
        (
            r#"{"arrayValue":{"values":[{"stringValue":"a"},null,{"intValue":"y"},5]}}"#,
            json!(["a", null, "y", 5]),
        ),
        (r#"{"kvlistValue":{"values":[{"key":"a","value":{"intValue":"z"}},7]}}"#, json!({"a": "z"})),
        (r#"{"other":1}"#, json!({"other": 1})),
        (r#"{"other":null}"#, Value::Null),
        ("{}", Value::Null),
        ("null", Value::Null),
        ("1.5", json!(1.5)),
        (r#""plain""#, json!("plain")),
        (r#"["a",{"stringValue":"typed"}]"#, json!(["a", {"stringValue": "typed"}])),
    ] {
        let read = read_export(&json_with("{}", "{}", &attribute(value)), Encoding::Json, 77)
            .unwrap_or_else(|cause| panic!("{value}: {cause}"));
        assert_eq!((read.received.len(), kept(&read)), (2, wanted), "{value}");
    }
    let deep =
        format!("{}{{\"intValue\":1}}{}", r#"{"arrayValue":{"values":["#.repeat(200), "]}}".repeat(200));
    let read = read_export(&json_with("{}", "{}", &attribute(&deep)), Encoding::Json, 77).unwrap();
    assert_eq!((read.received.len(), read.rejected.left_out), (2, 1));
    assert!(kept(&read).to_string().contains("intValue"));
    let by_hand = odd_span(r#","attributes":{"k":{"a":[1,"x",true,null]}}"#);
    let read = read_export(&json_with("{}", "{}", &by_hand), Encoding::Json, 77).unwrap();
    assert_eq!(kept(&read), json!({"a": [1, "x", true, null]}));
    let unnamed = odd_span(
        r#","attributes":[{"value":{"intValue":1}},{"key":7,"value":{"intValue":2}},{"key":"k","value":{"intValue":"3"}}]"#,
    );
    let read = read_export(&json_with("{}", "{}", &unnamed), Encoding::Json, 77).unwrap();
    assert_eq!((read.received.len(), kept(&read)), (2, json!(3)));
}

#[test]
fn an_odd_resource_or_scope_costs_no_span() {
    for (resource, scope) in [
        (r#"{"attributes":[{"key":"service.name","value":{"stringValue":"a\ud83e"}}]}"#, "{}"),
        (r#"{"attributes":[{"key":"a\ud83e","value":{"intValue":"x"}},null,5]}"#, "{}"),
        (r#"{"attributes":null}"#, r#"{"name":"lib \ud83e","version":"1"}"#),
        ("null", r#"{"name":5,"version":1.10}"#),
        ("[]", "7"),
        (r#"{"attributes":{"service.name":"a"}}"#, r#"{"attributes":"x"}"#),
        (r#"{"attributes":[{"key":"d","value":{"doubleValue":NaN}}]}"#, "null"),
        (r#"{"attributes":[],"attributes":[]}"#, r#"{"name":"a","name":"b"}"#),
    ] {
        for span in [odd_span(""), odd_span(r#","kind":"SPAN_KIND_NAP""#)] {
            let read = read_export(&json_with(resource, scope, &span), Encoding::Json, 77)
                .unwrap_or_else(|cause| panic!("{resource} {scope}: {cause}"));
            assert_eq!((read.received.len(), read.rejected.count), (2, 0), "{resource} {scope}");
        }
    }
    let innocent = format!(r#"{{"traceId":"{TRACE}","spanId":"eee19b7ec3c1b174"}}"#);
    for body in [
        format!("\u{feff}{{\"resourceSpans\":[{{\"scopeSpans\":[{{\"spans\":[{innocent}]}}]}}]}}"),
        format!(
            r#"{{"resourceSpans":[null,{{"scopeSpans":[null,{{"spans":null}},{{"spans":[{innocent}]}}]}},7]}}"#
        ),
        format!(r#"{{"resource_spans":[{{"scope_spans":[{{"spans":[{innocent}]}}]}}],"x":NaN}}"#),
        format!(r#"{{"resourceSpans":[],"resourceSpans":[{{"scopeSpans":[{{"spans":[{innocent}]}}]}}]}}"#),
        format!(r#"{{"resourceSpans":[{{"scopeSpans":{{}}}},{{"scopeSpans":[{{"spans":[{innocent}]}}]}}]}}"#),
    ] {
        let read = read_export(body.as_bytes(), Encoding::Json, 77)
            .unwrap_or_else(|cause| panic!("{body}: {cause}"));
        assert_eq!((read.received.len(), read.rejected.count), (1, 0), "{body}");
    }
    for empty in ["", " \n", "{}", r#"{"resourceSpans":null}"#] {
        assert!(read_export(empty.as_bytes(), Encoding::Json, 0).unwrap().received.is_empty(), "{empty:?}");
    }
}

#[test]
fn ids_in_base64_name_the_same_span() {
    for (trace, id, parent) in [
        (TRACE, "eee19b7ec3c1b174", "eee19b7ec3c1b173"),
        ("5B8EFFF798038103D269B633813FC60C", "EEE19B7EC3C1B174", "EEE19B7EC3C1B173"),
        ("W47/95gDgQPSabYzgT/GDA==", "7uGbfsPBsXQ=", "7uGbfsPBsXM="),
        ("W47_95gDgQPSabYzgT_GDA", "7uGbfsPBsXQ", "7uGbfsPBsXM"),
    ] {
        let span = json!({"traceId": trace, "spanId": id, "parentSpanId": parent});
        let body = json!({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}).to_string();
        let read = read_export(body.as_bytes(), Encoding::Json, 0).unwrap();
        let seen = observations(&read)[0];
        assert_eq!(seen.trace_id.as_deref(), Some(TRACE), "{trace}");
        assert_eq!(
            (seen.id.as_str(), seen.parent_id.as_deref()),
            ("eee19b7ec3c1b174", Some("eee19b7ec3c1b173"))
        );
    }
}

/// A text that stands for bytes which are no UTF-8, put in when the message is written.
const BAD: &str = "bad-text-here";

fn spoil(bytes: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_vec();
    while let Some(at) = out.windows(BAD.len()).position(|window| window == BAD.as_bytes()) {
        out[at] = 0xff;
        out[at + 1] = 0xc3;
    }
    out
}

fn pair(key: &str, value: Any) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(AnyValue { value: Some(value) }), ..KeyValue::default() }
}

fn bad() -> Any {
    Any::StringValue(BAD.to_owned())
}

fn proto(resource: Resource, scope: InstrumentationScope, span: Span) -> Vec<u8> {
    let innocent =
        Span { trace_id: vec![1; 16], span_id: vec![1; 8], name: "innocent".into(), ..Span::default() };
    let odd = Span { trace_id: vec![1; 16], span_id: vec![2; 8], ..span };
    let scope_spans =
        vec![ScopeSpans { scope: Some(scope), spans: vec![innocent, odd], ..ScopeSpans::default() }];
    let resource_spans =
        vec![ResourceSpans { resource: Some(resource), scope_spans, ..ResourceSpans::default() }];
    ExportTraceServiceRequest { resource_spans }.encode_to_vec()
}

#[test]
fn bytes_that_are_no_utf_8_cost_only_themselves_in_protobuf() {
    let list = Any::ArrayValue(ArrayValue { values: vec![AnyValue { value: Some(bad()) }] });
    let bodies = [
        proto(
            Resource { attributes: vec![pair("a", bad())], ..Resource::default() },
            InstrumentationScope::default(),
            Span::default(),
        ),
        proto(
            Resource::default(),
            InstrumentationScope { name: BAD.into(), version: BAD.into(), ..InstrumentationScope::default() },
            Span::default(),
        ),
        proto(
            Resource::default(),
            InstrumentationScope::default(),
            Span { name: BAD.into(), trace_state: BAD.into(), ..Span::default() },
        ),
        proto(
            Resource::default(),
            InstrumentationScope::default(),
            Span { attributes: vec![pair("k", bad()), pair(BAD, list)], ..Span::default() },
        ),
        proto(
            Resource::default(),
            InstrumentationScope::default(),
            Span {
                events: vec![Event {
                    name: BAD.into(),
                    attributes: vec![pair("k", bad())],
                    ..Event::default()
                }],
                links: vec![Link { trace_state: BAD.into(), ..Link::default() }],
                status: Some(Status { message: BAD.into(), code: 2 }),
                ..Span::default()
            },
        ),
    ];
    for body in bodies {
        let body = spoil(&body);
        assert!(ExportTraceServiceRequest::decode(body.as_slice()).is_err());
        let read = read_export(&body, Encoding::Protobuf, 0).unwrap();
        assert_eq!((read.received.len(), read.rejected.count), (2, 0));
        assert!(
            read.rejected.left_out > 0 && read.rejected.notes[0].contains("UTF-8"),
            "{:?}",
            read.rejected
        );
        assert_eq!(observations(&read)[0].name.as_deref(), Some("innocent"));
    }
}

/// An export of one innocent span and of one message of these bytes in its place.
fn raw_span(odd: &[u8]) -> Vec<u8> {
    let innocent = Span { trace_id: vec![1; 16], span_id: vec![1; 8], ..Span::default() }.encode_to_vec();
    let put = |number: u32, content: &[u8], out: &mut Vec<u8>| {
        encode_key(number, WireType::LengthDelimited, out);
        encode_varint(content.len() as u64, out);
        out.extend_from_slice(content);
    };
    let (mut scope, mut resource, mut export) = (Vec::new(), Vec::new(), Vec::new());
    put(2, odd, &mut scope);
    put(2, &innocent, &mut scope);
    put(2, &scope, &mut resource);
    put(1, &resource, &mut export);
    export
}

#[test]
fn fields_of_another_type_and_damaged_spans_cost_only_themselves_in_protobuf() {
    let good = Span { trace_id: vec![1; 16], span_id: vec![2; 8], name: "odd".into(), ..Span::default() }
        .encode_to_vec();
    let mut numbered_name = good.clone();
    numbered_name.extend([5 << 3, 7]); // the name as a number
    let mut short_time = good.clone();
    short_time.extend([7 << 3 | 5, 1, 2, 3, 4]); // the start in 32 bits
    for odd in [numbered_name, short_time] {
        let read = read_export(&raw_span(&odd), Encoding::Protobuf, 0).unwrap();
        assert_eq!((read.received.len(), read.rejected.count, read.rejected.left_out), (2, 0, 1));
        assert_eq!(observations(&read)[0].name.as_deref(), Some("odd"));
    }
    let mut cut = good.clone();
    cut.truncate(good.len() - 1);
    for odd in [&cut[..], b"\xff\xff"] {
        let read = read_export(&raw_span(odd), Encoding::Protobuf, 0).unwrap();
        assert_eq!((read.received.len(), read.rejected.count), (1, 1));
    }
    let parent =
        Span { parent_span_id: vec![7; 4], trace_id: vec![1; 16], span_id: vec![2; 8], ..Span::default() };
    let read = read_export(&raw_span(&parent.encode_to_vec()), Encoding::Protobuf, 0).unwrap();
    assert_eq!((read.received.len(), read.rejected.left_out), (2, 1));
}

#[test]
fn values_in_too_many_levels_are_kept_as_bytes_in_protobuf() {
    let mut value = AnyValue { value: Some(Any::StringValue("deep inside".into())) };
    for _ in 0..200 {
        value = AnyValue { value: Some(Any::ArrayValue(ArrayValue { values: vec![value] })) };
    }
    let attributes = vec![KeyValue { key: "k".into(), value: Some(value), ..KeyValue::default() }];
    let body =
        proto(Resource::default(), InstrumentationScope::default(), Span { attributes, ..Span::default() });
    let read = read_export(&body, Encoding::Protobuf, 0).unwrap();
    assert_eq!((read.received.len(), read.rejected.left_out), (2, 1));
    let arrival = &read.received[1].arrival;
    assert!(Sent::read(arrival.form, &arrival.record).is_some());
    assert!(arrival.record.windows(11).any(|window| window == b"deep inside"));
}

#[test]
fn an_end_before_the_start_does_not_date_the_span_back() {
    let span =
        Span { start_time_unix_nano: 1_769_948_160_000_000_000, end_time_unix_nano: 5, ..Span::default() };
    let body = proto(Resource::default(), InstrumentationScope::default(), span);
    let read = read_export(&body, Encoding::Protobuf, 0).unwrap();
    assert_eq!(read.received[1].arrival.event_ns, 1_769_948_160_000_000_000);
    assert_eq!(observations(&read)[1].end_ns, Some(5));
}
