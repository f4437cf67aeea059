//! What a span says beside its attributes is kept in both encodings, and what exporters of other days send is taken.

use opentelemetry_proto::tonic::common::v1::InstrumentationScope;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use serde_json::{Value, json};

use super::*;
use crate::sent::Sent;
use trace_model::Facts;

const TRACE: &str = "5b8efff798038103d269b633813fc60c";
const SPAN: &str = "eee19b7ec3c1b174";
/// 2026-02-01 12:16:00 UTC.
const NOON: i64 = 1_769_948_160_000_000_000;

fn sent(export: &Export) -> Value {
    let arrival = &export.received[0].arrival;
    Value::Object(Sent::read(arrival.form, &arrival.record).unwrap().object())
}

fn in_json(export: &Value) -> Export {
    read_export(export.to_string().as_bytes(), Encoding::Json, NOON).unwrap()
}

fn one(span: &Value) -> Value {
    json!({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]})
}

/// The same export with names as the protocol's definition spells them.
fn in_snake_case(value: &Value) -> Value {
    let spelled = |name: &str| {
        let letter =
            |c: char| if c.is_uppercase() { format!("_{}", c.to_lowercase()) } else { c.to_string() };
        name.chars().map(letter).collect::<String>()
    };
    match value {
        Value::Object(map) => map.iter().map(|(name, inner)| (spelled(name), in_snake_case(inner))).collect(),
        Value::Array(list) => list.iter().map(in_snake_case).collect(),
        other => other.clone(),
    }
}

fn whole() -> Value {
    json!({"resourceSpans": [{
        "resource": {"attributes": [], "droppedAttributesCount": 1},
        "scopeSpans": [{
            "scope": {"name": "lib", "droppedAttributesCount": "2"},
            "spans": [{
                "traceId": TRACE, "spanId": SPAN, "name": "s", "kind": 3, "traceState": "a=b", "flags": "257",
                "startTimeUnixNano": NOON.to_string(), "endTimeUnixNano": NOON.to_string(),
                "droppedAttributesCount": 3, "droppedEventsCount": 4, "droppedLinksCount": 5,
                "events": [{"name": "e", "timeUnixNano": NOON.to_string(), "droppedAttributesCount": 6}],
                "links": [{"traceId": TRACE, "spanId": SPAN, "traceState": "c=d", "flags": 1, "droppedAttributesCount": 7}],
            }],
            "schemaUrl": "https://schemas/scope",
        }],
        "schemaUrl": "https://schemas/resource",
    }]})
}

fn in_protobuf() -> Vec<u8> {
    let noon = NOON.unsigned_abs();
    let (trace_id, span_id) = (hex::decode(TRACE).unwrap(), hex::decode(SPAN).unwrap());
    let event =
        Event { time_unix_nano: noon, name: "e".into(), dropped_attributes_count: 6, ..Event::default() };
    let link = Link {
        trace_id: trace_id.clone(),
        span_id: span_id.clone(),
        trace_state: "c=d".into(),
        flags: 1,
        dropped_attributes_count: 7,
        ..Link::default()
    };
    let span = Span {
        trace_id,
        span_id,
        name: "s".into(),
        kind: 3,
        trace_state: "a=b".into(),
        flags: 257,
        start_time_unix_nano: noon,
        end_time_unix_nano: noon,
        dropped_attributes_count: 3,
        dropped_events_count: 4,
        dropped_links_count: 5,
        events: vec![event],
        links: vec![link],
        ..Span::default()
    };
    let scope =
        InstrumentationScope { name: "lib".into(), dropped_attributes_count: 2, ..Default::default() };
    let scope_spans =
        ScopeSpans { scope: Some(scope), spans: vec![span], schema_url: "https://schemas/scope".into() };
    let resource = Resource { dropped_attributes_count: 1, ..Resource::default() };
    let spans = ResourceSpans {
        resource: Some(resource),
        scope_spans: vec![scope_spans],
        schema_url: "https://schemas/resource".into(),
    };
    ExportTraceServiceRequest { resource_spans: vec![spans] }.encode_to_vec()
}

