//! Reads what belongs to one order: its records with proofs, the pins and quotes they name, the bytes behind them.

use std::collections::BTreeSet;

use evidence_bundle::files::{self, ERASED, Files, PINS, QUOTES};

use crate::audit::events::{AuditEvent, Pin, Quote};
use crate::db::AnyConnection;
use crate::foundation::{Digest, ProjectKey, Result};
use crate::ledger::reads::{self, Filter, LoggedEvent, StoredCheckpoint};

use super::EvidenceSource;

/// The project key of what belongs to the whole installation.
const INSTALLATION: ProjectKey = ProjectKey(0);
/// Events read at once.
const PAGE: i64 = 200;

/// What one record points at.
struct Pointers {
    index: u64,
    pins: Vec<Pin>,
    quotes: Vec<Quote>,
}

/// Adds every record, and the evidence the records name.
pub(super) fn add(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order_id: &str,
    checkpoint: &StoredCheckpoint,
    source: &dyn EvidenceSource,
    files: &mut Files,
) -> Result<()> {
    let mut pointers = Vec::new();
    for logged in events(conn, project, order_id)? {
        let Some(index) = logged.leaf_index.filter(|index| *index < checkpoint.head.size) else { continue };
        add_record(conn, index, checkpoint, files)?;
        pointers.extend(pointers_of(index, &logged)?);
    }
    pointers.sort_by_key(|found| found.index);
    add_evidence(conn, project, source, &pointers, files)?;
    add_erasures(conn, project, checkpoint, source, &pointers, files)
}

/// Every event about the order, and the policies its score was computed with.
fn events(conn: &mut AnyConnection, project: ProjectKey, order_id: &str) -> Result<Vec<LoggedEvent>> {
    let mut found = Vec::new();
    for kind in ["work_order", "audit", "bundle"] {
        found.extend(stream(conn, project, kind, order_id)?);
    }
    found.extend(stream(conn, INSTALLATION, "trust", "policy")?);
    Ok(found)
}

fn stream(conn: &mut AnyConnection, project: ProjectKey, kind: &str, id: &str) -> Result<Vec<LoggedEvent>> {
    let mut filter = Filter {
        project: Some(project),
        stream_kind: Some(kind.to_owned()),
        stream_id: Some(id.to_owned()),
        ..Filter::default()
    };
    let mut found = Vec::new();
    loop {
        let page = reads::page(conn, &filter, PAGE)?;
        filter.before_seq = page.last().map(|last| last.event.seq);
        found.extend(page);
        if filter.before_seq.is_none() {
            return Ok(found);
        }
    }
}

fn add_record(
    conn: &mut AnyConnection,
    index: u64,
    checkpoint: &StoredCheckpoint,
    files: &mut Files,
) -> Result<()> {
    let record = reads::record(conn, index)?;
    let proof = reads::inclusion_proof(conn, index, checkpoint)?;
    files.insert(files::leaf(index), record.leaf);
    files.insert(files::proof(index), proof.to_string().into_bytes());
    if let (Some(body), Some(salt)) = (record.body, record.salt) {
        files.insert(files::body(index), body);
        files.insert(files::salt(index), salt);
    }
    Ok(())
}

fn pointers_of(index: u64, logged: &LoggedEvent) -> Result<Option<Pointers>> {
    let event = &logged.event;
    if event.stream_kind != "audit" || event.body.is_none() {
        return Ok(None);
    }
    Ok(match AuditEvent::from_json(&event.kind, event.data())? {
        AuditEvent::EvidencePinned { pins, .. } => Some(Pointers { index, pins, quotes: Vec::new() }),
        other => Some(Pointers { index, pins: Vec::new(), quotes: other.quotes() }),
    })
}

fn add_evidence(
    conn: &mut AnyConnection,
    project: ProjectKey,
    source: &dyn EvidenceSource,
    pointers: &[Pointers],
    files: &mut Files,
) -> Result<()> {
    let (mut pins, mut quotes) = (String::new(), String::new());
    let mut seen: BTreeSet<Digest> = BTreeSet::new();
    for found in pointers {
        for pin in &found.pins {
            if seen.contains(&pin.revision) || add_revision(conn, project, source, pin, files)? {
                seen.insert(pin.revision);
                pins.extend([
                    found.index.to_string(),
                    "\t".to_owned(),
                    pin.revision.to_hex(),
                    "\n".to_owned(),
                ]);
            }
        }
    }
    for found in pointers {
        for quote in &found.quotes {
            add_quote(conn, project, source, quote, files)?;
            quotes.push_str(&quote_line(found.index, quote, files));
        }
    }
    files.insert(PINS.to_owned(), pins.into_bytes());
    files.insert(QUOTES.to_owned(), quotes.into_bytes());
    Ok(())
}

/// Names the pinned revisions that were erased, and adds the records that say by whom and why.
fn add_erasures(
    conn: &mut AnyConnection,
    project: ProjectKey,
    checkpoint: &StoredCheckpoint,
    source: &dyn EvidenceSource,
    pointers: &[Pointers],
    files: &mut Files,
) -> Result<()> {
    let mut lines = String::new();
    for found in pointers {
        for pin in &found.pins {
            if files.contains_key(&format!("revisions/{}", pin.revision)) {
                continue;
            }
            let Some(event) = source.erasure(conn, project, pin)? else { continue };
            let at = reads::leaf_index(conn, &event)?.filter(|index| *index < checkpoint.head.size);
            let Some(record) = at else { continue };
            if !files.contains_key(&files::leaf(record)) {
                add_record(conn, record, checkpoint, files)?;
            }
            lines.push_str(&format!("{}\t{}\t{record}\n", found.index, pin.revision));
        }
    }
    files.insert(ERASED.to_owned(), lines.into_bytes());
    Ok(())
}

/// Adds a revision's image and bodies; false when the bytes were erased.
fn add_revision(
    conn: &mut AnyConnection,
    project: ProjectKey,
    source: &dyn EvidenceSource,
    pin: &Pin,
    files: &mut Files,
) -> Result<bool> {
    let path = format!("revisions/{}", pin.revision);
    if files.contains_key(&path) {
        return Ok(true);
    }
    let Some(revision) = source.revision(conn, project, pin)? else { return Ok(false) };
    files.insert(path, revision.image);
    for (digest, bytes) in revision.bodies {
        files.insert(format!("bodies/{digest}"), bytes);
    }
    Ok(true)
}

/// A quote names its revision itself, so that it can be read where the pin was left out.
fn add_quote(
    conn: &mut AnyConnection,
    project: ProjectKey,
    source: &dyn EvidenceSource,
    quote: &Quote,
    files: &mut Files,
) -> Result<()> {
    let pin = Pin {
        trace: quote.evidence.trace_id.clone(),
        observation: quote.evidence.observation_id.clone(),
        revision: quote.revision,
    };
    add_revision(conn, project, source, &pin, files).map(|_| ())
}

/// One line of `quotes.tsv`; empty when the quoted body was erased.
fn quote_line(index: u64, quote: &Quote, files: &Files) -> String {
    let body = quote.evidence.body_digest;
    if !files.contains_key(&format!("bodies/{body}")) {
        return String::new();
    }
    let Quote { byte_start, byte_length, digest, .. } = quote;
    format!("{index}\t{body}\t{byte_start}\t{byte_length}\t{digest}\n")
}
