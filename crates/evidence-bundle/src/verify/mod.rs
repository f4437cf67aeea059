//! The checks of `verify.sh` in process: same steps, same order, the first bad file is named.

mod evidence;
mod paths;
mod records;
mod rows;
mod score;
mod signatures;
mod whole;

use std::collections::BTreeSet;
use std::fmt;

use foundation::{Digest, Error, Result};
use tlog::checkpoint::Checkpoint;
use tlog::keys::VerifierKey;
use tlog::note::Note;
use tlog::tree::TreeHead;

use crate::accounts::Sorted;
use crate::files::{CHECKPOINT, Files, INPUTS, PEM, RESULT, SIGNATURE, SUMS, UNSIGNED, VKEY};
use crate::layout::{Export, LAYOUT, export};
use crate::refold::Record;
use crate::sums;

pub use evidence::{hex_runs, metadata_of};
pub use rows::trace_mark;
pub use signatures::Signatures;
pub use whole::Complete;

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
    /// Files and photos that are here, of those that the records name.
    pub attached: (usize, usize),
    /// Quotes.
    pub quotes: usize,
    /// Signatures on the order, each held against the version it names.
    pub signatures: Signatures,
    /// T, E, C and K in basis points, recomputed.
    pub scores: [u32; 4],
    /// That nothing was left out, and as of when; `None` for a bundle of layout 1, which cannot show it.
    pub complete: Option<Complete>,
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
        let Signatures { made, superseded, unchecked } = self.signatures;
        if made > 0 {
            write!(
                f,
                "signed    {made} signatures, each of the version it names; {superseded} superseded by a later change"
            )?;
            let unchecked =
                if unchecked > 0 { format!("; {unchecked} of erased records") } else { String::new() };
            writeln!(f, "{unchecked}")?;
        }
        let (here, named) = self.attached;
        if named > 0 {
            writeln!(f, "files     {here} of {named} that the records name by their SHA-256 are here")?;
        }
        writeln!(f, "score     {assured} {expected} {confidence} {coverage} basis points")?;
        let Some(Complete { as_of, at, records, left_out }) = &self.complete else {
            writeln!(f, "layout    1: this bundle cannot show that no record was left out of it")?;
            return write!(f, "The bundle verifies.");
        };
        writeln!(
            f,
            "complete  {records} records of the order's streams without a gap, and every verdict in the score"
        )?;
        if *left_out > 0 {
            writeln!(f, "left out  {left_out} verdicts, each with the record that says why")?;
        }
        writeln!(f, "as of     record {as_of}, {}; what was logged later is not spoken of", at.to_rfc3339())?;
        write!(f, "The bundle verifies.")
    }
}

/// Checks a bundle against the fingerprint of the log's key; the refusal begins with the bad file's path.
pub fn verify(files: &Files, fingerprint: Digest) -> Result<Verified> {
    let key = key(files, fingerprint)?;
    check_sums(files, &key)?;
    let checkpoint = check_checkpoint(files, &key)?;
    let head = checkpoint.head;
    let records = records::check(files, head)?;
    let export = export(&records, checkpoint.stamp().is_some())?;
    let pins = evidence::check_pins(files)?;
    let erased = evidence::check_erased(files)?;
    let bodies = evidence::check_bodies(files)?;
    let attached = evidence::check_files(files, &records)?;
    let quotes = evidence::check_quotes(files)?;
    let scores = score::check(files)?;
    let signatures = signatures::check(&records)?;
    let complete = export.map(|export| check_whole(files, &records, &export, head)).transpose()?;
    let withheld = records.iter().filter(|record| record.body.is_none()).count();
    let (log, records) = (key.name().to_string(), records.len());
    Ok(Verified {
        log,
        head,
        records,
        withheld,
        pins,
        erased,
        bodies,
        attached,
        quotes,
        signatures,
        scores,
        complete,
    })
}

/// What layout 2 shows beside: nothing is missing, and the tables say what the records say, no more and no less.
fn check_whole(files: &Files, records: &[Record<'_>], export: &Export, head: TreeHead) -> Result<Complete> {
    let count = whole::check(files, records, export)?;
    rows::check(files, records)?;
    let sorted = Sorted::of(records, export);
    let left_out = score::check_accounts(files, records, &sorted, head)?;
    Ok(Complete { as_of: export.index, at: export.leaf.at, records: count, left_out })
}

/// `score/left-out.tsv` of a bundle that is otherwise whole: for whoever makes one.
pub fn left_out(files: &Files) -> Result<Vec<u8>> {
    let records = records::read(files)?;
    let Some(export) = export(&records, false)? else {
        return Err(bad("records", format!("no record of an export in layout {LAYOUT}")));
    };
    let view = score::view(bytes(files, RESULT)?)?;
    let expected = Sorted::of(&records, &export).expected(text(files, INPUTS)?, view)?;
    Ok(expected.left_out.into_bytes())
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
    let named = text(files, VKEY)?;
    let key = VerifierKey::parse(named.trim_end_matches('\n')).map_err(|e| bad(VKEY, e))?;
    if format!("{key}\n") != named {
        return Err(bad(VKEY, "it is not one line that ends with one line feed"));
    }
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
    if let Some(added) = files.keys().find(|path| !listed.contains(path.as_str())) {
        return Err(bad(added, format!("it is not listed in {SUMS}")));
    }
    match files.keys().find(|path| !paths::is_known(path)) {
        Some(odd) => Err(bad(odd, "no file of a bundle has this name")),
        None => Ok(()),
    }
}

/// Step 3: the log signed the checkpoint.
fn check_checkpoint(files: &Files, key: &VerifierKey) -> Result<Checkpoint> {
    let note = Note::parse(text(files, CHECKPOINT)?).map_err(|e| bad(CHECKPOINT, e))?;
    Checkpoint::open(&note, key).map_err(|e| bad(CHECKPOINT, e))
}
