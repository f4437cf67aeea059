//! Layout 2: the tables of evidence say what the records say, line for line, and every revision and body is there or was
//! erased by a record that means its trace.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use foundation::{Digest, Result};
use serde::Deserialize;
use serde_json::Value;

use crate::files::{self, ERASED, Files, PINS, QUOTES};
use crate::record::{self, Said};
use crate::refold::Record;

use super::records::place;
use super::{bad, text};

/// What a record rests on: a revision, its trace, and whether the record pins it.
type Rested = (Digest, String);

/// The mark that an erased trace leaves in the record of its erasure.
pub fn trace_mark(project: i64, trace: &str) -> Digest {
    Digest::of_parts(&[b"tracewright erased trace 1\n", &project.to_be_bytes(), trace.as_bytes()])
}

/// Checks `pins.tsv`, `erased.tsv` and `quotes.tsv` against the records, and what is here against all three.
pub(super) fn check(files: &Files, records: &[Record<'_>]) -> Result<()> {
    let (mut pins, mut quotes, mut gone) = (String::new(), String::new(), Vec::new());
    let mut spoken_of: BTreeSet<Digest> = BTreeSet::new();
    for record in records {
        let Some(said) = said(record)? else { continue };
        for (revision, trace) in rested(&said) {
            spoken_of.insert(revision);
            let is_here = files.contains_key(&format!("revisions/{revision}"));
            if is_here && said.pins.contains(&revision) {
                let _ = writeln!(pins, "{}\t{revision}", record.index);
            } else if !is_here {
                gone.push((record, revision, trace));
            }
        }
        for quote in &said.quotes {
            if files.contains_key(&format!("revisions/{}", quote.revision)) {
                let record::Quote { body, start, length, digest, .. } = quote;
                let _ = writeln!(quotes, "{}\t{body}\t{start}\t{length}\t{digest}", record.index);
            }
        }
    }
    same(files, PINS, &pins)?;
    same(files, QUOTES, &quotes)?;
    check_gone(files, records, &gone)?;
    check_revisions(files, &spoken_of)
}

fn said(record: &Record<'_>) -> Result<Option<Said>> {
    let Some(body) = record.body else { return Ok(None) };
    let read = Said::read(&record.leaf.kind, body);
    read.map(Some).map_err(|cause| bad(&files::body(record.index), cause))
}

/// Pins in their order, then the revisions that are quoted only, each once.
fn rested(said: &Said) -> Vec<Rested> {
    let pinned = said.pins.iter().copied().zip(said.traces.iter().cloned());
    let mut rested: Vec<Rested> = pinned.collect();
    for quote in &said.quotes {
        if rested.iter().all(|(revision, _)| *revision != quote.revision) {
            rested.push((quote.revision, quote.trace.clone()));
        }
    }
    rested
}

fn same(files: &Files, path: &str, wanted: &str) -> Result<()> {
    let found = text(files, path)?;
    if found == wanted {
        return Ok(());
    }
    let differs = wanted.lines().find(|line| !found.lines().any(|it| it == *line));
    Err(bad(
        path,
        differs.map_or("it has lines that no record bears out".to_owned(), |line| {
            format!("the line {line:?} is missing, which a record bears out")
        }),
    ))
}

/// What is not here stands in `erased.tsv`, line for line, with a record that erased its trace.
fn check_gone(files: &Files, records: &[Record<'_>], gone: &[(&Record<'_>, Digest, String)]) -> Result<()> {
    let table = text(files, ERASED)?;
    let mut lines = table.split_inclusive('\n');
    for (record, revision, trace) in gone {
        let begun = format!("{}\t{revision}\t", record.index);
        let by = lines.next().and_then(|line| line.strip_prefix(&begun)?.strip_suffix('\n'));
        let by = by.and_then(place).and_then(|by| records.iter().find(|record| record.index == by));
        let Some(by) = by else {
            let path = format!("revisions/{revision}");
            return Err(bad(
                &path,
                format!("record {} rests on it, and {ERASED} does not name it", record.index),
            ));
        };
        if !erases(by, &record.leaf.project, trace) {
            return Err(bad(ERASED, format!("record {} did not erase {revision}", by.index)));
        }
    }
    match lines.next() {
        Some(_) => Err(bad(ERASED, "it has lines that no record bears out")),
        None => Ok(()),
    }
}

/// Whether a record says that this trace was erased; where its own words are gone, its kind must do.
fn erases(by: &Record<'_>, project: &str, trace: &str) -> bool {
    let Some(project) = project.parse().ok().filter(|_| by.leaf.project == project) else { return false };
    let Some(body) = by.body else { return by.leaf.kind == record::ERASED };
    let mark = trace_mark(project, trace).to_hex();
    let said: Option<Value> = serde_json::from_slice(body).ok();
    let marks = said.as_ref().and_then(|said| said.pointer("/data/traces")?.as_array());
    by.leaf.kind == record::ERASED
        && marks.is_some_and(|marks| marks.iter().any(|it| it.as_str() == Some(&mark)))
}

/// Every revision is spoken of, and the bodies that its image says are its input and output are here.
fn check_revisions(files: &Files, spoken_of: &BTreeSet<Digest>) -> Result<()> {
    for (path, image) in files {
        let Some(revision) = path.strip_prefix("revisions/").and_then(Digest::from_hex) else { continue };
        if Digest::of(image) != revision {
            return Err(bad(path, "its bytes have another digest"));
        }
        if !spoken_of.contains(&revision) {
            return Err(bad(path, "no record pins it or quotes from it"));
        }
        let image: Image = serde_json::from_slice(image).map_err(|cause| bad(path, cause))?;
        for body in [image.input, image.output].into_iter().flatten() {
            let body = format!("bodies/{}", body.digest);
            if !files.contains_key(&body) {
                return Err(bad(&body, format!("it is missing, and {path} names it")));
            }
        }
    }
    Ok(())
}

/// What an image says of its bodies.
#[derive(Deserialize)]
struct Image {
    input: Option<BodyRef>,
    output: Option<BodyRef>,
}

#[derive(Deserialize)]
struct BodyRef {
    digest: Digest,
}
