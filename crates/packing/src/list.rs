//! A body in parts: a list of them inside a pack.
//!
//! The first part may be the beginning of another body, so that a conversation sent again and again costs only what is
//! new in it.

use foundation::Digest;

use super::PackId;
use super::wire::{Input, varint};

/// One part of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part<'a> {
    /// The glue between messages, as it is.
    Text(&'a [u8]),
    /// A piece in a pack.
    Piece(Span),
    /// As many bytes of the body whose list stands there; only ever the first part.
    Beginning(Span),
    /// A big piece in object storage.
    Blob(Digest, u64),
}

/// Some bytes in a pack, or written down by a list in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) pack: PackId,
    pub(super) offset: u64,
    pub(super) len: u64,
}

/// The stored form inside the pack `own`, whose name is left out.
pub(super) fn encode(out: &mut Vec<u8>, own: PackId, parts: &[Part<'_>]) {
    let mut packs = vec![own];
    for part in parts {
        if let Part::Piece(span) | Part::Beginning(span) = part
            && !packs.contains(&span.pack)
        {
            packs.push(span.pack);
        }
    }
    varint(out, packs.len() as u64 - 1);
    packs.iter().skip(1).for_each(|pack| out.extend_from_slice(&pack.0));
    varint(out, parts.len() as u64);
    for part in parts {
        encode_part(out, part, &packs);
    }
}

fn encode_part(out: &mut Vec<u8>, part: &Part<'_>, packs: &[PackId]) {
    match part {
        Part::Text(text) => {
            varint(out, (text.len() as u64) << 2);
            out.extend_from_slice(text);
        }
        Part::Piece(span) | Part::Beginning(span) => {
            let kind = if matches!(part, Part::Piece(_)) { 1 } else { 2 };
            let place = packs.iter().position(|pack| *pack == span.pack).unwrap_or_default();
            varint(out, (place as u64) << 2 | kind);
            varint(out, span.offset);
            varint(out, span.len);
        }
        Part::Blob(digest, len) => {
            varint(out, len << 2 | 3);
            out.extend_from_slice(&digest.0);
        }
    }
}

/// Reads the list that begins `bytes`, in the pack `own`.
pub(super) fn decode(bytes: &[u8], own: PackId) -> Option<Vec<Part<'_>>> {
    let mut input = Input(bytes);
    let mut packs = vec![own];
    for _ in 0..input.varint()? {
        packs.push(PackId::from_slice(input.take(16)?)?);
    }
    let count = input.varint()?;
    (0..count).map(|_| decode_part(&mut input, &packs)).collect()
}

fn decode_part<'a>(input: &mut Input<'a>, packs: &[PackId]) -> Option<Part<'a>> {
    let head = input.varint()?;
    let (kind, value) = (head & 3, head >> 2);
    Some(match kind {
        0 => Part::Text(input.take(usize::try_from(value).ok()?)?),
        3 => Part::Blob(Digest::from_slice(input.take(32)?)?, value),
        _ => {
            let pack = *packs.get(usize::try_from(value).ok()?)?;
            let span = Span { pack, offset: input.varint()?, len: input.varint()? };
            if kind == 1 { Part::Piece(span) } else { Part::Beginning(span) }
        }
    })
}
