//! Random trees against an independent implementation (the ct-merkle crate), and mutated proofs.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ct_merkle::{ConsistencyProof, InclusionProof};
use proptest::prelude::*;
use proptest::sample::Index;
use sha2::Sha256;

use crate::consistency::{prove_consistency, verify_consistency};
use crate::inclusion::{prove_inclusion, verify_inclusion};
use crate::tree::{TreeHead, leaf_hash, root};
use foundation::{Digest, Result};

use super::memory::MemoryTree;

type Oracle = MemoryBackedTree<Sha256, Vec<u8>>;

fn leaves() -> impl Strategy<Value = Vec<Vec<u8>>> {
    prop::collection::vec(prop::collection::vec(any::<u8>(), 0..24), 1..300)
}

fn oracle_of(leaves: &[Vec<u8>]) -> Oracle {
    let mut oracle = Oracle::new();
    leaves.iter().cloned().for_each(|leaf| oracle.push(leaf));
    oracle
}

fn head(tree: &mut MemoryTree, size: usize) -> TreeHead {
    let size = size as u64;
    TreeHead { size, root: root(tree, size).unwrap() }
}

fn bytes(path: &[Digest]) -> Vec<u8> {
    path.iter().flat_map(|hash| hash.0).collect()
}

/// One way to spoil a proof. `None` where the change would change nothing.
fn spoil(path: &[Digest], way: usize, place: Index, bit: usize) -> Option<Vec<Digest>> {
    let mut path = path.to_vec();
    let here = place.index(path.len().max(1));
    match way {
        0 => path.insert(place.index(path.len() + 1), Digest::of(b"stray")),
        _ if path.is_empty() => return None,
        1 => drop(path.remove(here)),
        2 => path[here].0[bit / 8] ^= 1 << (bit % 8),
        3 => path.clear(),
        _ => {
            let other = (here + 1) % path.len();
            if path[here] == path[other] {
                return None;
            }
            path.swap(here, other);
        }
    }
    Some(path)
}

fn refused(outcome: &Result<()>) -> bool {
    matches!(outcome, Err(foundation::Error::Refused(_)))
}

