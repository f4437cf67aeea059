//! Whatever is sent is read again under its name.

use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue, KeyValue, KeyValueList};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::mapping::attributes::to_json;
use crate::otlp::{Encoding, read_export};

fn sent(span: Value) -> Sent {
    let mut span = span;
    let ids = json!({"traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": "b7ad6b7169203331",
        "startTimeUnixNano": "1795251600000000000", "endTimeUnixNano": "1795251602000000000"});
    span.as_object_mut().unwrap().extend(ids.as_object().cloned().unwrap());
    let body = json!({"resourceSpans": [{"resource": {"attributes": [pair("host.name", "rack-7")]},
        "scopeSpans": [{"scope": {"name": "lib", "version": "2", "attributes": [pair("lib.mode", "fast")]}, "spans": [span]}]}]});
    let export = read_export(body.to_string().as_bytes(), Encoding::Json, 5).unwrap();
    let arrival = &export.received[0].arrival;
    Sent::read(arrival.form, &arrival.record).unwrap()
}

fn pair(name: &str, text: &str) -> Value {
    json!({"key": name, "value": {"stringValue": text}})
}

#[test]
fn every_part_of_a_span_is_read() {
    let sent = sent(json!({
        "kind": 3, "traceState": "a=b", "status": {"code": 2, "message": "late"},
        "attributes": [pair("shop.branch", "west"), pair("shop.branch", "east"), pair("input.value", "hi")],
        "events": [{"timeUnixNano": "1795251601000000000", "name": "retry", "attributes": [pair("why", "slow")]}],
        "links": [{"traceId": "1af7651916cd43dd8448eb211c80319c", "spanId": "17ad6b7169203331",
            "attributes": [pair("reason", "follows")]}],
    }));
    assert_eq!(
        Value::Object(sent.own_attributes()),
        json!({"shop.branch": "west", "shop.branch (2)": "east"})
    );
    assert_eq!(sent.in_bodies, ["input.value"]);
    assert_eq!((sent.resource["host.name"].as_str(), sent.scope.name.as_str()), (Some("rack-7"), "lib"));
    assert_eq!(sent.scope.attributes["lib.mode"], "fast");
    assert_eq!((sent.events[0].name.as_str(), &sent.events[0].attributes["why"]), ("retry", &json!("slow")));
    assert_eq!(
        (sent.links[0].span_id.as_str(), &sent.links[0].attributes["reason"]),
        ("17ad6b7169203331", &json!("follows"))
    );
    assert_eq!(
        Value::Object(sent.facts.clone()),
        json!({"kind": "CLIENT", "statusCode": "ERROR", "statusMessage": "late", "traceState": "a=b"})
    );
    let whole = Value::Object(sent.whole()).to_string();
    for words in ["moved_to", "west", "east", "rack-7", "fast", "retry", "slow", "follows", "CLIENT"] {
        assert!(whole.contains(words), "{words} in {whole}");
    }
}

#[test]
fn a_list_built_of_many_attributes_leaves_the_name_of_the_first() {
    let sent = sent(json!({"attributes": [
        pair("llm.input_messages.0.message.role", "user"), pair("llm.input_messages.0.message.content", "hi"),
        pair("llm.input_messages.1.message.role", "user"),
    ]}));
    assert_eq!(sent.in_bodies, ["llm.input_messages.0.message.role"]);
    assert!(sent.own_attributes().is_empty());
}

#[test]
fn members_of_a_batch_event_that_nobody_asked_for_are_read() {
    let record = br#"{"id":"e","timestamp":"t","type":"span-create","metadata":{"sdk":"x"},
        "body":{"id":"o","traceId":"t","input":null,"shop":{"branch":7},"unasked":null}}"#;
    let sent = Sent::read(RecordForm::Json, record).unwrap();
    assert_eq!(
        Value::Object(sent.attributes),
        json!({"shop": {"branch": 7}, "event.metadata": {"sdk": "x"}})
    );
    assert_eq!(Sent::read(RecordForm::Json, b"no"), None);
}

