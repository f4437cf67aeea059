//! What an OTLP export in protobuf comes to when it is decoded, found out without decoding it.
//!
//! An empty span is two bytes on the wire and some three hundred in memory; only the wire format is walked here.

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::encoding::{DecodeContext, WireType, decode_key, decode_varint, skip_field};

use crate::bounded::{MOST, too_many};
use foundation::{Error, Result};

/// The most memory that a decoded export may take beside the bytes of its texts: 128 MiB.
const MOST_BYTES: usize = 128 << 20;
/// Deeper messages are refused by the decoder.
const DEEPEST: usize = 100;

/// The messages of an export that come in lists.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Export,
    ResourceSpans,
    ScopeSpans,
    Span,
    /// A resource, a scope, an event or a link: something with attributes.
    Holder(u32),
    Pair,
    Value,
    Values,
    Pairs,
}

impl Kind {
    /// What a field of this message holds, by the numbers of the protocol's definition.
    fn inner(self, field: u32) -> Option<Self> {
        Some(match (self, field) {
            (Self::Export, 1) => Self::ResourceSpans,
            (Self::ResourceSpans, 1) => Self::Holder(1),
            (Self::ResourceSpans, 2 | 1_000) => Self::ScopeSpans,
            (Self::ScopeSpans, 1) | (Self::Span, 11) => Self::Holder(3),
            (Self::ScopeSpans, 2) => Self::Span,
            (Self::Span, 13) => Self::Holder(4),
            (Self::Holder(own), field) if own == field => Self::Pair,
            (Self::Span, 9) | (Self::Pairs, 1) => Self::Pair,
            (Self::Pair, 2) | (Self::Values, 1) => Self::Value,
            (Self::Value, 5) => Self::Values,
            (Self::Value, 6) => Self::Pairs,
            _ => return None,
        })
    }

    /// Bytes in memory, without what it refers to; near enough for a bound.
    fn size(self) -> usize {
        match self {
            Self::ResourceSpans | Self::ScopeSpans | Self::Span => size_of::<Span>(),
            _ => size_of::<KeyValue>(),
        }
    }
}

#[derive(Default)]
struct Weight {
    spans: usize,
    bytes: usize,
}

/// Refuses an export that would take more memory than its bytes suggest. What is damaged is left to the decoder.
pub(super) fn check(body: &[u8]) -> Result<()> {
    let mut weight = Weight::default();
    weight.walk(Kind::Export, body, 0);
    if weight.spans > MOST {
        return Err(too_many("spans"));
    }
    if weight.bytes > MOST_BYTES {
        return Err(Error::TooLarge("the export holds too many attributes: send smaller batches".into()));
    }
    Ok(())
}

impl Weight {
    fn walk(&mut self, kind: Kind, message: &[u8], depth: usize) {
        let mut rest = message;
        while let Some((field, content, after)) = next(rest) {
            rest = after;
            let Some(inner) = kind.inner(field) else { continue };
            self.spans += usize::from(inner == Kind::Span);
            self.bytes = self.bytes.saturating_add(inner.size());
            if depth < DEEPEST {
                self.walk(inner, content, depth + 1);
            }
        }
    }
}

/// The number of the next field, its content where it is a message or text, and what follows.
pub(super) fn next(message: &[u8]) -> Option<(u32, &[u8], &[u8])> {
    let mut rest = message;
    let (field, wire) = decode_key(&mut rest).ok()?;
    if wire != WireType::LengthDelimited {
        skip_field(wire, field, &mut rest, DecodeContext::default()).ok()?;
        return Some((field, &[], rest));
    }
    let length = usize::try_from(decode_varint(&mut rest).ok()?).ok()?;
    let (content, after) = rest.split_at_checked(length)?;
    Some((field, content, after))
}

#[cfg(test)]
mod tests {
    use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
    use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
    use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue};
    use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans};
    use prost::Message as _;

    use super::*;

    fn export(spans: Vec<Span>) -> Vec<u8> {
        let scope_spans = vec![ScopeSpans { spans, ..ScopeSpans::default() }];
        let resource_spans = vec![ResourceSpans { scope_spans, ..ResourceSpans::default() }];
        ExportTraceServiceRequest { resource_spans }.encode_to_vec()
    }

    #[test]
    fn spans_are_counted_before_they_are_decoded() {
        check(&export(vec![Span::default(); MOST])).unwrap();
        assert!(matches!(check(&export(vec![Span::default(); MOST + 1])), Err(Error::TooLarge(_))));
    }

    #[test]
    fn lists_that_swell_are_weighed_wherever_they_stand() {
        let empty = AnyValue { value: None };
        let list = |values| AnyValue { value: Some(Any::ArrayValue(ArrayValue { values })) };
        let heavy = MOST_BYTES / size_of::<KeyValue>() + 1;
        let nested = list(vec![list(vec![empty; heavy])]);
        let pair = KeyValue { value: Some(nested), ..KeyValue::default() };
        let body = export(vec![Span { attributes: vec![pair], ..Span::default() }]);
        assert!(matches!(check(&body), Err(Error::TooLarge(_))));
        let body = export(vec![Span { attributes: vec![KeyValue::default(); heavy], ..Span::default() }]);
        assert!(matches!(check(&body), Err(Error::TooLarge(_))));
    }

    #[test]
    fn damage_is_left_to_the_decoder() {
        let body = export(vec![Span { name: "x".repeat(100), ..Span::default() }]);
        for cut in [&body[..body.len() - 3], &[0xff; 40], &[0x0a], &[]] {
            check(cut).unwrap();
        }
    }
}
