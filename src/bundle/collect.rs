//! Reads what belongs to one order: its records with proofs, the pins and quotes they name, the bytes behind them.

use std::collections::{BTreeMap, BTreeSet};

use evidence_bundle::files::{self, ERASED, Files, PINS, QUOTES};
use evidence_bundle::{metadata_of, record};

use crate::audit::events::{AuditEvent, Pin, Quote};
use crate::db::AnyConnection;
use crate::foundation::{Digest, ProjectKey, Result, Timestamp};
use crate::ledger::Stream;
use crate::ledger::erasure::erasures_of;
use crate::ledger::events::version;
use crate::ledger::leaf::Leaf;
use crate::ledger::reads::{self, Filter, LoggedEvent, StoredCheckpoint};
use crate::trust;
use crate::work_orders::events::OrderEvent;
use crate::work_orders::gathered::GatheredEvent;

use super::EvidenceSource;
use super::events::Heads;

/// The project key of what belongs to the whole installation.
const INSTALLATION: ProjectKey = ProjectKey(0);
/// Events read at once.
const PAGE: i64 = 200;
/// Bytes of files in one bundle, which is put together in memory; what is more is named by its digest only.
const MOST_FILES: u64 = 100 << 20;

/// What one record points at.
struct Pointers {
    index: u64,
    pins: Vec<Pin>,
    quotes: Vec<Quote>,
}

/// Where the streams of an order stand.
pub(super) fn heads(conn: &mut AnyConnection, project: ProjectKey, order_id: &str) -> Result<Heads> {
    let orders = |kind| Stream { project, kind, id: order_id.to_owned() };
    Ok(Heads {
        work_order: version(conn, &orders("work_order"))?,
        audit: version(conn, &orders("audit"))?,
        policies: version(conn, &trust::events::stream())?,
    })
}

/// Adds every record up to the newest export, and the evidence the records name; gives the newest moment of a record.
pub(super) fn add(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order_id: &str,
    checkpoint: &StoredCheckpoint,
    source: &dyn EvidenceSource,
    files: &mut Files,
) -> Result<Timestamp> {
    let mut pointers = Vec::new();
    let exports = stream(conn, project, "bundle", order_id)?;
    let known = known_to(conn, &exports, checkpoint)?;
    let mut withheld = Vec::new();
    for logged in exports.into_iter().chain(events(conn, project, order_id)?) {
        let event = &logged.event;
        let Some(index) = logged.leaf_index.filter(|index| *index < checkpoint.head.size) else { continue };
        let stands = known.get(&format!("{}/{}", event.stream_kind, event.stream_id));
        if stands.is_some_and(|head| event.version > *head) {
            continue;
        }
        add_record(conn, index, checkpoint, files)?;
        withheld.extend(event.body.is_none().then(|| (event.project, event.id.clone())));
        pointers.extend(pointers_of(index, &logged)?);
        add_file(project, order_id, source, &logged, files)?;
    }
    pointers.sort_by_key(|found| found.index);
    add_evidence(conn, project, source, &pointers, files)?;
    add_erasures(conn, project, checkpoint, source, &pointers, files)?;
    add_erased_bodies(conn, checkpoint, &withheld, files)?;
    newest_moment(files)
}

fn newest_moment(files: &Files) -> Result<Timestamp> {
    let leaves = files.iter().filter(|(path, _)| {
        let name = path.strip_prefix("records/").and_then(|name| name.strip_suffix(".json"));
        name.is_some_and(|name| !name.contains('.'))
    });
    let moments = leaves.map(|(_, bytes)| Ok(Leaf::from_bytes(bytes)?.at)).collect::<Result<Vec<_>>>()?;
    Ok(moments.into_iter().max().unwrap_or(Timestamp(i64::MIN)))
}

/// How far the newest export knows each stream, as its leaf says.
fn known_to(
    conn: &mut AnyConnection,
    exports: &[LoggedEvent],
    checkpoint: &StoredCheckpoint,
) -> Result<BTreeMap<String, i64>> {
    let placed = exports.iter().filter_map(|export| Some((export.event.version, export.leaf_index?)));
    let newest = placed.filter(|(_, index)| *index < checkpoint.head.size).max();
    let Some((_, index)) = newest else { return Ok(BTreeMap::new()) };
    let leaf = Leaf::from_bytes(&reads::record(conn, index)?.leaf)?;
    let heads = leaf.refs.iter().filter_map(|named| named.rsplit_once('@'));
    Ok(heads.filter_map(|(subject, version)| Some((subject.to_owned(), version.parse().ok()?))).collect())
}

