//! Packs: the new pieces of one trace in one commit, compressed together; and references into them.
//!
//! A piece is an image, a record or a body. Equal bodies inside one pack are stored once. A reference says which pack,
//! where, how long, and for a body its digest; big bodies lie in object storage under their digest instead.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::foundation::ids::random_bytes;
use crate::foundation::{Digest, Error, Result, Timestamp};

use super::model::{Arrival, ArrivalKind, Body, BodyForm, BodyRef, BodyRole, RecordForm};

/// Compression level: the fastest whose gain is most of what there is to gain.
const LEVEL: i32 = 1;

/// Names a pack: eight bytes of time, eight of chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PackId(pub [u8; 16]);

impl PackId {
    /// A new name.
    pub fn new(at: Timestamp) -> Self {
        let mut id = random_bytes::<16>();
        for (to, from) in id.iter_mut().zip(at.0.to_be_bytes()) {
            *to = from;
        }
        Self(id)
    }
}

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The state as JSON.
    Image,
    /// An arrival without its bodies.
    Record,
    /// A body.
    Body(BodyRole),
}

impl Role {
    fn code(self) -> u8 {
        match self {
            Self::Image => 10,
            Self::Record => 11,
            Self::Body(role) => role.code(),
        }
    }

    fn from_code(code: u8) -> Option<Self> {
        match code {
            10 => Some(Self::Image),
            11 => Some(Self::Record),
            other => BodyRole::from_code(other).map(Self::Body),
        }
    }
}

/// Where bytes lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a pack, from this byte of its unpacked content.
    Pack(PackId, u64),
    /// In object storage, under the body's digest.
    Blob,
}

/// One piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What it is.
    pub role: Role,
    /// Where it lies.
    pub place: Place,
    /// Length in bytes.
    pub len: u64,
    /// The body's name and how to read it; none for images and records.
    pub body: Option<BodyRef>,
}

/// What is needed to read an arrival again, beside its record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// What kind of record.
    pub kind: ArrivalKind,
    /// How it is written.
    pub form: RecordForm,
    /// The mapping that read it.
    pub mapping: u16,
    /// When it happened, UTC nanoseconds.
    pub event_ns: i64,
    /// The client's id of the event.
    pub event_id: Option<String>,
    /// The arrival's digest.
    pub digest: Digest,
}

impl Header {
    /// The header of an arrival.
    pub fn of(arrival: &Arrival) -> Self {
        Self {
            kind: arrival.kind,
            form: arrival.form,
            mapping: arrival.mapping,
            event_ns: arrival.event_ns,
            event_id: arrival.event_id.clone(),
            digest: arrival.digest,
        }
    }

    /// The arrival again, with body references but without body bytes.
    pub fn arrival(self, trace_id: &str, entity_id: &str, record: Vec<u8>, pieces: &[Piece]) -> Arrival {
        let bodies = pieces.iter().filter_map(|piece| match (piece.role, piece.body) {
            (Role::Body(role), Some(reference)) => Some(Body { role, reference, bytes: Vec::new() }),
            _ => None,
        });
        Arrival {
            kind: self.kind,
            trace_id: Some(trace_id.to_owned()),
            entity_id: entity_id.to_owned(),
            event_id: self.event_id,
            event_ns: self.event_ns,
            form: self.form,
            bodies: bodies.collect(),
            mapping: self.mapping,
            digest: self.digest,
            record,
        }
    }
}

/// The pieces of one image or arrival.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refs {
    /// Present when the pieces are those of one arrival.
    pub header: Option<Header>,
    /// The pieces.
    pub pieces: Vec<Piece>,
}

impl Refs {
    /// The piece in one role.
    pub fn piece(&self, role: Role) -> Option<&Piece> {
        self.pieces.iter().find(|piece| piece.role == role)
    }

    /// The stored form: a format byte, the header, the packs, the pieces; numbers as base-128 varints.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = vec![1];
        encode_header(&mut out, self.header.as_ref());
        let mut packs: Vec<PackId> = Vec::new();
        for piece in &self.pieces {
            if let Place::Pack(pack, _) = piece.place
                && !packs.contains(&pack)
            {
                packs.push(pack);
            }
        }
        varint(&mut out, packs.len() as u64);
        packs.iter().for_each(|pack| out.extend_from_slice(&pack.0));
        varint(&mut out, self.pieces.len() as u64);
        for piece in &self.pieces {
            encode_piece(&mut out, piece, &packs);
        }
        out
    }

    /// Reads the stored form.
    pub fn decode(bytes: &[u8]) -> Result<Self> {
        Self::try_decode(&mut Input(bytes)).ok_or_else(|| Error::internal("stored references are damaged"))
    }

    fn try_decode(input: &mut Input<'_>) -> Option<Self> {
        if input.byte()? != 1 {
            return None;
        }
        let header = decode_header(input)?;
        let count = input.varint()?;
        let packs: Vec<PackId> =
            (0..count).map(|_| input.take(16)?.try_into().ok().map(PackId)).collect::<Option<_>>()?;
        let count = input.varint()?;
        let pieces = (0..count).map(|_| decode_piece(input, &packs)).collect::<Option<_>>()?;
        Some(Self { header, pieces })
    }
}

