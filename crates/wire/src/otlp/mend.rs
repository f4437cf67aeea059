//! An export in protobuf that the decoder refuses, made such that it takes it: one bad text, number or span costs only itself.
//!
//! The message is walked by the numbers of the protocol's definition and written anew: text that is no UTF-8 with U+FFFD,
//! fields of another wire type left out, damaged messages left out, values in too many levels as their bytes.

use prost::bytes::Buf as _;
use prost::encoding::{
    DecodeContext, WireType, decode_key, decode_varint, encode_key, encode_varint, skip_field,
};

use super::Rejected;

/// Levels of lists and objects that stay such; readers stop at 100 messages, and each level is two.
const DEEPEST: usize = 30;

/// The number of a resource's spans before 2022, when scopes were libraries; they have the same fields.
const LIBRARY_SPANS: u32 = 1_000;

/// The messages of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Export,
    ResourceSpans,
    Resource,
    Entity,
    ScopeSpans,
    Scope,
    Span,
    Event,
    Link,
    Status,
    Pair,
    Value,
    Values,
    Pairs,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    Text,
    Bytes,
    Varint,
    Fixed64,
    Fixed32,
    Message(Kind),
    /// Not in the definition as we know it: kept as it is.
    Unknown,
}

impl Kind {
    #[rustfmt::skip]
    fn field(self, number: u32) -> Holds {
        use Holds::{Bytes, Fixed32, Fixed64, Message, Text, Unknown, Varint};
        match (self, number) {
            (Self::Export, 1) => Message(Self::ResourceSpans),
            (Self::ResourceSpans, 1) => Message(Self::Resource),
            (Self::ResourceSpans, 2 | LIBRARY_SPANS) => Message(Self::ScopeSpans),
            (Self::Resource, 3) => Message(Self::Entity),
            (Self::ScopeSpans, 1) => Message(Self::Scope),
            (Self::ScopeSpans, 2) => Message(Self::Span),
            (Self::Span, 11) => Message(Self::Event),
            (Self::Span, 13) => Message(Self::Link),
            (Self::Span, 15) => Message(Self::Status),
            (Self::Resource | Self::Pairs, 1) | (Self::Scope | Self::Event, 3) | (Self::Span, 9) | (Self::Link, 4) => Message(Self::Pair),
            (Self::Pair, 2) | (Self::Values, 1) => Message(Self::Value),
            (Self::Value, 5) => Message(Self::Values),
            (Self::Value, 6) => Message(Self::Pairs),
            (Self::ResourceSpans | Self::ScopeSpans | Self::Link, 3) | (Self::Entity, 1..=4) | (Self::Scope, 1 | 2)
            | (Self::Span, 3 | 5) | (Self::Event | Self::Status, 2) | (Self::Pair | Self::Value, 1) => Text,
            (Self::Span, 1 | 2 | 4) | (Self::Link, 1 | 2) | (Self::Value, 7) => Bytes,
            (Self::Span, 7 | 8) | (Self::Event, 1) | (Self::Value, 4) => Fixed64,
            (Self::Span, 16) | (Self::Link, 6) => Fixed32,
            (Self::Resource, 2) | (Self::Scope | Self::Event, 4) | (Self::Span, 6 | 10 | 12 | 14) | (Self::Link, 5)
            | (Self::Status | Self::Pair, 3) | (Self::Value, 2 | 3 | 8) => Varint,
            _ => Unknown,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Export => "export",
            Self::ResourceSpans | Self::Resource | Self::Entity => "resource",
            Self::ScopeSpans | Self::Scope => "scope",
            Self::Span => "span",
            Self::Event => "event",
            Self::Link => "link",
            Self::Status => "status",
            Self::Pair | Self::Value | Self::Values | Self::Pairs => "attribute",
        }
    }
}

impl Holds {
    fn comes_as(self, wire: WireType) -> bool {
        match self {
            Self::Text | Self::Bytes | Self::Message(_) => wire == WireType::LengthDelimited,
            Self::Varint => wire == WireType::Varint,
            Self::Fixed64 => wire == WireType::SixtyFourBit,
            Self::Fixed32 => wire == WireType::ThirtyTwoBit,
            Self::Unknown => true,
        }
    }
}

/// The export with what can be kept of it; `None` when it is damaged as a whole.
pub(super) fn mended(body: &[u8], rejected: &mut Rejected) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(body.len());
    message(Kind::Export, body, 0, rejected, &mut out)?;
    Some(out)
}

/// Writes a message anew; `None` when its fields cannot be told apart.
fn message(kind: Kind, body: &[u8], depth: usize, rejected: &mut Rejected, out: &mut Vec<u8>) -> Option<()> {
    let mut rest = body;
    while rest.has_remaining() {
        let whole = rest;
        let (number, wire) = decode_key(&mut rest).ok()?;
        let holds = kind.field(number);
        let content = if wire == WireType::LengthDelimited {
            let length = usize::try_from(decode_varint(&mut rest).ok()?).ok()?;
            let (content, after) = rest.split_at_checked(length)?;
            rest = after;
            content
        } else {
            skip_field(wire, number, &mut rest, DecodeContext::default()).ok()?;
            &[]
        };
        if !holds.comes_as(wire) {
            rejected
                .note(format!("field {number} of a {} is of another type: it was left out", kind.words()));
            continue;
        }
        match holds {
            Holds::Text => put(number, &text(content, kind, rejected), out),
            Holds::Message(inner) => {
                let number = if number == LIBRARY_SPANS { 2 } else { number };
                part(number, inner, content, depth, rejected, out);
            }
            _ => out.extend_from_slice(whole.get(..whole.len() - rest.len())?),
        }
    }
    Some(())
}

fn put(number: u32, content: &[u8], out: &mut Vec<u8>) {
    encode_key(number, WireType::LengthDelimited, out);
    encode_varint(content.len() as u64, out);
    out.extend_from_slice(content);
}

fn text(content: &[u8], kind: Kind, rejected: &mut Rejected) -> Vec<u8> {
    if std::str::from_utf8(content).is_err() {
        rejected.note(format!("a text of a {} is no UTF-8: its bad bytes read as U+FFFD", kind.words()));
    }
    String::from_utf8_lossy(content).into_owned().into_bytes()
}

fn part(number: u32, kind: Kind, content: &[u8], depth: usize, rejected: &mut Rejected, out: &mut Vec<u8>) {
    let mut inner = Vec::with_capacity(content.len());
    if kind == Kind::Value && depth >= DEEPEST {
        rejected.note(format!("an attribute lies in more than {DEEPEST} levels: the rest was kept as bytes"));
        put(7, content, &mut inner);
        return put(number, &inner, out);
    }
    let depth = depth + usize::from(kind == Kind::Value);
    if message(kind, content, depth, rejected, &mut inner).is_some() {
        return put(number, &inner, out);
    }
    let reason = format!("a {} is damaged: it was left out", kind.words());
    match kind {
        Kind::ResourceSpans | Kind::ScopeSpans | Kind::Span => rejected.add(reason),
        _ => rejected.note(reason),
    }
}