#[test]
fn names_with_points_are_found_whole_in_parts_and_bare() {
    let metadata = json!({"site": {"a.b": 1, "a": {"b": 2}, "l": ["p", 7, {"q": 1}]}, "attributes": {"shop.branch": "west"},
        "events": [{"name": "x", "attributes": {"item": "w"}}, {"name": "y", "attributes": {"item": "v"}}],
        "scope": {"name": "lib", "attributes": {"mode": "fast"}}, "gone": null});
    let metadata = metadata.as_object().unwrap();
    for (name, wanted) in [
        ("site.a.b", json!([1, 2])),
        ("attributes.shop.branch", json!(["west"])),
        ("shop.branch", json!(["west"])),
        ("item", json!(["w", "v"])),
        ("events.attributes.item", json!(["w", "v"])),
        ("site.l", json!([["p", 7, {"q": 1}], "p", 7])),
        ("events.name", json!(["x", "y"])),
        ("scope.name", json!(["lib"])),
        ("mode", json!(["fast"])),
        ("gone", json!([])),
        ("absent.x", json!([])),
    ] {
        assert_eq!(json!(values_at(metadata, name)), wanted, "{name}");
    }
}

#[test]
fn metadata_of_its_own_never_hides_what_was_sent() {
    let sent = sent(json!({"attributes": [pair("shop.branch", "west")]}));
    let taken = json!({"attributes": "mine", "otel": "mine too"});
    let all = sent.with_metadata(taken.as_object().cloned().unwrap());
    assert_eq!(
        (&all["otel"], &all["otel_"]["attributes"]["shop.branch"]),
        (&json!("mine too"), &json!("west"))
    );
    assert_eq!(json!(values_at(&all, "shop.branch")), json!(["west"]));
    let own = json!({"attributes": "mine", "scope": 1});
    let all = sent.with_metadata(own.as_object().cloned().unwrap());
    assert_eq!(all["attributes"], "mine");
    assert_eq!(all["otel"]["attributes"]["shop.branch"], "west");
    assert_eq!(all["otel"]["scope"]["name"], "lib");
    assert_eq!(all["resourceAttributes"]["host.name"], "rack-7");
    assert_eq!(json!(values_at(&all, "shop.branch")), json!(["west"]));
}

fn any_value() -> impl Strategy<Value = AnyValue> {
    let leaf = prop_oneof![
        "\\PC{0,12}".prop_map(Any::StringValue),
        any::<bool>().prop_map(Any::BoolValue),
        any::<i64>().prop_map(Any::IntValue),
        any::<f64>().prop_map(Any::DoubleValue),
        prop::collection::vec(any::<u8>(), 0..8).prop_map(Any::BytesValue),
    ];
    let wrap = |value: Any| AnyValue { value: Some(value) };
    leaf.prop_map(wrap).prop_recursive(3, 12, 3, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3)
                .prop_map(move |values| wrap(Any::ArrayValue(ArrayValue { values }))),
            prop::collection::vec(("[a-c.]{1,4}", inner), 0..3).prop_map(move |pairs| {
                let values = pairs.into_iter().map(|(key, value)| KeyValue {
                    key,
                    value: Some(value),
                    ..KeyValue::default()
                });
                wrap(Any::KvlistValue(KeyValueList { values: values.collect() }))
            }),
        ]
    })
}

proptest! {
    #[test]
    fn any_attribute_of_any_kind_is_found_under_its_name(
        names in prop::collection::btree_set("[a-zé.泵 _-]{1,12}", 1..6), values in prop::collection::vec(any_value(), 6),
    ) {
        use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
        use prost::Message as _;
        let pairs: Vec<KeyValue> = names.iter().zip(values)
            .map(|(key, value)| KeyValue { key: key.clone(), value: Some(value), ..KeyValue::default() }).collect();
        let span = Span { attributes: pairs.clone(), ..Span::default() };
        let spans = ScopeSpans { spans: vec![span], ..ScopeSpans::default() };
        let record = ResourceSpans { scope_spans: vec![spans], ..ResourceSpans::default() }.encode_to_vec();
        let sent = Sent::read(RecordForm::Protobuf, &record).unwrap();
        let all = sent.with_metadata(JsonMap::new());
        for KeyValue { key, value, .. } in &pairs {
            let wanted = to_json(value.as_ref().unwrap());
            let name = format!("attributes.{key}");
            prop_assert!(values_at(&all, &name).contains(&&wanted), "{} in {:?}", name, all);
        }
    }
}
