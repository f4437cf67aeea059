//! The checks of `verify.sh` in process: same steps, same order, the first bad file is named.

use crate::audit::events::{AuditEvent, Pin, Quote};
use crate::foundation::{Digest, Error, Result};
use crate::ledger::Body;
use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::inclusion::verify_inclusion;
use crate::ledger::keys::VerifierKey;
use crate::ledger::leaf::Leaf;
use crate::ledger::note::Note;
use crate::ledger::proof::TlogProof;
use crate::ledger::tree::{TreeHead, leaf_hash};

use super::files::{
    self, CHECKPOINT, ERASED, Files, INPUTS, PEM, PINS, QUOTES, RESULT, SIGNATURE, SUMS, UNSIGNED, VKEY,
};
use super::recompute::{self, Parameters};
use super::sums;

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

/// Checks a bundle against the fingerprint of the log's key; the refusal begins with the bad file's path.
pub fn verify(files: &Files, fingerprint: Digest) -> Result<Verified> {
    let key = key(files, fingerprint)?;
    check_sums(files, &key)?;
    let head = check_checkpoint(files, &key)?;
    let (records, withheld) = check_records(files, head)?;
    let pins = check_pins(files)?;
    let erased = check_erased(files)?;
    let bodies = check_bodies(files)?;
    let quotes = check_quotes(files)?;
    let scores = check_score(files)?;
    let log = key.name().to_string();
    Ok(Verified { log, head, records, withheld, pins, erased, bodies, quotes, scores })
}

fn bad(path: &str, why: impl std::fmt::Display) -> Error {
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
    let mut listed = Vec::new();
    for line in text(files, SUMS)?.lines() {
        let (digest, path) = sums::line(line).ok_or_else(|| bad(SUMS, "a line is not digest and path"))?;
        if Digest::of(bytes(files, path)?) != digest {
            return Err(bad(path, "it was altered"));
        }
        listed.push(path);
    }
    let known = |path: &str| UNSIGNED.contains(&path) || listed.contains(&path);
    match files.keys().find(|path| !known(path)) {
        Some(added) => Err(bad(added, format!("it is not listed in {SUMS}"))),
        None => Ok(()),
    }
}

/// Step 3: the log signed the checkpoint.
fn check_checkpoint(files: &Files, key: &VerifierKey) -> Result<TreeHead> {
    let note = Note::parse(text(files, CHECKPOINT)?).map_err(|e| bad(CHECKPOINT, e))?;
    Ok(Checkpoint::open(&note, key).map_err(|e| bad(CHECKPOINT, e))?.head)
}

/// The places of all records.
fn indices(files: &Files) -> Vec<u64> {
    let leaf = |path: &String| path.strip_prefix("records/")?.strip_suffix(".json")?.parse().ok();
    files.keys().filter_map(leaf).collect()
}

/// Step 4: every record stands in the log and says what was committed.
fn check_records(files: &Files, head: TreeHead) -> Result<(usize, usize)> {
    let indices = indices(files);
    if indices.is_empty() {
        return Err(bad("records", "there are none"));
    }
    let mut withheld = 0;
    for index in &indices {
        check_inclusion(files, *index, head)?;
        withheld += usize::from(!check_body(files, *index)?);
    }
    Ok((indices.len(), withheld))
}

fn check_inclusion(files: &Files, index: u64, head: TreeHead) -> Result<()> {
    let path = files::proof(index);
    let text = text(files, &path)?;
    let proof = TlogProof::parse(text).map_err(|e| bad(&path, e))?;
    if proof.index != index {
        return Err(bad(&path, format!("it proves entry {}", proof.index)));
    }
    let of = text.split_once("\n\n").map_or("", |(_, checkpoint)| checkpoint);
    if of.as_bytes() != bytes(files, CHECKPOINT)? {
        return Err(bad(&path, "it belongs to another checkpoint"));
    }
    let leaf = files::leaf(index);
    let hash = leaf_hash(bytes(files, &leaf)?);
    verify_inclusion(hash, index, &proof.hashes, head).map_err(|e| bad(&leaf, e))
}

