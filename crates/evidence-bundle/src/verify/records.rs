//! Step 4: every record stands in the log and says what was committed. The later steps read records from here.

use foundation::{Digest, Result};
use tlog::inclusion::verify_inclusion;
use tlog::leaf::Leaf;
use tlog::proof::TlogProof;
use tlog::tree::{TreeHead, leaf_hash};

use crate::files::{self, CHECKPOINT, Files};
use crate::record::Said;
use crate::refold::Record;

use super::{bad, bytes, text};

/// All records, in the order of the log, each in it and as it was committed.
pub(super) fn check(files: &Files, head: TreeHead) -> Result<Vec<Record<'_>>> {
    let records = read(files)?;
    if records.is_empty() {
        return Err(bad("records", "there are none"));
    }
    for record in &records {
        check_inclusion(files, record.index, head)?;
        check_body(files, record)?;
    }
    Ok(records)
}

/// All records as they stand here, in the order of the log.
pub(crate) fn read(files: &Files) -> Result<Vec<Record<'_>>> {
    let mut indices = indices(files)?;
    indices.sort_unstable();
    let record = |index| {
        let body = files.get(&files::body(index)).map(Vec::as_slice);
        Ok(Record { index, leaf: leaf(files, index)?, body })
    };
    indices.into_iter().map(record).collect()
}

/// The places of all records. A leaf under any other name would be looked at by no later line.
fn indices(files: &Files) -> Result<Vec<u64>> {
    let leaves = files.keys().filter(|path| !path.ends_with(".body.json"));
    let named = leaves.filter_map(|path| Some((path, path.strip_prefix("records/")?.strip_suffix(".json")?)));
    named
        .map(|(path, name)| place(name).ok_or_else(|| bad(path, "its name is no place in the log")))
        .collect()
}

/// A place as we write it: `07` and `+7` would be other names of the same.
pub(super) fn place(name: &str) -> Option<u64> {
    name.parse().ok().filter(|place: &u64| place.to_string() == name)
}

/// The place of the record that something else names, if it is here and so was checked.
pub(super) fn find(files: &Files, name: &str) -> Option<u64> {
    place(name).filter(|index| files.contains_key(&files::leaf(*index)))
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

/// A body that is there must be what the leaf committed to.
fn check_body(files: &Files, record: &Record<'_>) -> Result<()> {
    let Some(body) = record.body else { return Ok(()) };
    if Digest::commitment(bytes(files, &files::salt(record.index))?, body) == record.leaf.body {
        return Ok(());
    }
    Err(bad(&files::body(record.index), "it is not what the log committed to"))
}

/// The leaf at a place.
pub(super) fn leaf(files: &Files, index: u64) -> Result<Leaf> {
    let path = files::leaf(index);
    Leaf::from_bytes(bytes(files, &path)?).map_err(|e| bad(&path, e))
}

/// What the record at a place says.
pub(super) fn said(files: &Files, index: u64) -> Result<Said> {
    let path = files::body(index);
    Said::read(&leaf(files, index)?.kind, bytes(files, &path)?).map_err(|e| bad(&path, e))
}
