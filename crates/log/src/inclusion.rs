//! Inclusion proofs (RFC 9162 section 2.1.3): a leaf stands at an index of the tree under a head.
//!
//! A proof is the sibling hashes from the leaf's own up to the root's child.

use foundation::{Digest, Error, Result};

use super::tree::{NodeSource, Span, TreeHead, hash_spans, node_hash};

/// The proof that leaf `index` stands in the tree over the first `size` leaves.
pub fn prove_inclusion(source: &mut dyn NodeSource, index: u64, size: u64) -> Result<Vec<Digest>> {
    check_index(index, size)?;
    hash_spans(source, &siblings(index, size))
}

fn check_index(index: u64, size: u64) -> Result<()> {
    if index < size {
        Ok(())
    } else {
        Err(Error::refused(format!("leaf {index} is not in a tree of {size} leaves; ask below its size")))
    }
}

/// What the path from the root to the leaf leaves aside, lowest first.
fn siblings(index: u64, size: u64) -> Vec<Span> {
    let mut here = Span { start: 0, end: size };
    let mut aside = Vec::new();
    while here.end - here.start > 1 {
        let middle = here.middle();
        let left = Span { start: here.start, end: middle };
        let right = Span { start: middle, end: here.end };
        let (sibling, next) = if index < middle { (right, left) } else { (left, right) };
        aside.push(sibling);
        here = next;
    }
    aside.reverse();
    aside
}

/// Checks that a leaf with this hash stands at `index` under `head` (the algorithm of RFC 9162 2.1.3.2).
///
/// The proof binds the leaf to the root. That the head is right is the checkpoint's signature's business.
pub fn verify_inclusion(leaf: Digest, index: u64, path: &[Digest], head: TreeHead) -> Result<()> {
    check_index(index, head.size)?;
    let mut node = index;
    let mut last = head.size - 1;
    let mut hash = leaf;
    for sibling in path {
        if last == 0 {
            return Err(wrong_length(head.size));
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(*sibling, hash);
            (node, last) = skip_missing_siblings(node, last);
        } else {
            hash = node_hash(hash, *sibling);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    if last != 0 {
        return Err(wrong_length(head.size));
    }
    same_root(hash, head)
}

/// Climbs past levels where the right-most node has no sibling.
pub(super) fn skip_missing_siblings(mut node: u64, mut last: u64) -> (u64, u64) {
    while node & 1 == 0 && node != 0 {
        (node, last) = (node >> 1, last >> 1);
    }
    (node, last)
}

fn wrong_length(size: u64) -> Error {
    Error::refused(format!("the inclusion proof has the wrong number of hashes for a tree of {size} leaves"))
}

fn same_root(found: Digest, head: TreeHead) -> Result<()> {
    if found == head.root {
        Ok(())
    } else {
        let TreeHead { size, root } = head;
        Err(Error::refused(format!(
            "the inclusion proof leads to root {found}, the tree of {size} leaves has {root}: the leaf, its place or the proof is not the logged one"
        )))
    }
}