/// Whether the body is there; it must be what the leaf committed to.
fn check_body(files: &Files, index: u64) -> Result<bool> {
    let path = files::leaf(index);
    let leaf = Leaf::from_bytes(bytes(files, &path)?).map_err(|e| bad(&path, e))?;
    let path = files::body(index);
    let Some(body) = files.get(&path) else { return Ok(false) };
    if Digest::commitment(bytes(files, &files::salt(index))?, body) == leaf.body {
        return Ok(true);
    }
    Err(bad(&path, "it is not what the log committed to"))
}

/// What audit recorded at one place.
fn audit_event(files: &Files, index: &str) -> Result<AuditEvent> {
    let path = format!("records/{index}.body.json");
    let body: Body = serde_json::from_slice(bytes(files, &path)?).map_err(|e| bad(&path, e))?;
    serde_json::from_value(body.data).map_err(|e| bad(&path, e))
}

fn pins_of(files: &Files, index: &str) -> Result<Vec<Pin>> {
    let event = audit_event(files, index)?;
    Ok(if let AuditEvent::EvidencePinned { pins, .. } = event { pins } else { Vec::new() })
}

fn quotes_of(files: &Files, index: &str) -> Result<Vec<Quote>> {
    Ok(audit_event(files, index)?.quotes())
}

/// Step 5: a record names each revision, and the revision's bytes are here.
fn check_pins(files: &Files) -> Result<usize> {
    let mut count = 0;
    let mut last: Option<(&str, Vec<Pin>)> = None;
    for line in text(files, PINS)?.lines() {
        let (index, revision) = line.split_once('\t').ok_or_else(|| bad(PINS, "a line has no tab"))?;
        if last.as_ref().is_none_or(|(of, _)| *of != index) {
            last = Some((index, pins_of(files, index)?));
        }
        let pins = last.as_ref().map_or(&[][..], |(_, pins)| pins);
        let pin = pins.iter().find(|pin| pin.revision.to_hex() == revision);
        let pin = pin.ok_or_else(|| bad(PINS, format!("record {index} does not pin {revision}")))?;
        let path = format!("revisions/{revision}");
        if Digest::of(bytes(files, &path)?) != pin.revision {
            return Err(bad(&path, "its bytes have another digest"));
        }
        count += 1;
    }
    Ok(count)
}

/// Step 5, what is not here: a record pinned it, and a record says that it was erased.
fn check_erased(files: &Files) -> Result<usize> {
    if !files.contains_key(ERASED) {
        return Ok(0);
    }
    let mut count = 0;
    for line in text(files, ERASED)?.lines() {
        let mut parts = line.split('\t');
        let (Some(index), Some(revision), Some(record)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(bad(ERASED, "a line has not three parts"));
        };
        if !pins_of(files, index)?.iter().any(|pin| pin.revision.to_hex() == revision) {
            return Err(bad(ERASED, format!("record {index} does not pin {revision}")));
        }
        if files.contains_key(&format!("revisions/{revision}")) {
            return Err(bad(ERASED, format!("revisions/{revision} is here")));
        }
        let leaf = Leaf::from_bytes(bytes(files, &format!("records/{record}.json"))?);
        if !leaf.is_ok_and(|leaf| leaf.kind == crate::tombstones::ERASED) {
            return Err(bad(ERASED, format!("record {record} is no erasure")));
        }
        count += 1;
    }
    Ok(count)
}

/// Step 5, second half: every body is the one it says, and a revision names it.
fn check_bodies(files: &Files) -> Result<usize> {
    let images = files.iter().filter(|(path, _)| path.starts_with("revisions/")).map(|(_, bytes)| bytes);
    let named: std::collections::HashSet<&[u8]> = images.flat_map(|image| hex_runs(image)).collect();
    let mut count = 0;
    for (path, body) in files {
        let Some(digest) = path.strip_prefix("bodies/") else { continue };
        if Digest::of(body).to_hex() != digest {
            return Err(bad(path, "its bytes have another digest"));
        }
        if !named.contains(digest.as_bytes()) {
            return Err(bad(path, "no pinned revision names it"));
        }
        count += 1;
    }
    Ok(count)
}