fn encode_header(out: &mut Vec<u8>, header: Option<&Header>) {
    let Some(header) = header else {
        out.push(0);
        return;
    };
    out.push(header.kind.code());
    out.push(match header.form {
        RecordForm::Json => 1,
        RecordForm::Protobuf => 2,
    });
    varint(out, u64::from(header.mapping));
    out.extend_from_slice(&header.event_ns.to_be_bytes());
    out.extend_from_slice(&header.digest.0);
    let id = header.event_id.as_deref();
    // 0 is "none", so an empty id is told apart.
    varint(out, id.map_or(0, |id| id.len() as u64 + 1));
    out.extend_from_slice(id.unwrap_or_default().as_bytes());
}

#[expect(clippy::option_option, reason = "damaged, or absent, or there")]
fn decode_header(input: &mut Input<'_>) -> Option<Option<Header>> {
    let kind = input.byte()?;
    if kind == 0 {
        return Some(None);
    }
    let form = if input.byte()? == 1 { RecordForm::Json } else { RecordForm::Protobuf };
    let mapping = u16::try_from(input.varint()?).ok()?;
    let event_ns = i64::from_be_bytes(input.take(8)?.try_into().ok()?);
    let digest = Digest::from_slice(input.take(32)?)?;
    let event_id = match input.varint()?.checked_sub(1) {
        Some(len) => Some(String::from_utf8(input.take(usize::try_from(len).ok()?)?.to_vec()).ok()?),
        None => None,
    };
    let kind = ArrivalKind::from_code(kind)?;
    Some(Some(Header { kind, form, mapping, event_ns, event_id, digest }))
}

/// The place byte of a blob; below it stand places in the list of packs.
const IN_BLOB: u64 = 0;

fn encode_piece(out: &mut Vec<u8>, piece: &Piece, packs: &[PackId]) {
    out.push(piece.role.code());
    match piece.place {
        Place::Blob => varint(out, IN_BLOB),
        Place::Pack(pack, offset) => {
            let place = packs.iter().position(|known| *known == pack).unwrap_or_default();
            varint(out, place as u64 + 1);
            varint(out, offset);
        }
    }
    varint(out, piece.len);
    if let Some(body) = &piece.body {
        out.push(body.form.code() << 1 | u8::from(body.truthy));
        out.extend_from_slice(&body.digest.0);
    }
}

fn decode_piece(input: &mut Input<'_>, packs: &[PackId]) -> Option<Piece> {
    let role = Role::from_code(input.byte()?)?;
    let place = match usize::try_from(input.varint()?).ok()?.checked_sub(1) {
        None => Place::Blob,
        Some(place) => Place::Pack(*packs.get(place)?, input.varint()?),
    };
    let len = input.varint()?;
    let body = if let Role::Body(_) = role {
        let flags = input.byte()?;
        let digest = Digest::from_slice(input.take(32)?)?;
        Some(BodyRef { digest, len, form: BodyForm::from_code(flags >> 1), truthy: flags & 1 == 1 })
    } else {
        None
    };
    Some(Piece { role, place, len, body })
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push((value & 0x7f) as u8);
}

struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(head)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }
}

/// Bodies for object storage, by digest.
pub type Blobs = Vec<(Digest, Vec<u8>)>;

/// A pack being filled.
pub struct PackBuilder {
    id: PackId,
    raw: Vec<u8>,
    bodies: HashMap<Digest, u64>,
    blob_threshold: u64,
    blobs: Blobs,
}

/// A pack ready to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pack {
    /// Its name.
    pub id: PackId,
    /// zstd of the pieces one after the other.
    pub bytes: Vec<u8>,
    /// Length of the pieces.
    pub raw_len: u64,
}

impl PackBuilder {
    /// An empty pack; bodies longer than `blob_threshold` bytes are set aside for object storage.
    pub fn new(id: PackId, blob_threshold: usize) -> Self {
        let blob_threshold = blob_threshold as u64;
        Self { id, raw: Vec::new(), bodies: HashMap::new(), blob_threshold, blobs: Vec::new() }
    }

    /// Adds an image or a record.
    pub fn add(&mut self, role: Role, bytes: &[u8]) -> Piece {
        let offset = self.raw.len() as u64;
        self.raw.extend_from_slice(bytes);
        Piece { role, place: Place::Pack(self.id, offset), len: bytes.len() as u64, body: None }
    }

