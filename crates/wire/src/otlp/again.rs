//! Whether two arrivals are one span that was sent twice and taken in by two mappings.
//!
//! A client that got no answer sends the same again, perhaps after a new version of ours has come. The mappings take different
//! attributes for bodies, so the two have different digests; what they say is the same.

use std::collections::BTreeSet;

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, Span};
use prost::Message;
use serde_json::Value;

use crate::mapping::attributes::to_json;
use trace_model::{Arrival, ArrivalKind, read_json};

/// Words that a mapping may add: who speaks.
const ADDED: [&str; 2] = ["system", "assistant"];

/// Whether both are the same span. Needs the bytes of all bodies.
pub fn is_same_span(one: &Arrival, other: &Arrival) -> bool {
    if one.kind != ArrivalKind::Span || other.kind != one.kind || one.event_ns != other.event_ns {
        return false;
    }
    let (Some((rest, attributes)), Some((other_rest, other_attributes))) = (apart(one), apart(other)) else {
        return false;
    };
    rest == other_rest && {
        let (words, others) = (words(one, &attributes), words(other, &other_attributes));
        words.symmetric_difference(&others).all(|word| ADDED.contains(&word.as_str()))
    }
}

/// What the first mapping left out of OTLP JSON.
fn forget_counts(span: &mut Span) {
    span.dropped_attributes_count = 0;
    span.dropped_events_count = 0;
    span.dropped_links_count = 0;
    span.events.iter_mut().for_each(|event| event.dropped_attributes_count = 0);
    for link in &mut span.links {
        link.dropped_attributes_count = 0;
        link.flags = 0;
        link.trace_state.clear();
    }
}

/// The span's attributes, and all else of the record that every mapping kept.
fn apart(arrival: &Arrival) -> Option<(ResourceSpans, Vec<KeyValue>)> {
    let mut record = ResourceSpans::decode(arrival.record.as_slice()).ok()?;
    record.schema_url.clear();
    record.resource.iter_mut().for_each(|resource| resource.dropped_attributes_count = 0);
    let scope_spans = record.scope_spans.first_mut()?;
    scope_spans.schema_url.clear();
    scope_spans.scope.iter_mut().for_each(|scope| scope.dropped_attributes_count = 0);
    let span = scope_spans.spans.first_mut()?;
    forget_counts(span);
    let attributes = std::mem::take(&mut span.attributes);
    Some((record, attributes))
}

/// Every text and number that stands in attributes and bodies, wherever it stands.
fn words(arrival: &Arrival, attributes: &[KeyValue]) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for value in attributes.iter().filter_map(|attribute| attribute.value.as_ref()) {
        gather(to_json(value), &mut words);
    }
    for body in &arrival.bodies {
        gather(read_json(&body.bytes, body.reference.form), &mut words);
    }
    words
}

fn gather(value: Value, words: &mut BTreeSet<String>) {
    match value {
        Value::Array(list) => list.into_iter().for_each(|inner| gather(inner, words)),
        Value::Object(map) => map.into_iter().for_each(|(_, inner)| gather(inner, words)),
        Value::String(text) => match nested(&text) {
            Some(inner) => gather(inner, words),
            None => words.extend(Some(text).filter(|text| !text.is_empty())),
        },
        Value::Null => {}
        other => words.extend([other.to_string()]),
    }
}

fn nested(text: &str) -> Option<Value> {
    text.trim_start().starts_with(['[', '{', '"']).then(|| serde_json::from_str(text).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::dialects_test::take;
    use trace_model::{Body, BodyForm, BodyRole};

    fn arrival(text: &str) -> Arrival {
        let attributes = json!({
            "gen_ai.operation.name": "chat", "gen_ai.system_instructions": "Be brief.", "gen_ai.usage.input_tokens": 7,
            "gen_ai.input.messages": json!([{"role": "user", "content": text}]).to_string(),
            "llm.tools.0.tool.json_schema": json!({"name": "valve"}).to_string(),
        });
        let span = json!({"name": "s", "attributes": attributes, "events": [["note", {"a": "b"}]]});
        take(&json!(["x", "1"]), &json!({}), &span).arrival
    }

    /// As the first mapping took it: the messages alone were the input.
    fn first(text: &str) -> Arrival {
        let mut arrival = arrival(text);
        let mut record = ResourceSpans::decode(arrival.record.as_slice()).unwrap();
        let attributes = json!({"llm.tools.0.tool.json_schema": "{\"name\":\"valve\"}", "gen_ai.system_instructions": "Be brief."});
        let span = &mut record.scope_spans[0].spans[0];
        span.attributes.retain(|attribute| attributes.get(&attribute.key).is_none());
        for (key, value) in attributes.as_object().unwrap() {
            let text =
                crate::mapping::span::tests::text_attributes(&[(key.as_str(), value.as_str().unwrap())]);
            span.attributes.extend(text);
        }
        arrival.record = record.encode_to_vec();
        let bytes = json!([{"role": "user", "content": text}]).to_string().into_bytes();
        arrival.bodies = vec![Body::new(BodyRole::Input, BodyForm::JsonOrText, bytes)];
        arrival
    }

    #[test]
    fn a_span_taken_in_by_two_mappings_is_one_span() {
        assert_ne!(first("?").record, arrival("?").record);
        assert!(is_same_span(&first("?"), &arrival("?")));
        assert!(!is_same_span(&first("?"), &arrival("!")), "other words");
        let mut with_schema = arrival("?");
        let mut record = ResourceSpans::decode(with_schema.record.as_slice()).unwrap();
        record.schema_url = "https://opentelemetry.io/schemas/1.27.0".to_owned();
        record.scope_spans[0].spans[0].dropped_events_count = 3;
        with_schema.record = record.encode_to_vec();
        assert!(is_same_span(&first("?"), &with_schema), "what the first mapping left out");
        let mut later = arrival("?");
        later.event_ns += 1;
        assert!(!is_same_span(&first("?"), &later), "another time");
    }
}
