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
