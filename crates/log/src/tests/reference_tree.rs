//! Known answers: the eight reference leaves of Certificate Transparency, the proof shapes of RFC 6962 2.1.3, and
//! trees as large as the index allows.

use std::collections::HashMap;

use crate::consistency::{prove_consistency, verify_consistency};
use crate::inclusion::{prove_inclusion, verify_inclusion};
use crate::tree::{Frontier, TreeHead, empty_root, leaf_hash, node_hash, root};
use foundation::Digest;

use super::memory::{MemoryTree, UniformTree};

/// The reference leaves in hex.
const LEAVES: [&str; 8] =
    ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

/// Their roots for sizes 1 to 8.
const ROOTS: [&str; 8] = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

#[test]
fn the_empty_tree_has_the_known_root() {
    let known = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(empty_root().to_hex(), known);
    assert_eq!(Frontier::default().head(), TreeHead { size: 0, root: empty_root() });
    assert_eq!(root(&mut MemoryTree::default(), 0).unwrap(), empty_root());
}

#[test]
fn the_reference_leaves_have_the_known_roots() {
    let leaves: Vec<Vec<u8>> = LEAVES.iter().map(|leaf| hex::decode(leaf).unwrap()).collect();
    let mut all = MemoryTree::of(&leaves);
    for (size, known) in (1..).zip(ROOTS) {
        let tree = MemoryTree::of(&leaves[..size]);
        assert_eq!(tree.frontier.head().root.to_hex(), known, "root by appending {size}");
        let size = size as u64;
        assert_eq!(root(&mut all, size).unwrap().to_hex(), known, "root of the first {size}");
        let edge = Frontier::load(&mut all, size).unwrap();
        assert_eq!(edge, tree.frontier, "edge loaded at {size}");
    }
    // 8 leaves, 4 + 2 + 1 nodes above them.
    assert_eq!(all.stored(), 15);
}

/// The tree of seven leaves that RFC 6962 2.1.3 draws, and its nodes by the RFC's letters.
fn letters() -> (MemoryTree, impl Fn(&str) -> Vec<Digest>) {
    let leaves = ["d0", "d1", "d2", "d3", "d4", "d5", "d6"];
    let mut nodes: HashMap<char, Digest> =
        "abcdefj".chars().zip(leaves.map(|leaf| leaf_hash(leaf.as_bytes()))).collect();
    for (name, left, right) in
        [('g', 'a', 'b'), ('h', 'c', 'd'), ('i', 'e', 'f'), ('k', 'g', 'h'), ('l', 'i', 'j')]
    {
        nodes.insert(name, node_hash(nodes[&left], nodes[&right]));
    }
    (MemoryTree::of(&leaves), move |names: &str| names.chars().map(|name| nodes[&name]).collect())
}

#[test]
fn proofs_have_the_shapes_the_rfc_draws() {
    let (mut tree, letters) = letters();
    for (index, path) in [(0, "bhl"), (3, "cgl"), (4, "fjk"), (6, "ik")] {
        assert_eq!(prove_inclusion(&mut tree, index, 7).unwrap(), letters(path), "leaf {index}");
    }
    for (old, path) in [(3, "cdgl"), (4, "l"), (6, "ijk"), (7, "")] {
        assert_eq!(prove_consistency(&mut tree, old, 7).unwrap(), letters(path), "from {old}");
    }
}

#[test]
fn what_a_tree_cannot_prove_is_refused() {
    let (mut tree, _) = letters();
    assert!(prove_inclusion(&mut tree, 7, 7).is_err(), "a leaf beyond the size");
    assert!(prove_inclusion(&mut tree, 0, 0).is_err(), "a leaf of the empty tree");
    assert!(prove_inclusion(&mut tree, 0, 8).is_err(), "a size beyond what is stored");
    assert!(prove_consistency(&mut tree, 0, 7).is_err(), "from the empty tree");
    assert!(prove_consistency(&mut tree, 7, 6).is_err(), "backwards");
}

#[test]
fn huge_trees_cost_the_logarithm() {
    let sizes = [1, 2, 3, 1 << 40, (1 << 40) + 1, (1 << 62) - 1, i64::MAX as u64, 1 << 63, u64::MAX];
    let mut tree = UniformTree::new();
    for size in sizes {
        let head = tree.head(size);
        assert_eq!(Frontier::load(&mut tree, size).unwrap().head(), head);
        for index in [0, 1, size / 3, size / 2, size - 1].into_iter().filter(|index| *index < size) {
            tree.asked = 0;
            let path = prove_inclusion(&mut tree, index, size).unwrap();
            assert!(tree.asked <= 128 && path.len() <= 64, "{} nodes for {index} of {size}", tree.asked);
            verify_inclusion(tree.leaf(), index, &path, head).unwrap();
        }
        for old in [1, size / 3, size / 2, size - 1, size].into_iter().filter(|old| *old > 0) {
            let before = tree.head(old);
            tree.asked = 0;
            let path = prove_consistency(&mut tree, old, size).unwrap();
            assert!(tree.asked <= 128 && path.len() <= 65, "{} nodes for {old} to {size}", tree.asked);
            verify_consistency(before, head, &path).unwrap();
        }
    }
    assert!(Frontier::load(&mut tree, u64::MAX).unwrap().append(tree.leaf()).is_err(), "a full tree");
}
