//! Step 5 of layout 2: nothing was left out. Each stream of the order is here from its first record to the one at which
//! the export found it, and what is in no stream is the record of an erasure that something here speaks of.

use std::collections::{BTreeMap, BTreeSet};

use foundation::{Result, Timestamp};

use crate::files::{self, ERASED, Files};
use crate::layout::{Export, Head};
use crate::record;
use crate::refold::Record;

use super::{bad, text};

/// What is complete, and as of when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complete {
    /// Place of the export's record: what was logged after it is not spoken of.
    pub as_of: u64,
    /// When it was logged.
    pub at: Timestamp,
    /// Records of the order's streams.
    pub records: usize,
    /// Verdicts that no row of the table names, each with the record that says why.
    pub left_out: usize,
}

/// Checks the streams; gives the number of their records.
pub(super) fn check(files: &Files, records: &[Record<'_>], export: &Export) -> Result<usize> {
    let mut streams: BTreeMap<(&str, &str), Vec<&Record<'_>>> = BTreeMap::new();
    for record in records {
        streams.entry((&record.leaf.project, &record.leaf.subject)).or_default().push(record);
    }
    let mut count = 0;
    for head in &export.heads {
        let mut stream = streams.remove(&(head.project.as_str(), head.subject.as_str())).unwrap_or_default();
        stream.sort_by_key(|record| record.version());
        check_stream(head, &stream)?;
        count += stream.len();
    }
    let spoken_of = spoken_of(files, records)?;
    match streams.into_values().flatten().find(|record| !spoken_of.contains(&record.index)) {
        Some(stray) => Err(bad(&files::leaf(stray.index), "it belongs to no stream of this order")),
        None => check_withheld(records).map(|()| count),
    }
}

fn check_stream(head: &Head, stream: &[&Record<'_>]) -> Result<()> {
    let mut before = None;
    for (version, record) in (1..).zip(stream) {
        let path = files::leaf(record.index);
        if record.version() > version {
            return Err(bad("records", format!("version {version} of {} is missing", head.subject)));
        } else if record.version() < version {
            return Err(bad(
                &path,
                format!("version {} of {} is here twice", record.version(), head.subject),
            ));
        } else if version > head.version {
            return Err(bad(&path, format!("the export knows {} up to {}", head.subject, head.version)));
        } else if before >= Some(record.index) {
            return Err(bad(&path, "the record of its stream before it does not stand before it in the log"));
        }
        before = Some(record.index);
    }
    match i64::try_from(stream.len()) {
        Ok(found) if found == head.version => Ok(()),
        _ => Err(bad("records", format!("version {} of {} is missing", stream.len() + 1, head.subject))),
    }
}

/// The records of erasures that `erased.tsv` names, or that name a record without its body.
fn spoken_of(files: &Files, records: &[Record<'_>]) -> Result<BTreeSet<u64>> {
    let named = text(files, ERASED)?.lines().filter_map(|line| line.split('\t').nth(2)?.parse().ok());
    let mut spoken_of: BTreeSet<u64> = named.collect();
    spoken_of.retain(|index| {
        records.iter().any(|record| record.index == *index && record.leaf.kind == record::ERASED)
    });
    let withheld: BTreeSet<&str> = withheld(records).map(|record| record.leaf.id.as_str()).collect();
    let erasures = records.iter().filter(|record| record.leaf.kind == record::BODIES_ERASED);
    let of_ours = erasures.filter(|record| record.leaf.refs.iter().any(|id| withheld.contains(id.as_str())));
    spoken_of.extend(of_ours.map(|record| record.index));
    Ok(spoken_of)
}

fn withheld<'r, 'f>(records: &'r [Record<'f>]) -> impl Iterator<Item = &'r Record<'f>> {
    records.iter().filter(|record| record.body.is_none())
}

/// A body that is not here was erased, and a record of the same project says so.
fn check_withheld(records: &[Record<'_>]) -> Result<()> {
    let erasures = records.iter().filter(|record| record.leaf.kind == record::BODIES_ERASED);
    let named: BTreeSet<(&str, &str)> = erasures
        .flat_map(|record| record.leaf.refs.iter().map(|id| (record.leaf.project.as_str(), id.as_str())))
        .collect();
    let is_named =
        |record: &Record<'_>| named.contains(&(record.leaf.project.as_str(), record.leaf.id.as_str()));
    if let Some(taken) = withheld(records).find(|record| !is_named(record)) {
        return Err(bad(&files::body(taken.index), "it is missing, and no record names its erasure"));
    }
    match records.iter().find(|record| record.body.is_some() && is_named(record)) {
        Some(kept) => Err(bad(&files::body(kept.index), "a record says that it was erased")),
        None => Ok(()),
    }
}
