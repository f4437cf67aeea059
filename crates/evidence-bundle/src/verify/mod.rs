//! The checks of `verify.sh` in process: same steps, same order, the first bad file is named.

mod evidence;
mod records;
mod score;

use std::collections::BTreeSet;
use std::fmt;

use foundation::{Digest, Error, Result};
use tlog::checkpoint::Checkpoint;
use tlog::keys::VerifierKey;
use tlog::note::Note;
use tlog::tree::TreeHead;

use crate::files::{CHECKPOINT, Files, PEM, SIGNATURE, SUMS, UNSIGNED, VKEY};
use crate::sums;

pub use evidence::hex_runs;

/// What a bundle that verifies says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The log's name.
    pub log: String,
    /// The tree that every record stands in.
    pub head: TreeHead,
    /// Records.
    pub records: usize,
    /// Records whose body was withheld or erased.
    pub withheld: usize,
    /// Pinned revisions.
    pub pins: usize,
    /// Pinned revisions that were erased on purpose, with a record that says so.
    pub erased: usize,
    /// Bodies of evidence.
    pub bodies: usize,
    /// Quotes.
    pub quotes: usize,
    /// T, E, C and K in basis points, recomputed.
    pub scores: [u32; 4],
}

/// What a person reads who asked for the checks, without a last line end.
impl fmt::Display for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [assured, expected, confidence, coverage] = self.scores;
        writeln!(f, "log       {}", self.log)?;
        writeln!(f, "size      {}", self.head.size)?;
        writeln!(f, "root      {}", self.head.root)?;
        writeln!(f, "records   {} ({} with their body withheld)", self.records, self.withheld)?;
        writeln!(f, "evidence  {} revisions, {} bodies, {} quotes", self.pins, self.bodies, self.quotes)?;
        if self.erased > 0 {
            let erased = self.erased;
            writeln!(f, "erased    {erased} revisions, each with the record that says by whom and why")?;
        }
        writeln!(f, "score     {assured} {expected} {confidence} {coverage} basis points")?;
        write!(f, "The bundle verifies.")
    }
}

/// Checks a bundle against the fingerprint of the log's key; the refusal begins with the bad file's path.
pub fn verify(files: &Files, fingerprint: Digest) -> Result<Verified> {
    let key = key(files, fingerprint)?;
    check_sums(files, &key)?;
    let head = check_checkpoint(files, &key)?;
    let (records, withheld) = records::check(files, head)?;
    let pins = evidence::check_pins(files)?;
    let erased = evidence::check_erased(files)?;
    let bodies = evidence::check_bodies(files)?;
    let quotes = evidence::check_quotes(files)?;
    let scores = score::check(files)?;
    let log = key.name().to_string();
    Ok(Verified { log, head, records, withheld, pins, erased, bodies, quotes, scores })
}

fn bad(path: &str, why: impl fmt::Display) -> Error {
    Error::refused(format!("{path}: {why}"))
}

fn bytes<'a>(files: &'a Files, path: &str) -> Result<&'a [u8]> {
    files.get(path).map(Vec::as_slice).ok_or_else(|| bad(path, "it is missing"))
}

fn text<'a>(files: &'a Files, path: &str) -> Result<&'a str> {
    std::str::from_utf8(bytes(files, path)?).map_err(|_| bad(path, "it is not text"))
}

/// Step 1: the key is the one that was named.
fn key(files: &Files, fingerprint: Digest) -> Result<VerifierKey> {
    let pem = text(files, PEM)?;
    let key = VerifierKey::parse(text(files, VKEY)?.trim_end_matches('\n')).map_err(|e| bad(VKEY, e))?;
    if key.to_pem()? != pem {
        return Err(bad(PEM, format!("it is not the key of {VKEY}; one of the two was altered")));
    }
    let found = key.fingerprint()?;
    if found == fingerprint {
        return Ok(key);
    }
    Err(bad(PEM, format!("its fingerprint is {found}, you trust {fingerprint}")))
}

/// Step 2: the list is signed, every file is the one listed, none was added.
fn check_sums(files: &Files, key: &VerifierKey) -> Result<()> {
    let list = bytes(files, SUMS)?;
    if !key.verifies(&sums::signed(list), bytes(files, SIGNATURE)?) {
        return Err(bad(
            SUMS,
            format!("the signature in {SIGNATURE} does not match it; one of the two was altered"),
        ));
    }
    let mut listed = BTreeSet::from(UNSIGNED);
    for line in text(files, SUMS)?.lines() {
        let (digest, path) = sums::line(line).ok_or_else(|| bad(SUMS, "a line is not digest and path"))?;
        if Digest::of(bytes(files, path)?) != digest {
            return Err(bad(path, "it was altered"));
        }
        listed.insert(path);
    }
    match files.keys().find(|path| !listed.contains(path.as_str())) {
        Some(added) => Err(bad(added, format!("it is not listed in {SUMS}"))),
        None => Ok(()),
    }
}

/// Step 3: the log signed the checkpoint.
fn check_checkpoint(files: &Files, key: &VerifierKey) -> Result<TreeHead> {
    let note = Note::parse(text(files, CHECKPOINT)?).map_err(|e| bad(CHECKPOINT, e))?;
    Ok(Checkpoint::open(&note, key).map_err(|e| bad(CHECKPOINT, e))?.head)
}
