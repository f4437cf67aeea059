//! Reading pieces again: each pack is loaded and unpacked once.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use foundation::{Digest, Error, Result};

use super::list::{self, Part, Span};
use super::{PackId, Piece, Place};

/// More lists than any body is written with.
const DEEPEST: usize = 1_024;

/// Gives a stored pack and its unpacked length.
pub type Load<'l> = dyn FnMut(PackId) -> Result<(Vec<u8>, i64)> + 'l;

/// A run of bytes of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chunk {
    Bytes(Vec<u8>),
    /// They lie in object storage under this digest; and how many they are.
    Blob(Digest, u64),
}

/// A body as far as the database holds it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// Its runs in order.
    pub chunks: Vec<Chunk>,
    len: u64,
}

impl Content {
    /// Content that is at hand.
    pub fn of(bytes: Vec<u8>) -> Self {
        Self { len: bytes.len() as u64, chunks: vec![Chunk::Bytes(bytes)] }
    }

    /// The bytes, when all of them were in the database.
    pub fn whole(mut self) -> Option<Vec<u8>> {
        match (self.chunks.len(), self.chunks.pop()) {
            (0, _) => Some(Vec::new()),
            (1, Some(Chunk::Bytes(bytes))) => Some(bytes),
            _ => None,
        }
    }

    /// Whether all of the bytes were in the database.
    pub fn is_whole(&self) -> bool {
        self.chunks.iter().all(|chunk| matches!(chunk, Chunk::Bytes(_)))
    }

    fn push(&mut self, bytes: &[u8]) {
        self.len += bytes.len() as u64;
        match self.chunks.last_mut() {
            Some(Chunk::Bytes(run)) => run.extend_from_slice(bytes),
            _ => self.chunks.push(Chunk::Bytes(bytes.to_vec())),
        }
    }

    fn push_blob(&mut self, digest: Digest, len: u64) {
        self.len += len;
        self.chunks.push(Chunk::Blob(digest, len));
    }
}

/// What must be there for a piece to be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    pub packs: Vec<PackId>,
    /// Pieces in object storage.
    pub blobs: Vec<Digest>,
}

impl Needs {
    fn add(&mut self, part: &Part<'_>) {
        match part {
            Part::Piece(span) | Part::Beginning(span) => self.packs.push(span.pack),
            Part::Blob(digest, _) => self.blobs.push(*digest),
            Part::Text(_) => {}
        }
    }
}

/// Unpacked packs, each read once.
#[derive(Default)]
pub struct Packs(HashMap<PackId, Vec<u8>>);

impl Packs {
    /// The bytes of a piece; `None` when some of them lie in object storage. `load` gives a stored pack and its unpacked
    /// length.
    pub fn bytes(&mut self, piece: &Piece, load: &mut Load<'_>) -> Result<Option<Vec<u8>>> {
        Ok(self.content(piece, load)?.whole())
    }

    /// The content of a piece, put together from its parts wherever they lie.
    pub fn content(&mut self, piece: &Piece, load: &mut Load<'_>) -> Result<Content> {
        let mut content = Content::default();
        match (piece.place, piece.body) {
            (Place::Blob, body) => {
                let digest = body.ok_or_else(|| damaged("a reference"))?.digest;
                content.push_blob(digest, piece.len);
            }
            (Place::Pack(pack, offset), _) => {
                self.need(pack, load)?;
                content.push(self.span(Span { pack, offset, len: piece.len })?);
            }
            (Place::List(pack, offset), _) => {
                for list in self.lists(Span { pack, offset, len: piece.len }, load)?.into_iter().rev() {
                    self.add_parts(&mut content, list)?;
                }
            }
        }
        Ok(content)
    }

    /// What a piece needs to be read, wherever its lists name it.
    pub fn needs(&mut self, piece: &Piece, load: &mut Load<'_>) -> Result<Needs> {
        let mut needs = Needs::default();
        match (piece.place, piece.body) {
            (Place::Blob, body) => needs.blobs.extend(body.map(|body| body.digest)),
            (Place::Pack(pack, _), _) => needs.packs.push(pack),
            (Place::List(pack, offset), _) => {
                needs.packs.push(pack);
                for list in self.lists(Span { pack, offset, len: piece.len }, load)? {
                    self.list(list)?.iter().for_each(|part| needs.add(part));
                }
            }
        }
        Ok(needs)
    }

    /// A list, the one it begins with, and so on; loads all packs that they name.
    fn lists(&mut self, body: Span, load: &mut Load<'_>) -> Result<Vec<Span>> {
        let (mut lists, mut next) = (Vec::new(), Some(body));
        while let Some(list) = next.take() {
            lists.push(list);
            self.need(list.pack, load)?;
            let mut named = Vec::new();
            for part in self.list(list)? {
                match part {
                    Part::Piece(span) => named.push(span.pack),
                    Part::Beginning(span) => next = Some(span),
                    Part::Text(_) | Part::Blob(..) => {}
                }
            }
            named.into_iter().try_for_each(|pack| self.need(pack, load))?;
            if lists.len() > DEEPEST {
                return Err(damaged("a list of parts"));
            }
        }
        Ok(lists)
    }

    fn need(&mut self, pack: PackId, load: &mut Load<'_>) -> Result<()> {
        if let Entry::Vacant(place) = self.0.entry(pack) {
            let (bytes, raw_len) = load(pack)?;
            let raw_len = usize::try_from(raw_len).map_err(Error::internal)?;
            place.insert(zstd::bulk::decompress(&bytes, raw_len).map_err(Error::internal)?);
        }
        Ok(())
    }

    fn list(&self, list: Span) -> Result<Vec<Part<'_>>> {
        let from = usize::try_from(list.offset).ok();
        let bytes = self.0.get(&list.pack).zip(from).and_then(|(pack, from)| pack.get(from..));
        bytes.and_then(|bytes| list::decode(bytes, list.pack)).ok_or_else(|| damaged("a list of parts"))
    }

    /// Adds the parts of a list until the content is as long as is asked of the list.
    fn add_parts(&self, content: &mut Content, list: Span) -> Result<()> {
        for part in self.list(list)? {
            match part {
                Part::Beginning(_) => {}
                _ if content.len >= list.len => break,
                Part::Text(text) => content.push(text),
                Part::Piece(span) => content.push(self.span(span)?),
                Part::Blob(digest, len) => content.push_blob(digest, len),
            }
        }
        if content.len == list.len { Ok(()) } else { Err(damaged("a list of parts")) }
    }

    fn span(&self, span: Span) -> Result<&[u8]> {
        let range = usize::try_from(span.offset).ok().zip(usize::try_from(span.len).ok());
        let found = self.0.get(&span.pack).zip(range);
        let bytes = found.and_then(|(pack, (from, len))| pack.get(from..from.checked_add(len)?));
        bytes.ok_or_else(|| damaged("a pack"))
    }
}

fn damaged(what: &str) -> Error {
    Error::internal(format!("{what} in storage is damaged"))
}
