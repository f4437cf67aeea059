//! Consistency proofs (RFC 9162 section 2.1.4): a later tree only appended to an earlier one.

use foundation::{Digest, Error, Result};

use super::inclusion::skip_missing_siblings;
use super::tree::{NodeSource, Span, TreeHead, hash_spans, node_hash};

/// The proof that the tree over the first `new` leaves begins with the tree over the first `old`.
///
/// The same size needs no hashes. From the empty tree there is nothing to prove, which is refused.
pub fn prove_consistency(source: &mut dyn NodeSource, old: u64, new: u64) -> Result<Vec<Digest>> {
    check_sizes(old, new)?;
    hash_spans(source, &proof_spans(old, new))
}

fn check_sizes(old: u64, new: u64) -> Result<()> {
    if old == 0 {
        Err(Error::refused(
            "every tree begins with the empty tree; compare with a checkpoint of 1 leaf or more",
        ))
    } else if old > new {
        Err(Error::refused(format!(
            "a tree of {new} leaves cannot continue one of {old}: leaves are missing"
        )))
    } else {
        Ok(())
    }
}

/// The spans of RFC 6962's SUBPROOF, in proof order.
fn proof_spans(old: u64, new: u64) -> Vec<Span> {
    let mut here = Span { start: 0, end: new };
    let mut spans = Vec::new();
    while here.end != old {
        let middle = here.middle();
        let left = Span { start: here.start, end: middle };
        let right = Span { start: middle, end: here.end };
        let (aside, next) = if old <= middle { (right, left) } else { (left, right) };
        spans.push(aside);
        here = next;
    }
    // A span that begins at 0 is the old tree itself; whoever checks holds its root already.
    if here.start != 0 {
        spans.push(here);
    }
    spans.reverse();
    spans
}

/// Checks that the tree under `new` begins with the tree under `old` (the algorithm of RFC 9162 2.1.4.2).
pub fn verify_consistency(old: TreeHead, new: TreeHead, path: &[Digest]) -> Result<()> {
    check_sizes(old.size, new.size)?;
    if old.size == new.size {
        return same_tree(old, new, path);
    }
    let mut hashes = path.iter().copied();
    let first = if old.size.is_power_of_two() { Some(old.root) } else { hashes.next() };
    // A growing tree always leaves something aside, so no proof of it is empty.
    let Some(first) = first.filter(|_| !path.is_empty()) else {
        return Err(wrong_length(old.size, new.size));
    };
    let climbed = climb(old.size, new.size, first, hashes)?;
    if climbed == (old.root, new.root) { Ok(()) } else { Err(rewritten(old, new)) }
}

fn same_tree(old: TreeHead, new: TreeHead, path: &[Digest]) -> Result<()> {
    if !path.is_empty() {
        Err(wrong_length(old.size, new.size))
    } else if old.root == new.root {
        Ok(())
    } else {
        Err(rewritten(old, new))
    }
}

/// Hashes up both edges at once; gives the old and the new root the proof leads to.
fn climb(old: u64, new: u64, first: Digest, rest: impl Iterator<Item = Digest>) -> Result<(Digest, Digest)> {
    let shared = (old - 1).trailing_ones();
    let mut node = (old - 1).checked_shr(shared).unwrap_or(0);
    let mut last = (new - 1).checked_shr(shared).unwrap_or(0);
    let (mut old_hash, mut new_hash) = (first, first);
    for sibling in rest {
        if last == 0 {
            return Err(wrong_length(old, new));
        }
        if node & 1 == 1 || node == last {
            old_hash = node_hash(sibling, old_hash);
            new_hash = node_hash(sibling, new_hash);
            (node, last) = skip_missing_siblings(node, last);
        } else {
            new_hash = node_hash(new_hash, sibling);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    if last == 0 { Ok((old_hash, new_hash)) } else { Err(wrong_length(old, new)) }
}

fn wrong_length(old: u64, new: u64) -> Error {
    Error::refused(format!("the consistency proof has the wrong number of hashes for {old} to {new} leaves"))
}

fn rewritten(old: TreeHead, new: TreeHead) -> Error {
    Error::refused(format!(
        "the tree of {} leaves (root {}) does not continue the tree of {} leaves (root {}): history was rewritten, or the proof is not theirs",
        new.size, new.root, old.size, old.root
    ))
}
