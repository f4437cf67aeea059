//! What a row refers to: the pieces of one image or arrival.

use foundation::{Digest, Error, Result};
use trace_model::{Arrival, ArrivalKind, Body, BodyForm, BodyRef, RecordForm};

use super::wire::{Input, varint};
use super::{PackId, Piece, Place, Role};

/// What is needed to read an arrival again, beside its record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    pub kind: ArrivalKind,
    pub form: RecordForm,
    pub mapping: u16,
    /// When it happened, UTC nanoseconds.
    pub event_ns: i64,
    /// The client's id of the event.
    pub event_id: Option<String>,
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

/// The number of the stored form; 1 knew no lists of parts.
const FORMAT: u8 = 2;

/// The pieces of one image or arrival.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refs {
    /// Present when the pieces are those of one arrival.
    pub header: Option<Header>,
    pub pieces: Vec<Piece>,
}

impl Refs {
    /// The piece in one role.
    pub fn piece(&self, role: Role) -> Option<&Piece> {
        self.pieces.iter().find(|piece| piece.role == role)
    }

    /// The stored form: a format byte, the header, the packs, the pieces; numbers as base-128 varints.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = vec![FORMAT];
        encode_header(&mut out, self.header.as_ref());
        let mut packs: Vec<PackId> = Vec::new();
        for piece in &self.pieces {
            if let Place::Pack(pack, _) | Place::List(pack, _) = piece.place
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
        let format = input.byte()?;
        if !(1..=FORMAT).contains(&format) {
            return None;
        }
        let header = decode_header(input)?;
        let count = input.varint()?;
        let packs: Vec<PackId> =
            (0..count).map(|_| input.take(16)?.try_into().ok().map(PackId)).collect::<Option<_>>()?;
        let count = input.varint()?;
        let pieces = (0..count).map(|_| decode_piece(input, &packs, format)).collect::<Option<_>>()?;
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

/// The place of a blob; above it stand places in the list of packs, and whether they hold the bytes or a list of parts.
const IN_BLOB: u64 = 0;

fn encode_piece(out: &mut Vec<u8>, piece: &Piece, packs: &[PackId]) {
    out.push(piece.role.code());
    match piece.place {
        Place::Blob => varint(out, IN_BLOB),
        Place::Pack(pack, offset) | Place::List(pack, offset) => {
            let place = packs.iter().position(|known| *known == pack).unwrap_or_default() as u64;
            varint(out, 1 + (place << 1 | u64::from(matches!(piece.place, Place::List(..)))));
            varint(out, offset);
        }
    }
    varint(out, piece.len);
    if let Some(body) = &piece.body {
        out.push(body.form.code() << 1 | u8::from(body.truthy));
        out.extend_from_slice(&body.digest.0);
    }
}

fn decode_piece(input: &mut Input<'_>, packs: &[PackId], format: u8) -> Option<Piece> {
    let role = Role::from_code(input.byte()?)?;
    let place = match (input.varint()?.checked_sub(1), format) {
        (None, _) => Place::Blob,
        (Some(place), 1) => Place::Pack(pack(packs, place)?, input.varint()?),
        (Some(place), _) if place & 1 == 0 => Place::Pack(pack(packs, place >> 1)?, input.varint()?),
        (Some(place), _) => Place::List(pack(packs, place >> 1)?, input.varint()?),
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

fn pack(packs: &[PackId], place: u64) -> Option<PackId> {
    packs.get(usize::try_from(place).ok()?).copied()
}
