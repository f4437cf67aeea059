//! Filling a pack.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use zstd::bulk::Compressor;

use crate::cut::{Segment, cut};
use foundation::{Digest, Error, Result};
use trace_model::{Body, BodyRef};

use super::directory::{self, Key, Shared, Spot};
use super::list::{self, Part, Span};
use super::{Chunk, Content, PackId, Piece, Place, Role};

/// Compression level: against level 1 it saves 5 % of the bytes for an eighth more of ingest's time.
const LEVEL: i32 = 3;
/// Shorter pieces are not worth a place in the directory.
const WORTH_SHARING: usize = 64;
/// A body of fewer pieces names all of them; a longer one may begin like another.
const LONG: usize = 8;
/// So many lists at most are read for one body; then all of it is named anew.
const DEEPEST: u64 = 128;

/// Pieces for object storage, by digest.
pub type Blobs = Vec<(Digest, Vec<u8>)>;

/// The pieces of a body that go to object storage, whatever pack it comes into.
pub fn big_pieces(body: &Body, blob_threshold: usize) -> Blobs {
    if body.bytes.len() <= blob_threshold {
        return Blobs::new();
    }
    let mut builder = PackBuilder::new(PackId([0; 16]), blob_threshold);
    builder.add_body(body);
    builder.blobs
}

/// A pack being filled.
pub struct PackBuilder<'s> {
    id: PackId,
    raw: Vec<u8>,
    bodies: HashMap<Digest, Place>,
    own: HashMap<Key, Spot>,
    shared: Option<&'s Shared>,
    used: BTreeSet<PackId>,
    directory: Vec<(Key, Spot)>,
    blob_threshold: usize,
    blobs: Blobs,
}

/// A pack ready to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pack {
    pub id: PackId,
    /// zstd of the pieces one after the other.
    pub bytes: Vec<u8>,
    /// Length of the pieces.
    pub raw_len: u64,
    /// The pieces that others may share; none when there are none.
    pub directory: Option<Vec<u8>>,
    /// The other packs it shares pieces of.
    pub used: BTreeSet<PackId>,
}

/// A segment of a body and what it is called.
struct Named {
    segment: Segment,
    /// For pieces.
    digest: Option<Digest>,
    /// For pieces of a long body: the digest over all parts up to here.
    chain: Option<Digest>,
}

impl<'s> PackBuilder<'s> {
    /// An empty pack; pieces longer than `blob_threshold` bytes are set aside for object storage.
    pub fn new(id: PackId, blob_threshold: usize) -> Self {
        Self {
            id,
            raw: Vec::new(),
            bodies: HashMap::new(),
            own: HashMap::new(),
            shared: None,
            used: BTreeSet::new(),
            directory: Vec::new(),
            blob_threshold,
            blobs: Vec::new(),
        }
    }

    /// Refers to what is offered instead of storing it again.
    #[must_use]
    pub fn sharing(mut self, shared: Option<&'s Shared>) -> Self {
        self.shared = shared;
        self
    }

    /// Adds an image or a record.
    pub fn add(&mut self, role: Role, bytes: &[u8]) -> Piece {
        let offset = self.append(bytes);
        Piece { role, place: Place::Pack(self.id, offset), len: bytes.len() as u64, body: None }
    }

    /// Adds a body, as far as its bytes are not there already.
    pub fn add_body(&mut self, body: &Body) -> Piece {
        let reference = body.reference;
        let place = match self.bodies.get(&reference.digest) {
            Some(place) => *place,
            None => self.place(reference.digest, &body.bytes),
        };
        self.bodies.insert(reference.digest, place);
        Piece { role: Role::Body(body.role), place, len: reference.len, body: Some(reference) }
    }

    /// Adds a body some of which lies in object storage, as it was put together.
    pub fn add_content(&mut self, role: Role, reference: BodyRef, content: &Content) -> Piece {
        let parts: Vec<Part<'_>> = content
            .chunks
            .iter()
            .map(|chunk| match chunk {
                Chunk::Blob(digest, len) => Part::Blob(*digest, *len),
                Chunk::Bytes(bytes) => {
                    let spot = self.piece(Digest::of(bytes), bytes);
                    Part::Piece(Span { pack: spot.pack, offset: spot.offset, len: bytes.len() as u64 })
                }
            })
            .collect();
        let mut list = Vec::new();
        list::encode(&mut list, self.id, &parts);
        let place = Place::List(self.id, self.append(&list));
        Piece { role, place, len: reference.len, body: Some(reference) }
    }

    fn place(&mut self, digest: Digest, bytes: &[u8]) -> Place {
        let segments = cut(bytes);
        if segments.len() > 1 {
            return self.place_parts(segments, bytes);
        }
        if bytes.len() > self.blob_threshold {
            self.set_aside(digest, bytes);
            return Place::Blob;
        }
        let spot = self.piece(digest, bytes);
        Place::Pack(spot.pack, spot.offset)
    }

    fn place_parts(&mut self, segments: Vec<Segment>, bytes: &[u8]) -> Place {
        let named = name(segments, bytes);
        self.set_big_ones_aside(&named, bytes);
        let (mut parts, mut done, mut depth) = (Vec::with_capacity(named.len()), 0, 0);
        if let Some((place, spot)) = self.longest_beginning(&named) {
            let len = named.get(place).map_or(0, |named| named.segment.range.end) as u64;
            parts.push(Part::Beginning(Span { pack: spot.pack, offset: spot.offset, len }));
            (done, depth) = (place + 1, spot.depth + 1);
        }
        for named in named.get(done..).unwrap_or_default() {
            parts.push(self.part(named, bytes));
        }
        let mut list = Vec::new();
        list::encode(&mut list, self.id, &parts);
        let offset = self.append(&list);
        self.offer_beginning(named.get(done..).unwrap_or_default(), Spot { pack: self.id, offset, depth });
        Place::List(self.id, offset)
    }

