//! The traces of the living example: what the parts desk assistant's calls look like on the wire.
//!
//! They are built as OTLP JSON and go through the same door as any client's, so nothing in the example is special.

use serde_json::{Value, json};

use crate::foundation::{Digest, Timestamp};

/// One trace to send: a story of spans, some minutes before now.
pub(super) struct Story {
    /// Name of the trace; its id is derived from it.
    pub(super) name: &'static str,
    /// Tags, among them the step it belongs to.
    pub(super) tags: &'static [&'static str],
    /// Minutes before the moment the example is made.
    pub(super) minutes_ago: i64,
    /// Spans, parents first.
    pub(super) spans: &'static [Span],
}

/// One span of a story; times are milliseconds from the start of the trace.
pub(super) struct Span {
    pub(super) name: &'static str,
    pub(super) kind: &'static str,
    pub(super) parent: Option<usize>,
    pub(super) from_ms: i64,
    pub(super) to_ms: i64,
    pub(super) input: &'static str,
    pub(super) output: &'static str,
    /// Model, input tokens, output tokens.
    pub(super) model: Option<(&'static str, u32, u32)>,
    pub(super) error: Option<&'static str>,
}

impl Story {
    /// The trace id: 16 bytes of a digest over the name, so that the example is the same everywhere.
    pub(super) fn trace_id(&self) -> String {
        hex_of(&format!("trace {}", self.name), 32)
    }

    /// The OTLP/JSON export request of this trace.
    pub(super) fn to_otlp(&self, now: Timestamp) -> Value {
        let start = now.plus_micros(-self.minutes_ago * 60_000_000);
        let spans: Vec<Value> = (0..self.spans.len()).filter_map(|place| self.span(place, start)).collect();
        json!({"resourceSpans": [{
            "resource": {"attributes": [text("service.name", "parts-desk-assistant"), text("deployment.environment.name", "production")]},
            "scopeSpans": [{"scope": {"name": "langfuse-sdk", "version": "5.0.4"}, "spans": spans}],
        }]})
    }

    fn span(&self, place: usize, start: Timestamp) -> Option<Value> {
        let span = self.spans.get(place)?;
        let mut attributes = span.attributes();
        attributes.push(text("langfuse.trace.name", self.name));
        attributes.push(text("session.id", "parts-desk-2026-11"));
        attributes.push(text("user.id", "mechanic-17"));
        attributes.push(text("gen_ai.agent.name", "parts-desk"));
        attributes.push(list("langfuse.trace.tags", self.tags));
        let mut wire = json!({
            "traceId": self.trace_id(),
            "spanId": self.span_id(place),
            "name": span.name,
            "kind": 1,
            "startTimeUnixNano": nanos(start, span.from_ms),
            "endTimeUnixNano": nanos(start, span.to_ms),
            "attributes": attributes,
            "status": span.error.map_or_else(|| json!({}), |message| json!({"code": 2, "message": message})),
        });
        if let (Some(parent), Some(fields)) = (span.parent, wire.as_object_mut()) {
            fields.insert("parentSpanId".to_owned(), json!(self.span_id(parent)));
        }
        Some(wire)
    }

    /// The id of the span at a place.
    pub(super) fn span_id(&self, place: usize) -> String {
        hex_of(&format!("span {} {place}", self.name), 16)
    }
}

impl Span {
    fn attributes(&self) -> Vec<Value> {
        let mut attributes = vec![
            text("langfuse.observation.type", self.kind),
            text("langfuse.observation.input", self.input),
            text("langfuse.observation.output", self.output),
        ];
        if let Some((model, input, output)) = self.model {
            let usage = json!({"input": input, "output": output, "total": input + output});
            attributes.push(text("langfuse.observation.model.name", model));
            attributes.push(text("langfuse.observation.usage_details", &usage.to_string()));
        }
        attributes
    }
}

fn text(key: &str, value: &str) -> Value {
    json!({"key": key, "value": {"stringValue": value}})
}

fn list(key: &str, values: &[&str]) -> Value {
    let values: Vec<Value> = values.iter().map(|value| json!({"stringValue": value})).collect();
    json!({"key": key, "value": {"arrayValue": {"values": values}}})
}

fn nanos(start: Timestamp, offset_ms: i64) -> String {
    format!("{}000", start.plus_micros(offset_ms * 1_000).0)
}

fn hex_of(seed: &str, digits: usize) -> String {
    Digest::of(seed.as_bytes()).to_hex().chars().take(digits).collect()
}
