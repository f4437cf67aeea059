//! The stored form of one span: an OTLP `ResourceSpans` message with exactly one span in it, so that
//! any OTLP tool reads it.

use opentelemetry_proto::tonic::common::v1::InstrumentationScope;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use prost::encoding::{WireType, encode_key, encode_varint};

/// The parts that all spans of one scope share, encoded once.
pub struct Envelope {
    resource: Vec<u8>,
    scope: Vec<u8>,
    /// What stands behind the span in its group, and behind the group.
    schema_urls: [Vec<u8>; 2],
}

impl Envelope {
    /// Takes an encoded resource and encodes a scope; the schema URLs are those of the scope and of the resource.
    pub fn new(resource: &[u8], scope: Option<&InstrumentationScope>, schema_urls: [&str; 2]) -> Self {
        let mut head = Vec::new();
        if let Some(scope) = scope {
            put(&mut head, 1, &scope.encode_to_vec());
        }
        let tail = |url: &str| {
            let mut tail = Vec::new();
            if !url.is_empty() {
                put(&mut tail, 3, url.as_bytes());
            }
            tail
        };
        Self { resource: resource.to_vec(), scope: head, schema_urls: schema_urls.map(tail) }
    }

    /// The record of one span.
    pub fn record(&self, span: &Span) -> Vec<u8> {
        let mut scope_spans = Vec::with_capacity(self.scope.len() + span.encoded_len() + 8);
        scope_spans.extend_from_slice(&self.scope);
        encode_key(2, WireType::LengthDelimited, &mut scope_spans);
        encode_varint(span.encoded_len() as u64, &mut scope_spans);
        span.encode_raw(&mut scope_spans);
        let [of_scope, of_resource] = &self.schema_urls;
        scope_spans.extend_from_slice(of_scope);
        let mut record = Vec::with_capacity(self.resource.len() + scope_spans.len() + of_resource.len() + 16);
        put(&mut record, 1, &self.resource);
        put(&mut record, 2, &scope_spans);
        record.extend_from_slice(of_resource);
        record
    }
}

fn put(buffer: &mut Vec<u8>, tag: u32, message: &[u8]) {
    encode_key(tag, WireType::LengthDelimited, buffer);
    encode_varint(message.len() as u64, buffer);
    buffer.extend_from_slice(message);
}