    /// Adds a body, unless this pack holds the same bytes already.
    pub fn add_body(&mut self, body: &Body) -> Piece {
        let role = Role::Body(body.role);
        let reference = body.reference;
        if reference.len > self.blob_threshold {
            if !self.blobs.iter().any(|(digest, _)| *digest == reference.digest) {
                self.blobs.push((reference.digest, body.bytes.clone()));
            }
            return Piece { role, place: Place::Blob, len: reference.len, body: Some(reference) };
        }
        let offset = *self.bodies.entry(reference.digest).or_insert_with(|| {
            let offset = self.raw.len() as u64;
            self.raw.extend_from_slice(&body.bytes);
            offset
        });
        Piece { role, place: Place::Pack(self.id, offset), len: reference.len, body: Some(reference) }
    }

    /// Compresses; gives the pack and the bodies for object storage.
    pub fn finish(self) -> Result<(Pack, Blobs)> {
        let bytes = zstd::bulk::compress(&self.raw, LEVEL).map_err(Error::internal)?;
        Ok((Pack { id: self.id, bytes, raw_len: self.raw.len() as u64 }, self.blobs))
    }
}

/// Unpacked packs, each read once.
#[derive(Default)]
pub struct Packs(HashMap<PackId, Vec<u8>>);

impl Packs {
    /// The bytes of a piece; `None` when it lies in object storage. `load` gives a stored pack and its unpacked length.
    pub fn bytes(
        &mut self,
        piece: &Piece,
        load: &mut dyn FnMut(PackId) -> Result<(Vec<u8>, i64)>,
    ) -> Result<Option<Vec<u8>>> {
        let Place::Pack(id, offset) = piece.place else { return Ok(None) };
        let unpacked = match self.0.entry(id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let (bytes, raw_len) = load(id)?;
                let raw_len = usize::try_from(raw_len).map_err(Error::internal)?;
                place.insert(zstd::bulk::decompress(&bytes, raw_len).map_err(Error::internal)?)
            }
        };
        let range = usize::try_from(offset).ok().zip(usize::try_from(piece.len).ok());
        let found = range.and_then(|(from, len)| unpacked.get(from..from.checked_add(len)?));
        found.map(|bytes| Some(bytes.to_vec())).ok_or_else(|| Error::internal("a stored pack is too short"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn body(role: BodyRole, bytes: &[u8]) -> Body {
        Body::new(role, BodyForm::Json, bytes.to_vec())
    }

    #[test]
    fn equal_bodies_are_stored_once_and_big_ones_set_aside() {
        let mut builder = PackBuilder::new(PackId([7; 16]), 10);
        let image = builder.add(Role::Image, b"{}");
        let one = builder.add_body(&body(BodyRole::Input, b"same"));
        let two = builder.add_body(&body(BodyRole::Output, b"same"));
        let big = builder.add_body(&body(BodyRole::TraceInput, b"longer than ten"));
        let (pack, blobs) = builder.finish().unwrap();
        assert_eq!((pack.raw_len, one.place, blobs.len()), (6, two.place, 1));
        let mut load = |_| Ok((pack.bytes.clone(), 6));
        let mut packs = Packs::default();
        assert_eq!(packs.bytes(&image, &mut load).unwrap().unwrap(), b"{}");
        assert_eq!(packs.bytes(&two, &mut load).unwrap().unwrap(), b"same");
        assert_eq!(packs.bytes(&big, &mut load).unwrap(), None);
    }

    proptest! {
        #[test]
        fn references_read_back(
            places in prop::collection::vec((0..4_u8, 0..3_u8, any::<u64>(), any::<u64>(), any::<[u8; 32]>()), 0..8),
            event_id in prop::option::of(".{0,20}"),
            event_ns in any::<i64>(),
            with_header in any::<bool>(),
        ) {
            let pieces = places.into_iter().map(|(role, pack, offset, len, digest)| {
                let role = if role == 0 { Role::Image } else { Role::from_code(role).unwrap() };
                let place = if pack == 0 { Place::Blob } else { Place::Pack(PackId([pack; 16]), offset) };
                let named = BodyRef { digest: Digest(digest), len, form: BodyForm::Text, truthy: len % 2 == 0 };
                Piece { role, place, len, body: matches!(role, Role::Body(_)).then_some(named) }
            });
            let header = with_header.then(|| Header {
                kind: ArrivalKind::Span, form: RecordForm::Protobuf, mapping: 300, event_ns, event_id,
                digest: Digest([3; 32]),
            });
            let refs = Refs { header, pieces: pieces.collect() };
            let bytes = refs.encode();
            prop_assert_eq!(Refs::decode(&bytes).unwrap(), refs);
            for cut in 0..bytes.len() {
                prop_assert!(Refs::decode(&bytes[..cut]).is_err());
            }
        }
    }
}
