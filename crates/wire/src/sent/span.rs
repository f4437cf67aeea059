//! A stored span: OTLP.

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, Span, span};
use prost::Message;
use serde_json::{Value, json};

use super::{Event, Link, Scope, Sent};
use crate::mapping::attributes::to_json;
use crate::mapping::io;
use trace_model::JsonMap;
use trace_model::times::nanoseconds;

/// The kinds by their OTLP numbers.
const KINDS: [&str; 6] = ["", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"];
const STATUS: [&str; 3] = ["", "OK", "ERROR"];

pub(super) fn read(record: &[u8]) -> Option<Sent> {
    let read = ResourceSpans::decode(record).ok()?;
    let scope_spans = read.scope_spans.into_iter().next()?;
    let span = scope_spans.spans.into_iter().next()?;
    let mut facts = facts(&span);
    let resource = read.resource.unwrap_or_default();
    put(&mut facts, "resourceSchemaUrl", &read.schema_url);
    put(&mut facts, "scopeSchemaUrl", &scope_spans.schema_url);
    let scope = scope_spans.scope.unwrap_or_default();
    count(&mut facts, "droppedResourceAttributes", resource.dropped_attributes_count);
    count(&mut facts, "droppedScopeAttributes", scope.dropped_attributes_count);
    let in_bodies = span.attributes.iter().filter(|kv| is_taken(kv)).map(|kv| kv.key.clone()).collect();
    Some(Sent {
        attributes: object(&span.attributes),
        in_bodies,
        resource: object(&resource.attributes),
        scope: Scope { name: scope.name, version: scope.version, attributes: object(&scope.attributes) },
        events: span.events.into_iter().map(event).collect(),
        links: span.links.into_iter().map(link).collect(),
        facts,
    })
}

/// Whether the value of an attribute was taken out to be a body.
fn is_taken(attribute: &KeyValue) -> bool {
    let is_empty = attribute.value.as_ref().is_none_or(|value| value.value.is_none());
    is_empty && io::is_source(&attribute.key)
}

fn event(event: span::Event) -> Event {
    let mut attributes = object(&event.attributes);
    count(&mut attributes, "dropped attributes", event.dropped_attributes_count);
    let time_ns = nanoseconds(i64::try_from(event.time_unix_nano).unwrap_or(i64::MAX));
    Event { name: event.name, time_ns, attributes }
}

fn link(link: span::Link) -> Link {
    let mut attributes = object(&link.attributes);
    count(&mut attributes, "dropped attributes", link.dropped_attributes_count);
    Link {
        trace_id: hex::encode(&link.trace_id),
        span_id: hex::encode(&link.span_id),
        trace_state: link.trace_state,
        flags: link.flags,
        attributes,
    }
}

/// Attributes as a JSON object in which a name that was sent twice stands twice.
fn object(attributes: &[KeyValue]) -> JsonMap {
    let mut out = JsonMap::new();
    for attribute in attributes {
        let value = attribute.value.as_ref().map_or(Value::Null, to_json);
        let mut name = attribute.key.clone();
        let mut again = 1;
        while out.contains_key(&name) {
            again += 1;
            name = format!("{} ({again})", attribute.key);
        }
        out.insert(name, value);
    }
    out
}

fn facts(span: &Span) -> JsonMap {
    let mut facts = JsonMap::new();
    put(&mut facts, "kind", &word(&KINDS, span.kind));
    if let Some(status) = &span.status {
        put(&mut facts, "statusCode", &word(&STATUS, status.code));
        put(&mut facts, "statusMessage", &status.message);
    }
    put(&mut facts, "traceState", &span.trace_state);
    count(&mut facts, "flags", span.flags);
    count(&mut facts, "droppedAttributes", span.dropped_attributes_count);
    count(&mut facts, "droppedEvents", span.dropped_events_count);
    count(&mut facts, "droppedLinks", span.dropped_links_count);
    facts
}

/// The word of an OTLP number; a number that has none is itself.
fn word(words: &[&str], number: i32) -> String {
    let known = usize::try_from(number).ok().and_then(|place| words.get(place));
    known.map_or_else(|| number.to_string(), |word| (*word).to_owned())
}

fn put(facts: &mut JsonMap, name: &str, value: &str) {
    if !value.is_empty() {
        facts.insert(name.to_owned(), json!(value));
    }
}

fn count(facts: &mut JsonMap, name: &str, count: u32) {
    if count > 0 {
        facts.insert(name.to_owned(), json!(count));
    }
}