    fn set_big_ones_aside(&mut self, named: &[Named], bytes: &[u8]) {
        let threshold = self.blob_threshold;
        for named in named.iter().filter(|named| named.segment.range.len() > threshold) {
            // Also when a known beginning covers it: who writes must not depend on what others keep.
            let content = bytes.get(named.segment.range.clone());
            if let (Some(digest), Some(content)) = (named.digest, content) {
                self.set_aside(digest, content);
            }
        }
    }

    fn set_aside(&mut self, digest: Digest, bytes: &[u8]) {
        if !self.blobs.iter().any(|(known, _)| *known == digest) {
            self.blobs.push((digest, bytes.to_vec()));
        }
    }

    /// The longest run of first parts that another body begins with, by the place of its last.
    fn longest_beginning(&mut self, named: &[Named]) -> Option<(usize, Spot)> {
        let beginnings = named.iter().enumerate().rev();
        let found = beginnings.into_iter().find_map(|(place, named)| {
            let key = Key::list(named.chain?, named.segment.range.end);
            self.find(key).map(|spot| (place, spot))
        });
        // A shorter one would do, but then each body after it named more than the one before.
        let found = found.filter(|(_, spot)| spot.depth < DEEPEST);
        self.used.extend(found.map(|(_, spot)| spot.pack).filter(|pack| *pack != self.id));
        found
    }

    /// Lets other bodies begin like this one, up to the end of its last piece.
    fn offer_beginning(&mut self, new: &[Named], spot: Spot) {
        let last = new.iter().rev().find_map(|named| Some((named.chain?, named.segment.range.end)));
        if let Some((chain, len)) = last {
            self.offer(Key::list(chain, len), spot);
        }
    }

    fn part<'b>(&mut self, named: &Named, bytes: &'b [u8]) -> Part<'b> {
        let content = bytes.get(named.segment.range.clone()).unwrap_or_default();
        match named.digest {
            None => Part::Text(content),
            Some(digest) if content.len() > self.blob_threshold => Part::Blob(digest, content.len() as u64),
            Some(digest) => {
                let spot = self.piece(digest, content);
                Part::Piece(Span { pack: spot.pack, offset: spot.offset, len: content.len() as u64 })
            }
        }
    }

    /// Where a piece lies: where it lay, else now in this pack.
    fn piece(&mut self, digest: Digest, bytes: &[u8]) -> Spot {
        let key = Key::piece(digest, bytes.len());
        if let Some(spot) = self.find(key) {
            if spot.pack != self.id {
                self.used.insert(spot.pack);
            }
            return spot;
        }
        let spot = Spot { pack: self.id, offset: self.append(bytes), depth: 0 };
        if bytes.len() >= WORTH_SHARING {
            self.offer(key, spot);
        } else {
            self.own.insert(key, spot);
        }
        spot
    }

    fn find(&self, key: Key) -> Option<Spot> {
        self.own.get(&key).copied().or_else(|| self.shared?.find(key))
    }

    fn offer(&mut self, key: Key, spot: Spot) {
        self.own.insert(key, spot);
        self.directory.push((key, spot));
    }

    fn append(&mut self, bytes: &[u8]) -> u64 {
        let offset = self.raw.len() as u64;
        self.raw.extend_from_slice(bytes);
        offset
    }

    /// Compresses; gives the pack and the pieces for object storage.
    pub fn finish(self) -> Result<(Pack, Blobs)> {
        let bytes = compress(&self.raw).map_err(Error::internal)?;
        let directory = directory::encode(&self.directory);
        let pack = Pack { id: self.id, bytes, raw_len: self.raw.len() as u64, directory, used: self.used };
        Ok((pack, self.blobs))
    }
}

thread_local! {
    /// Its tables are ten times as large as most packs: clearing new ones was a fifth of the work of compressing.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
}

fn compress(raw: &[u8]) -> std::io::Result<Vec<u8>> {
    COMPRESSOR.with_borrow_mut(|kept| {
        let compressor = match kept {
            Some(compressor) => compressor,
            None => kept.insert(Compressor::new(LEVEL)?),
        };
        compressor.compress(raw)
    })
}

/// Hashes the parts of a body, each byte once.
fn name(segments: Vec<Segment>, bytes: &[u8]) -> Vec<Named> {
    let is_long = segments.iter().filter(|segment| segment.is_piece).count() >= LONG;
    let (mut chain, mut pieces) = (Digest([0; 32]), 0);
    let named = segments.into_iter().map(|segment| {
        let content = bytes.get(segment.range.clone()).unwrap_or_default();
        let digest = segment.is_piece.then(|| Digest::of(content));
        pieces += usize::from(segment.is_piece);
        if is_long {
            chain = match digest {
                Some(digest) => Digest::of_parts(&[&chain.0, b"piece", &digest.0]),
                None => Digest::of_parts(&[&chain.0, b"text", content]),
            };
        }
        Named { segment, digest, chain: (is_long && digest.is_some() && pieces >= LONG).then_some(chain) }
    });
    named.collect()
}