/// Every run of 64 hex digits in an image.
pub(super) fn hex_runs(image: &[u8]) -> impl Iterator<Item = &[u8]> {
    image.split(|byte| !byte.is_ascii_hexdigit()).filter(|run| run.len() == 64)
}

/// Step 6: every quote stands in its body.
fn check_quotes(files: &Files) -> Result<usize> {
    let mut count = 0;
    for line in text(files, QUOTES)?.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        let [index, body, start, length, digest] = columns.as_slice() else {
            return Err(bad(QUOTES, "a line has not five columns"));
        };
        let is_it = |quote: &&Quote| {
            quote.evidence.body_digest.to_hex() == *body
                && quote.byte_start.to_string() == *start
                && quote.byte_length.to_string() == *length
                && quote.digest.to_hex() == *digest
        };
        let quotes = quotes_of(files, index)?;
        let quote = quotes.iter().find(is_it);
        let quote =
            quote.ok_or_else(|| bad(QUOTES, format!("record {index} does not quote {body} there")))?;
        check_quote(files, &format!("bodies/{body}"), index, quote)?;
        count += 1;
    }
    Ok(count)
}

fn check_quote(files: &Files, path: &str, index: &str, quote: &Quote) -> Result<()> {
    let start = usize::try_from(quote.byte_start).unwrap_or(usize::MAX);
    let end = start.saturating_add(usize::try_from(quote.byte_length).unwrap_or(usize::MAX));
    let there = bytes(files, path)?.get(start..end);
    if there.is_some_and(|there| Digest::of(there) == quote.digest) {
        return Ok(());
    }
    Err(bad(path, format!("the quote of record {index} is not at byte {start}")))
}

/// Step 7: the score is what the table makes of it, and the table is what the records say.
fn check_score(files: &Files) -> Result<[u32; 4]> {
    let table = text(files, INPUTS)?;
    let result: serde_json::Value =
        serde_json::from_slice(bytes(files, RESULT)?).map_err(|e| bad(RESULT, e))?;
    let number =
        |at: &str| result.pointer(at).and_then(serde_json::Value::as_u64).and_then(|n| u32::try_from(n).ok());
    let (parameters, claimed) = (parameters(&result), claimed(number));
    let (Some(parameters), Some(claimed)) = (parameters, claimed) else {
        return Err(bad(RESULT, "a number is missing"));
    };
    let found = recompute::scores(table, &parameters).ok_or_else(|| bad(INPUTS, "a row cannot be right"))?;
    if found != claimed {
        return Err(bad(RESULT, format!("it says {claimed:?}, the inputs give {found:?}")));
    }
    for line in recompute::verdict_lines(table) {
        check_verdict(files, &line)?;
    }
    Ok(found)
}

fn parameters(result: &serde_json::Value) -> Option<Parameters> {
    let given = result.get("parameters")?;
    let number = |name: &str| given.get(name)?.as_u64().map(i128::from);
    Some(Parameters {
        mu: number("mu")?,
        prior: number("prior")?,
        prior_weight: number("prior_weight")?,
        z_squared: given.get("z_squared")?.as_str()?.parse().ok()?,
    })
}

fn claimed(number: impl Fn(&str) -> Option<u32>) -> Option<[u32; 4]> {
    Some([
        number("/score/assured")?,
        number("/score/expected")?,
        number("/score/confidence")?,
        number("/score/coverage")?,
    ])
}

fn check_verdict(files: &Files, line: &recompute::VerdictLine) -> Result<()> {
    let path = files::leaf(line.leaf);
    bytes(files, &path)?;
    if !files.contains_key(&files::body(line.leaf)) {
        return Ok(());
    }
    let AuditEvent::VerdictGiven { verdict } = audit_event(files, &line.leaf.to_string())? else {
        return Err(bad(INPUTS, format!("record {} is no verdict", line.leaf)));
    };
    if verdict.claim == line.claim && verdict.outcome.as_str() == line.outcome {
        return Ok(());
    }
    Err(bad(INPUTS, format!("record {} says something else about claim {}", line.leaf, line.claim)))
}