/// Every event about the order, and the policies its score was computed with.
fn events(conn: &mut AnyConnection, project: ProjectKey, order_id: &str) -> Result<Vec<LoggedEvent>> {
    let mut found = Vec::new();
    for kind in ["work_order", "audit"] {
        found.extend(stream(conn, project, kind, order_id)?);
    }
    found.extend(stream(conn, INSTALLATION, "trust", "policy")?);
    Ok(found)
}

/// Adds the records that say whose bodies were erased, for those that are missing here.
fn add_erased_bodies(
    conn: &mut AnyConnection,
    checkpoint: &StoredCheckpoint,
    withheld: &[(ProjectKey, String)],
    files: &mut Files,
) -> Result<()> {
    let projects: BTreeSet<ProjectKey> = withheld.iter().map(|(project, _)| *project).collect();
    for project in projects {
        let of = erasures_of(project);
        for logged in stream(conn, project, of.kind, &of.id)? {
            let Some(index) = logged.leaf_index.filter(|index| *index < checkpoint.head.size) else {
                continue;
            };
            let leaf = Leaf::from_bytes(&reads::record(conn, index)?.leaf)?;
            let is_named = |(of, id): &(ProjectKey, String)| *of == project && leaf.refs.contains(id);
            if withheld.iter().any(is_named) {
                add_record(conn, index, checkpoint, files)?;
            }
        }
    }
    Ok(())
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
    Ok(match AuditEvent::from_json(&event.kind, event.json())? {
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

/// Adds the bytes of a file that a record brought, while they fit; the record names it by its digest all the same.
fn add_file(
    project: ProjectKey,
    order_id: &str,
    source: &dyn EvidenceSource,
    logged: &LoggedEvent,
    files: &mut Files,
) -> Result<()> {
    let event = &logged.event;
    if event.stream_kind != "work_order" || event.body.is_none() || event.kind != record::FILE_ADDED {
        return Ok(());
    }
    let OrderEvent::Gathered(GatheredEvent::FileAdded { file, digest, size, .. }) =
        OrderEvent::from_json(&event.kind, event.json())?
    else {
        return Ok(());
    };
    let path = format!("files/{digest}");
    let held: usize =
        files.iter().filter(|(path, _)| path.starts_with("files/")).map(|(_, bytes)| bytes.len()).sum();
    let room = MOST_FILES.saturating_sub(held as u64);
    if size <= room && !files.contains_key(&path) {
        let bytes = source.file(project, order_id, &file, digest, room)?;
        files.extend(bytes.map(|bytes| (path, bytes)));
    }
    Ok(())
}

/// What a record rests on: its pins in their order, then the revisions that it quotes only, each once.
fn rested(found: &Pointers) -> Vec<Pin> {
    let mut rested = found.pins.clone();
    for pin in found.quotes.iter().map(pin_of) {
        if rested.iter().all(|known| known.revision != pin.revision) {
            rested.push(pin);
        }
    }
    rested
}

fn pin_of(quote: &Quote) -> Pin {
    Pin {
        trace: quote.evidence.trace_id.clone(),
        observation: quote.evidence.observation_id.clone(),
        revision: quote.revision,
    }
}

/// Names the revisions that records rest on and that were erased, and adds the records that say by whom and why.
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
        for pin in rested(found) {
            if files.contains_key(&format!("revisions/{}", pin.revision)) {
                continue;
            }
            let Some(event) = source.erasure(conn, project, &pin)? else { continue };
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
    if add_revision(conn, project, source, &pin_of(quote), files)? {
        add_metadata(quote, files);
    }
    Ok(())
}

/// Words of metadata stand in the image itself; what they are quoted from is put beside it like any body.
fn add_metadata(quote: &Quote, files: &mut Files) {
    let image = files.get(&format!("revisions/{}", quote.revision));
    let metadata = image.and_then(|image| metadata_of(image)).map(|text| text.as_bytes().to_vec());
    let digest = quote.evidence.body_digest;
    if let Some(metadata) = metadata.filter(|bytes| Digest::of(bytes) == digest) {
        files.insert(format!("bodies/{digest}"), metadata);
    }
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