#[test]
fn schema_urls_states_flags_and_counts_of_what_was_dropped_are_kept_on_every_way() {
    let wanted = json!({
        "scope": {"name": "lib", "version": ""},
        "events": [{"name": "e", "time": "2026-02-01T12:16:00.000000Z", "attributes": {"dropped attributes": 6}}],
        "links": [{"traceId": TRACE, "spanId": SPAN, "attributes": {"dropped attributes": 7}, "traceState": "c=d", "flags": 1}],
        "span": {"kind": "CLIENT", "traceState": "a=b", "flags": 257, "droppedAttributes": 3, "droppedEvents": 4,
            "droppedLinks": 5, "resourceSchemaUrl": "https://schemas/resource", "scopeSchemaUrl": "https://schemas/scope",
            "droppedResourceAttributes": 1, "droppedScopeAttributes": 2},
    });
    let protobuf = read_export(&in_protobuf(), Encoding::Protobuf, NOON).unwrap();
    assert_eq!(sent(&protobuf), wanted);
    for export in [whole(), in_snake_case(&whole())] {
        let read = in_json(&export);
        assert_eq!(sent(&read), wanted, "{export}");
        assert_eq!(read.received, protobuf.received);
    }
    // One odd span, and all goes the lenient way.
    let mut odd = whole();
    odd["resourceSpans"][0]["resource"]["attributes"] = json!({"a": "b"});
    let read = in_json(&odd);
    let mut wanted = wanted;
    wanted["resourceAttributes"] = json!({"a": "b"});
    assert_eq!((sent(&read), read.rejected.is_nothing()), (wanted, true));
}

#[test]
fn spans_of_libraries_as_exporters_sent_them_before_2022_are_taken() {
    let span = json!({"traceId": TRACE, "spanId": SPAN, "name": "old"});
    let export = json!({"resourceSpans": [{
        "instrumentationLibrarySpans": [{"instrumentationLibrary": {"name": "old-lib"}, "spans": [span]}],
    }]});
    let mut odd = export.clone();
    odd["resourceSpans"][0]["resource"] = json!("none");
    for export in [export.clone(), in_snake_case(&export), odd] {
        assert_eq!(sent(&in_json(&export))["scope"]["name"], "old-lib", "{export}");
    }
    // The number of the field was 1000.
    let scope_spans = ScopeSpans {
        scope: Some(InstrumentationScope { name: "old-lib".into(), ..Default::default() }),
        spans: vec![Span { trace_id: vec![1; 16], span_id: vec![2; 8], ..Span::default() }],
        ..ScopeSpans::default()
    };
    let put = |number: u32, content: &[u8]| {
        let mut out = Vec::new();
        prost::encoding::encode_key(number, prost::encoding::WireType::LengthDelimited, &mut out);
        prost::encoding::encode_varint(content.len() as u64, &mut out);
        out.extend_from_slice(content);
        out
    };
    let body = put(1, &put(1_000, &scope_spans.encode_to_vec()));
    let read = read_export(&body, Encoding::Protobuf, NOON).unwrap();
    assert_eq!((sent(&read)["scope"]["name"].as_str(), read.rejected.is_nothing()), (Some("old-lib"), true));
}

#[test]
fn an_export_of_something_else_is_told_so() {
    for (body, named) in [
        (json!({"resourceLogs": []}), "resourceLogs"),
        (json!({"resourceMetrics": [], "x": 1}), "resourceMetrics, x"),
        (json!({"batch": []}), "batch"),
        (json!({"resourcespans": []}), "resourcespans"),
        (json!({"traceId": TRACE, "spanId": SPAN}), "traceId, spanId"),
    ] {
        let read = in_json(&body);
        assert_eq!((read.received.len(), read.rejected.count), (0, 0), "{body}");
        assert!(read.rejected.notes[0].contains(named), "{:?}", read.rejected.notes);
    }
    for body in [json!({}), json!({"resourceSpans": []}), json!({"resource_spans": null})] {
        assert!(in_json(&body).rejected.is_nothing(), "{body}");
    }
}

#[test]
fn times_in_every_unit_and_form_are_one_moment() {
    for time in [
        json!(NOON.to_string()),
        json!(NOON),
        json!(NOON / 1_000),
        json!((NOON / 1_000_000).to_string()),
        json!(NOON / 1_000_000_000),
        json!([NOON / 1_000_000_000, 0]),
        json!({"high": NOON >> 32, "low": NOON & 0xffff_ffff}),
        json!("2026-02-01T12:16:00Z"),
    ] {
        let span =
            json!({"traceId": TRACE, "spanId": SPAN, "startTimeUnixNano": time, "endTimeUnixNano": time});
        let read = in_json(&one(&span));
        let Facts::Observation(seen, _) = &read.received[0].facts else { panic!("{time}") };
        assert_eq!((seen.start_ns, seen.end_ns), (Some(NOON), Some(NOON)), "{time}");
        assert!(read.rejected.is_nothing(), "{time}");
    }
}

#[test]
fn a_value_of_a_kind_that_nobody_knows_is_kept_as_it_came() {
    let value = json!({"fancyValue": {"x": [1, "a"]}});
    let attributes = json!([{"key": "k", "value": value}, {"key": "n", "value": {}}, {"key": "m", "value": {"intValue": null}}]);
    let read = in_json(&one(&json!({"traceId": TRACE, "spanId": SPAN, "attributes": attributes})));
    assert_eq!(sent(&read)["attributes"], json!({"k": value, "n": null, "m": null}));
    assert!(read.rejected.is_nothing());
}
