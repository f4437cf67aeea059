//! The tlog-proof file: form, reading back, and that no altered byte passes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

use crate::checkpoint::Checkpoint;
use crate::inclusion::prove_inclusion;
use crate::keys::{KeyName, SignerKey};
use crate::proof::TlogProof;
use foundation::Digest;

use super::memory::MemoryTree;

fn key() -> SignerKey {
    SignerKey::from_secret(KeyName::new("example.com/log").unwrap(), &[9; 32])
}

fn leaf(n: u64) -> Vec<u8> {
    format!("leaf {n}").into_bytes()
}

fn proof(index: u64, size: u64) -> TlogProof {
    let leaves: Vec<Vec<u8>> = (0..size).map(leaf).collect();
    let mut tree = MemoryTree::of(&leaves);
    let checkpoint = Checkpoint::sign(tree.frontier.head(), &key()).unwrap();
    let hashes = prove_inclusion(&mut tree, index, size).unwrap();
    TlogProof { extra: None, index, hashes, checkpoint }
}

#[test]
fn the_file_has_the_specified_form() {
    let mut proof = proof(2, 3);
    let sibling = STANDARD.encode(proof.hashes[0].0);
    let checkpoint = proof.checkpoint.to_string();
    let expected = format!("c2sp.org/tlog-proof@v1\nindex 2\n{sibling}\n\n{checkpoint}");
    assert_eq!(proof.to_string(), expected);
    proof.extra = Some(b"ab".to_vec());
    assert!(proof.to_string().starts_with("c2sp.org/tlog-proof@v1\nextra YWI=\nindex 2\n"));
    assert_eq!(TlogProof::parse(&proof.to_string()).unwrap(), proof);
}

#[test]
fn every_leaf_of_small_trees_proves_offline() {
    for size in 1..=17 {
        for index in 0..size {
            let read = TlogProof::parse(&proof(index, size).to_string()).unwrap();
            let checkpoint = read.verify(&leaf(index), &key().verifier()).unwrap();
            assert_eq!(checkpoint.head.size, size);
            assert!(read.verify(&leaf(index + 1), &key().verifier()).is_err(), "another leaf");
        }
    }
}

#[test]
fn another_key_or_origin_is_refused() {
    let stranger = SignerKey::from_secret(KeyName::new("example.com/log").unwrap(), &[8; 32]).verifier();
    let moved = key().renamed(KeyName::new("example.com/log2").unwrap()).verifier();
    for other in [stranger, moved] {
        assert!(proof(1, 5).verify(&leaf(1), &other).is_err());
    }
}

#[test]
fn malformed_files_are_refused() {
    let text = proof(2, 5).to_string();
    let hash = STANDARD.encode(Digest::of(b"x").0);
    let cases = [
        String::new(),
        text.replace("@v1", "@v2"),
        text.replace("index 2", "index 02"),
        text.replace("index 2", "index -2"),
        text.replace("index 2", "Index 2"),
        text.replace("index 2\n", ""),
        text.replace("index 2", "extra YWI=\nextra YWI=\nindex 2"),
        text.replace("index 2", "extra \nindex 2"),
        text.replace("index 2", "extra %\nindex 2"),
        text.replace("index 2\n", "index 2\nextra YWI=\n"),
        text.replace("index 2\n", "index 2\nabcd\n"),
        text.replace("index 2\n", &format!("index 2\n{}", format!("{hash}\n").repeat(65))),
        text.replace("\n\n", "\n"),
        text.replacen("\n\n", "\n\n\n", 1),
        text.replace('\n', "\r\n"),
        text.lines().take(5).collect(),
    ];
    for case in cases {
        let read = TlogProof::parse(&case).and_then(|proof| proof.verify(&leaf(2), &key().verifier()));
        assert!(read.is_err(), "{case}");
    }
}

proptest! {
    #[test]
    fn a_file_changed_in_any_byte_is_refused(
        size in 1..40_u64, index in any::<prop::sample::Index>(), place in any::<prop::sample::Index>(), new in any::<u8>(),
    ) {
        let index = index.index(usize::try_from(size).unwrap()) as u64;
        let mut bytes = proof(index, size).to_string().into_bytes();
        let place = place.index(bytes.len());
        prop_assume!(bytes[place] != new);
        bytes[place] = new;
        let held = String::from_utf8(bytes)
            .ok()
            .and_then(|text| TlogProof::parse(&text).ok())
            .is_some_and(|proof| proof.verify(&leaf(index), &key().verifier()).is_ok());
        prop_assert!(!held);
    }
}
