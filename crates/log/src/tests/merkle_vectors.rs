//! The published RFC 6962 vectors (transparency-dev/merkle): good and mutated proofs.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use crate::consistency::verify_consistency;
use crate::inclusion::verify_inclusion;
use crate::tree::TreeHead;
use foundation::Digest;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Inclusion {
    leaf_idx: u64,
    tree_size: u64,
    root: String,
    leaf_hash: String,
    proof: Option<Vec<String>>,
    want_err: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Consistency {
    size1: u64,
    size2: u64,
    root1: String,
    root2: String,
    proof: Option<Vec<String>>,
    want_err: bool,
}

#[test]
fn inclusion_vectors() {
    run("inclusion", 98, |bytes| {
        let case: Inclusion = serde_json::from_slice(bytes).unwrap();
        (holds_inclusion(&case).is_some(), case.want_err)
    });
}

#[test]
fn consistency_vectors() {
    run("consistency", 98, |bytes| {
        let case: Consistency = serde_json::from_slice(bytes).unwrap();
        (holds_consistency(&case).is_some(), case.want_err)
    });
}

/// Runs every file of a set; a case gives (held, should fail).
fn run(set: &str, known: usize, case: impl Fn(&[u8]) -> (bool, bool)) {
    let Some(folder) = super::vectors("merkle") else { return };
    let mut files = Vec::new();
    collect(&folder.join(set), &mut files);
    assert!(files.len() >= known, "{} files, {known} were published", files.len());
    let mut good = 0;
    for file in &files {
        let (held, want_err) = case(&fs::read(file).unwrap());
        assert_eq!(held, !want_err, "{}", file.display());
        good += usize::from(held);
    }
    assert!(good > 0 && good < files.len(), "{good} of {} held", files.len());
    println!("{set}: {} vectors, {good} hold, the rest refused", files.len());
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "json") {
            files.push(path);
        }
    }
}

fn holds_inclusion(case: &Inclusion) -> Option<()> {
    let head = TreeHead { size: case.tree_size, root: digest(&case.root)? };
    let path = path(case.proof.as_ref())?;
    verify_inclusion(digest(&case.leaf_hash)?, case.leaf_idx, &path, head).ok()
}

fn holds_consistency(case: &Consistency) -> Option<()> {
    let old = TreeHead { size: case.size1, root: some_root(&case.root1) };
    let new = TreeHead { size: case.size2, root: some_root(&case.root2) };
    verify_consistency(old, new, &path(case.proof.as_ref())?).ok()
}

/// A proof; `None` when some line is no SHA-256, which our types cannot even hold.
fn path(proof: Option<&Vec<String>>) -> Option<Vec<Digest>> {
    proof.map_or(Some(Vec::new()), |lines| lines.iter().map(|line| digest(line)).collect())
}

fn digest(text: &str) -> Option<Digest> {
    Digest::from_slice(&STANDARD.decode(text).unwrap())
}

/// Some of these cases use any text as a root, where only its being equal matters.
fn some_root(text: &str) -> Digest {
    let bytes = STANDARD.decode(text).unwrap();
    Digest::from_slice(&bytes).unwrap_or_else(|| Digest::of(&bytes))
}
