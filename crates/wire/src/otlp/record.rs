//! The stored form of one span: an OTLP `ResourceSpans` message with exactly one span in it, so that
//! any OTLP tool reads it.

use opentelemetry_proto::tonic::common::v1::InstrumentationScope;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, Span};
use prost::Message;
use prost::encoding::{WireType, encode_key, encode_varint};

use crate::mapping::attributes::object;
use trace_model::JsonMap;

/// The parts that all spans of one scope share, encoded once.
pub struct Envelope {
    resource: Vec<u8>,
    scope: Vec<u8>,
}

impl Envelope {
    /// Encodes a resource and a scope.
    pub fn new(resource: &[u8], scope: Option<&InstrumentationScope>) -> Self {
        let mut head = Vec::new();
        if let Some(scope) = scope {
            put(&mut head, 1, &scope.encode_to_vec());
        }
        Self { resource: resource.to_vec(), scope: head }
    }

    /// The record of one span.
    pub fn record(&self, span: &Span) -> Vec<u8> {
        let mut scope_spans = Vec::with_capacity(self.scope.len() + span.encoded_len() + 8);
        scope_spans.extend_from_slice(&self.scope);
        encode_key(2, WireType::LengthDelimited, &mut scope_spans);
        encode_varint(span.encoded_len() as u64, &mut scope_spans);
        span.encode_raw(&mut scope_spans);
        let mut record = Vec::with_capacity(self.resource.len() + scope_spans.len() + 16);
        put(&mut record, 1, &self.resource);
        put(&mut record, 2, &scope_spans);
        record
    }
}

fn put(buffer: &mut Vec<u8>, tag: u32, message: &[u8]) {
    encode_key(tag, WireType::LengthDelimited, buffer);
    encode_varint(message.len() as u64, buffer);
    buffer.extend_from_slice(message);
}

/// A stored span, read for showing.
#[derive(Clone, Debug, PartialEq)]
pub struct SpanRecord {
    /// The span's attributes without those that became bodies.
    pub attributes: JsonMap,
    /// The resource's attributes.
    pub resource: JsonMap,
    /// The scope's attributes.
    pub scope: JsonMap,
    /// Events: name, UTC nanoseconds, attributes.
    pub events: Vec<(String, i64, JsonMap)>,
    /// The W3C trace state.
    pub trace_state: String,
    /// The span kind's OTLP number.
    pub span_kind: i32,
}

/// Reads a stored record; `None` when it is not one.
pub fn read_record(record: &[u8]) -> Option<SpanRecord> {
    let read = ResourceSpans::decode(record).ok()?;
    let scope_spans = read.scope_spans.into_iter().next()?;
    let span = scope_spans.spans.into_iter().next()?;
    let time = |nanos: u64| i64::try_from(nanos).unwrap_or(i64::MAX);
    let events = span.events.iter();
    Some(SpanRecord {
        attributes: object(&span.attributes),
        resource: read.resource.map(|resource| object(&resource.attributes)).unwrap_or_default(),
        scope: scope_spans.scope.map(|scope| object(&scope.attributes)).unwrap_or_default(),
        events: events.map(|e| (e.name.clone(), time(e.time_unix_nano), object(&e.attributes))).collect(),
        trace_state: span.trace_state,
        span_kind: span.kind,
    })
}
