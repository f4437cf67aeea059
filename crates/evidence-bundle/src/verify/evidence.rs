//! Steps 5 and 6: a record names a revision, a revision names its bodies, the quoted words stand in them.

use std::collections::{BTreeSet, HashSet};

use foundation::{Digest, Result};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::files::{ERASED, Files, PINS, QUOTES};
use crate::record::{self, Quote};
use crate::refold::Record;

use super::records::{find, leaf, said};
use super::{bad, bytes, text};

/// The record that a table names.
fn record_of(files: &Files, table: &str, index: &str) -> Result<u64> {
    find(files, index).ok_or_else(|| bad(table, format!("there is no record {index}")))
}

fn pins_of(files: &Files, table: &str, index: &str) -> Result<Vec<Digest>> {
    Ok(said(files, record_of(files, table, index)?)?.pins)
}

/// The revisions whose bytes a record rests on: those it pins, and those it quotes from.
fn revisions_of(files: &Files, index: &str) -> Result<Vec<Digest>> {
    let said = said(files, record_of(files, ERASED, index)?)?;
    Ok(said.pins.into_iter().chain(said.quotes.into_iter().map(|quote| quote.revision)).collect())
}

/// Step 5: a record names each revision, and the revision's bytes are here.
pub(super) fn check_pins(files: &Files) -> Result<usize> {
    let mut count = 0;
    let mut last: Option<(&str, Vec<Digest>)> = None;
    for line in text(files, PINS)?.lines() {
        let (index, revision) = line.split_once('\t').ok_or_else(|| bad(PINS, "a line has no tab"))?;
        if last.as_ref().is_none_or(|(of, _)| *of != index) {
            last = Some((index, pins_of(files, PINS, index)?));
        }
        let pins = last.as_ref().map_or(&[][..], |(_, pins)| pins);
        let pin = pins.iter().find(|pin| pin.to_hex() == revision);
        let pin = pin.ok_or_else(|| bad(PINS, format!("record {index} does not pin {revision}")))?;
        let path = format!("revisions/{revision}");
        if Digest::of(bytes(files, &path)?) != *pin {
            return Err(bad(&path, "its bytes have another digest"));
        }
        count += 1;
    }
    Ok(count)
}

/// Step 5, what is not here: a record pinned it or quotes from it, and a record says that it was erased. Gives the number of
/// such revisions, each of which may be named by several records.
pub(super) fn check_erased(files: &Files) -> Result<usize> {
    if !files.contains_key(ERASED) {
        return Ok(0);
    }
    let mut erased = BTreeSet::new();
    for line in text(files, ERASED)?.lines() {
        let mut parts = line.split('\t');
        let (Some(index), Some(revision), Some(record)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(bad(ERASED, "a line has not three parts"));
        };
        if !revisions_of(files, index)?.iter().any(|of| of.to_hex() == revision) {
            return Err(bad(ERASED, format!("record {index} neither pins nor quotes {revision}")));
        }
        if files.contains_key(&format!("revisions/{revision}")) {
            return Err(bad(ERASED, format!("revisions/{revision} is here")));
        }
        if leaf(files, record_of(files, ERASED, record)?)?.kind != record::ERASED {
            return Err(bad(ERASED, format!("record {record} is no erasure")));
        }
        erased.insert(revision);
    }
    Ok(erased.len())
}

/// Step 5, second half: every body is the one it says, and a revision names it.
pub(super) fn check_bodies(files: &Files) -> Result<usize> {
    let images = || files.iter().filter(|(path, _)| path.starts_with("revisions/")).map(|(_, bytes)| bytes);
    let named: HashSet<&[u8]> = images().flat_map(|image| hex_runs(image)).collect();
    let metadata: HashSet<Digest> =
        images().filter_map(|image| metadata_of(image)).map(|text| Digest::of(text.as_bytes())).collect();
    let mut count = 0;
    for (path, body) in files {
        let Some(digest) = path.strip_prefix("bodies/") else { continue };
        let found = Digest::of(body);
        if found.to_hex() != digest {
            return Err(bad(path, "its bytes have another digest"));
        }
        if !named.contains(digest.as_bytes()) && !metadata.contains(&found) {
            return Err(bad(path, "no pinned revision names it"));
        }
        count += 1;
    }
    Ok(count)
}

/// Step 5, files and photos: each is the one it says, and a record brought it. Gives how many are here, of how many.
pub(super) fn check_files(files: &Files, records: &[Record<'_>]) -> Result<(usize, usize)> {
    let named: BTreeSet<Digest> = records.iter().filter_map(Record::file).collect();
    let mut here = 0;
    for (path, bytes) in files {
        let Some(digest) = path.strip_prefix("files/") else { continue };
        let found = Digest::of(bytes);
        if found.to_hex() != digest {
            return Err(bad(path, "its bytes have another digest"));
        }
        if !named.contains(&found) {
            return Err(bad(path, "no record brought it"));
        }
        here += 1;
    }
    Ok((here, named.len()))
}

/// Every run of 64 hex digits in an image: the bodies it names.
pub fn hex_runs(image: &[u8]) -> impl Iterator<Item = &[u8]> {
    image.split(|byte| !byte.is_ascii_hexdigit()).filter(|run| run.len() == 64)
}

/// The metadata inside an image, byte for byte: words are quoted from it as from a body, though the image names no digest
/// of it.
pub fn metadata_of(image: &[u8]) -> Option<&str> {
    let image: Metadata<'_> = serde_json::from_slice(image).ok()?;
    image.metadata.map(RawValue::get)
}

#[derive(Deserialize)]
struct Metadata<'i> {
    #[serde(borrow)]
    metadata: Option<&'i RawValue>,
}

/// Step 6: every quote stands in its body.
pub(super) fn check_quotes(files: &Files) -> Result<usize> {
    let mut count = 0;
    for line in text(files, QUOTES)?.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        let [index, body, start, length, digest] = columns.as_slice() else {
            return Err(bad(QUOTES, "a line has not five columns"));
        };
        let is_it = |quote: &&Quote| {
            quote.body.to_hex() == *body
                && quote.start.to_string() == *start
                && quote.length.to_string() == *length
                && quote.digest.to_hex() == *digest
        };
        let quotes = said(files, record_of(files, QUOTES, index)?)?.quotes;
        let quote = quotes.iter().find(is_it);
        let quote =
            quote.ok_or_else(|| bad(QUOTES, format!("record {index} does not quote {body} there")))?;
        check_quote(files, &format!("bodies/{body}"), index, quote)?;
        count += 1;
    }
    Ok(count)
}

fn check_quote(files: &Files, path: &str, index: &str, quote: &Quote) -> Result<()> {
    let start = usize::try_from(quote.start).unwrap_or(usize::MAX);
    let end = start.saturating_add(usize::try_from(quote.length).unwrap_or(usize::MAX));
    let there = bytes(files, path)?.get(start..end);
    if there.is_some_and(|there| Digest::of(there) == quote.digest) {
        return Ok(());
    }
    Err(bad(path, format!("the quote of record {index} is not at byte {start}")))
}