#[test]
fn every_proof_of_small_trees_agrees_with_the_oracle() {
    let leaves: Vec<Vec<u8>> = (0..33_u8).map(|n| vec![n]).collect();
    let mut tree = MemoryTree::of(&leaves);
    for size in 1..=leaves.len() {
        let oracle = oracle_of(&leaves[..size]);
        for at in 0..size {
            let path = prove_inclusion(&mut tree, at as u64, size as u64).unwrap();
            assert_eq!(bytes(&path), oracle.prove_inclusion(at).as_bytes(), "leaf {at} of {size}");
            let path = prove_consistency(&mut tree, size as u64 - at as u64, size as u64).unwrap();
            assert_eq!(bytes(&path), oracle.prove_consistency(at).as_bytes(), "{at} more make {size}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn roots_agree_with_the_oracle(leaves in leaves(), at in any::<Index>()) {
        let size = at.index(leaves.len()) + 1;
        let oracle = oracle_of(&leaves[..size]);
        let mut tree = MemoryTree::of(&leaves);
        let ours = head(&mut tree, size);
        let theirs = oracle.root();
        prop_assert_eq!(&ours.root.0[..], &theirs.as_bytes()[..]);
        prop_assert_eq!(MemoryTree::of(&leaves[..size]).frontier.head(), ours);
    }

    #[test]
    fn inclusion_proofs_agree_and_verify_both_ways(leaves in leaves(), at in any::<Index>(), leaf in any::<Index>()) {
        let size = at.index(leaves.len()) + 1;
        let index = leaf.index(size);
        let oracle = oracle_of(&leaves[..size]);
        let mut tree = MemoryTree::of(&leaves);
        let path = prove_inclusion(&mut tree, index as u64, size as u64).unwrap();
        let theirs = oracle.prove_inclusion(index);
        prop_assert_eq!(bytes(&path), theirs.as_bytes());
        verify_inclusion(leaf_hash(&leaves[index]), index as u64, &path, head(&mut tree, size)).unwrap();
        let ours = InclusionProof::<Sha256>::try_from_bytes(bytes(&path)).unwrap();
        prop_assert!(oracle.root().verify_inclusion(&leaves[index], index as u64, &ours).is_ok());
    }

    #[test]
    fn consistency_proofs_agree_and_verify_both_ways(leaves in leaves(), at in any::<Index>(), from in any::<Index>()) {
        let size = at.index(leaves.len()) + 1;
        let old = from.index(size) + 1;
        let oracle = oracle_of(&leaves[..size]);
        let mut tree = MemoryTree::of(&leaves);
        let path = prove_consistency(&mut tree, old as u64, size as u64).unwrap();
        let theirs = oracle.prove_consistency(size - old);
        prop_assert_eq!(bytes(&path), theirs.as_bytes());
        let (before, after) = (head(&mut tree, old), head(&mut tree, size));
        verify_consistency(before, after, &path).unwrap();
        let ours = ConsistencyProof::<Sha256>::try_from_bytes(bytes(&path)).unwrap();
        let old_root = oracle_of(&leaves[..old]).root();
        prop_assert!(oracle.root().verify_consistency(&old_root, &ours).is_ok());
    }

    #[test]
    fn spoilt_inclusion_proofs_are_refused(
        leaves in leaves(), leaf in any::<Index>(), way in 0..5_usize, place in any::<Index>(), bit in 0..256_usize,
    ) {
        let index = leaf.index(leaves.len());
        let mut tree = MemoryTree::of(&leaves);
        let after = tree.frontier.head();
        let path = prove_inclusion(&mut tree, index as u64, after.size).unwrap();
        let hash = leaf_hash(&leaves[index]);
        if let Some(spoilt) = spoil(&path, way, place, bit) {
            prop_assert!(refused(&verify_inclusion(hash, index as u64, &spoilt, after)));
        }
        let mut other = after;
        other.root.0[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(refused(&verify_inclusion(hash, index as u64, &path, other)));
        let mut wrong = hash;
        wrong.0[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(refused(&verify_inclusion(wrong, index as u64, &path, after)));
        let elsewhere = place.index(leaves.len() + 2);
        if leaves.get(elsewhere) != Some(&leaves[index]) {
            prop_assert!(refused(&verify_inclusion(hash, elsewhere as u64, &path, after)));
        }
    }

    #[test]
    fn spoilt_consistency_proofs_are_refused(
        leaves in leaves(), from in any::<Index>(), way in 0..5_usize, place in any::<Index>(), bit in 0..256_usize,
    ) {
        let old = from.index(leaves.len()) + 1;
        let mut tree = MemoryTree::of(&leaves);
        let (before, after) = (head(&mut tree, old), tree.frontier.head());
        let path = prove_consistency(&mut tree, before.size, after.size).unwrap();
        if let Some(spoilt) = spoil(&path, way, place, bit) {
            prop_assert!(refused(&verify_consistency(before, after, &spoilt)));
        }
        let (mut wrong_old, mut wrong_new) = (before, after);
        wrong_old.root.0[bit / 8] ^= 1 << (bit % 8);
        wrong_new.root.0[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(refused(&verify_consistency(wrong_old, after, &path)));
        prop_assert!(refused(&verify_consistency(before, wrong_new, &path)));
        if old < leaves.len() {
            prop_assert!(refused(&verify_consistency(after, before, &path)));
        }
    }

    #[test]
    fn a_rewritten_leaf_breaks_consistency_whatever_the_proof(
        leaves in leaves(), from in any::<Index>(), changed in any::<Index>(),
    ) {
        let old = from.index(leaves.len()) + 1;
        let before = head(&mut MemoryTree::of(&leaves), old);
        let mut rewritten = leaves;
        rewritten[changed.index(old)].push(0);
        let mut tree = MemoryTree::of(&rewritten);
        let after = tree.frontier.head();
        let path = prove_consistency(&mut tree, before.size, after.size).unwrap();
        prop_assert!(refused(&verify_consistency(before, after, &path)));
    }
}
