//! The Merkle tree of RFC 6962 / RFC 9162: hashes, complete subtrees, roots, and growth by one leaf.
//!
//! Only complete subtrees are stored; once complete, a node never changes. Whatever else is needed (the ragged right
//! edge) is hashed from at most 64 of them, so every question costs the logarithm of the size.

use foundation::{Digest, Error, Result};

/// `SHA-256(0x00 || leaf)`.
pub fn leaf_hash(leaf: &[u8]) -> Digest {
    Digest::of_parts(&[&[0], leaf])
}

/// `SHA-256(0x01 || left || right)`.
pub fn node_hash(left: Digest, right: Digest) -> Digest {
    Digest::of_parts(&[&[1], &left.0, &right.0])
}

/// The root of a tree without leaves: SHA-256 of nothing.
pub fn empty_root() -> Digest {
    Digest::of(&[])
}

/// How many leaves a tree has and what they hash to: what a checkpoint signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreeHead {
    /// Number of leaves.
    pub size: u64,
    /// Merkle tree hash over them.
    pub root: Digest,
}

/// A complete subtree: the 2^level leaves from `index * 2^level` on. Level 0 are the leaf hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId {
    /// Height above the leaves, 0 to 63.
    pub level: u8,
    /// Place among the nodes of its level, from the left.
    pub index: u64,
}

impl NodeId {
    fn parent(self) -> Self {
        Self { level: self.level.saturating_add(1), index: self.index >> 1 }
    }
}

/// Where the hashes of complete subtrees come from: the database, tiles, or memory.
pub trait NodeSource {
    /// The hash of one complete subtree; an error when the tree does not hold it.
    fn node(&mut self, level: u8, index: u64) -> Result<Digest>;

    /// The hashes of several, in the order asked; a database overrides this with one query.
    fn nodes(&mut self, ids: &[NodeId]) -> Result<Vec<Digest>> {
        ids.iter().map(|id| self.node(id.level, id.index)).collect()
    }
}

/// Leaves `start..end`, where `start` is a multiple of a power of two not below the length: what one step of a proof
/// or a root stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: u64,
    pub(super) end: u64,
}

impl Span {
    /// The complete subtrees that make it up, from the left, large to small.
    fn subtrees(self) -> Vec<NodeId> {
        let mut at = self.start;
        let mut ids = Vec::new();
        for level in (0..64_u8).rev().filter(|level| (self.end - self.start) >> level & 1 == 1) {
            ids.push(NodeId { level, index: at >> level });
            at += 1 << level;
        }
        ids
    }

    /// Where RFC 6962 cuts it in two: after the largest power of two below its length. Needs two leaves or more.
    pub(super) fn middle(self) -> u64 {
        let last = self.end - self.start - 1;
        self.start + (1 << last.checked_ilog2().unwrap_or(0))
    }
}

/// The Merkle tree hash of each span, asking the source once.
pub(super) fn hash_spans(source: &mut dyn NodeSource, spans: &[Span]) -> Result<Vec<Digest>> {
    let subtrees: Vec<Vec<NodeId>> = spans.iter().map(|span| span.subtrees()).collect();
    let mut hashes = source.nodes(&subtrees.concat())?.into_iter();
    subtrees.iter().map(|ids| fold(hashes.by_ref().take(ids.len()).collect())).collect()
}

/// Hashes neighbouring subtrees, large to small, into the root over them.
fn fold(subtrees: Vec<Digest>) -> Result<Digest> {
    let root = subtrees.into_iter().rev().reduce(|right, left| node_hash(left, right));
    root.ok_or_else(|| Error::internal("ledger: the node source gave fewer hashes than asked for"))
}

/// The root over the first `size` leaves.
pub fn root(source: &mut dyn NodeSource, size: u64) -> Result<Digest> {
    if size == 0 {
        return Ok(empty_root());
    }
    let hashes = hash_spans(source, &[Span { start: 0, end: size }])?;
    fold(hashes)
}

/// The right edge of a growing tree: all that is needed to append leaves and to know the root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    subtrees: Vec<Digest>,
}

impl Frontier {
    /// The edge of the tree over the first `size` leaves.
    pub fn load(source: &mut dyn NodeSource, size: u64) -> Result<Self> {
        let ids = Span { start: 0, end: size }.subtrees();
        let subtrees = source.nodes(&ids)?;
        if subtrees.len() == ids.len() {
            Ok(Self { size, subtrees })
        } else {
            Err(Error::internal("ledger: the node source gave fewer hashes than asked for"))
        }
    }

    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Size and root as they stand.
    pub fn head(&self) -> TreeHead {
        let root = self.subtrees.iter().copied().rev().reduce(|right, left| node_hash(left, right));
        TreeHead { size: self.size, root: root.unwrap_or_else(empty_root) }
    }

    /// Appends one leaf hash; returns the subtrees it completes, itself (level 0) first.
    pub fn append(&mut self, leaf: Digest) -> Result<Vec<(NodeId, Digest)>> {
        let grown = self.size.checked_add(1).ok_or_else(|| Error::internal("ledger: the tree is full"))?;
        let mut id = NodeId { level: 0, index: self.size };
        let mut hash = leaf;
        let mut complete = vec![(id, hash)];
        while id.index & 1 == 1
            && let Some(left) = self.subtrees.pop()
        {
            id = id.parent();
            hash = node_hash(left, hash);
            complete.push((id, hash));
        }
        self.subtrees.push(hash);
        self.size = grown;
        Ok(complete)
    }
}
