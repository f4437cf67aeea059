//! Which pieces a pack holds for others to share, and what a scope offers.

use std::collections::{BTreeSet, HashMap};

use foundation::{Digest, Error, Result};

use super::PackId;
use super::wire::{Input, varint};

/// Names a piece, or the bytes that a list of parts begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    /// The first half of the SHA-256; whoever reads a body checks all of its own digest.
    digest: [u8; 16],
    len: u64,
    is_list: bool,
}

impl Key {
    pub(super) fn piece(digest: Digest, len: usize) -> Self {
        Self { digest: half(digest), len: len as u64, is_list: false }
    }

    /// A list of parts by the chained digest over them and their length together.
    pub(super) fn list(chain: Digest, len: usize) -> Self {
        Self { digest: half(chain), len: len as u64, is_list: true }
    }
}

fn half(digest: Digest) -> [u8; 16] {
    let mut half = [0; 16];
    for (to, from) in half.iter_mut().zip(digest.0) {
        *to = from;
    }
    half
}

/// Where a named piece lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) pack: PackId,
    pub(super) offset: u64,
    /// For lists: how many others must be read first.
    pub(super) depth: u64,
}

/// The stored form: for each piece half its digest, length and kind, place, and for lists their depth.
pub(super) fn encode(entries: &[(Key, Spot)]) -> Option<Vec<u8>> {
    if entries.is_empty() {
        return None;
    }
    let mut out = Vec::with_capacity(entries.len() * 22);
    for (key, spot) in entries {
        out.extend_from_slice(&key.digest);
        varint(&mut out, key.len << 1 | u64::from(key.is_list));
        varint(&mut out, spot.offset);
        if key.is_list {
            varint(&mut out, spot.depth);
        }
    }
    Some(out)
}

fn decode_entry(input: &mut Input<'_>, pack: PackId) -> Option<(Key, Spot)> {
    let digest = input.take(16)?.try_into().ok()?;
    let len = input.varint()?;
    let (is_list, len) = (len & 1 == 1, len >> 1);
    let offset = input.varint()?;
    let depth = if is_list { input.varint()? } else { 0 };
    Some((Key { digest, len, is_list }, Spot { pack, offset, depth }))
}

/// What the packs of one scope offer.
#[derive(Clone, Debug, Default)]
pub struct Shared {
    spots: HashMap<Key, Spot>,
}

impl Shared {
    /// Offers what a pack holds, as far as no pack before it offers the same: add the newest first.
    pub fn add(&mut self, pack: PackId, directory: &[u8]) -> Result<()> {
        let mut input = Input(directory);
        while !input.0.is_empty() {
            let entry = decode_entry(&mut input, pack);
            let (key, spot) = entry.ok_or_else(|| Error::internal("a stored directory is damaged"))?;
            self.spots.entry(key).or_insert(spot);
        }
        Ok(())
    }

    /// Offers only what lies in these packs.
    pub fn retain(&mut self, packs: &BTreeSet<PackId>) {
        self.spots.retain(|_, spot| packs.contains(&spot.pack));
    }

    /// The packs that offer something.
    pub fn packs(&self) -> BTreeSet<PackId> {
        self.spots.values().map(|spot| spot.pack).collect()
    }

    pub(super) fn find(&self, key: Key) -> Option<Spot> {
        self.spots.get(&key).copied()
    }
}
