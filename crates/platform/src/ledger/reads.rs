//! What the ledger tells: events by place, checkpoints, proofs as text, a page of events, records for the bundle.

use diesel::prelude::*;

use crate::db::schema::{event_bodies, events, leaves, unsequenced};
use crate::db::{AnyConnection, each};
use crate::foundation::{Digest, Error, ProjectKey, Result, Timestamp};

use super::consistency::prove_consistency;
use super::event_rows::EventRow;
use super::events::Event;
use super::inclusion::prove_inclusion;
use super::note::Note;
use super::proof::{ConsistencyProof, TlogProof};
use super::store::{self, StoredNodes};

pub use super::store::{StoredCheckpoint, checkpoint_at, latest_checkpoint, tree_size};

/// How far the log has come, in figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Events with a place in the tree.
    pub placed: i64,
    /// Events that wait for theirs.
    pub waiting: i64,
    /// When the newest checkpoint was signed; none before the first.
    pub signed_at: Option<Timestamp>,
}

/// Reads it, of one state if the caller sees to that. Places have no gaps, while numbers of events may: PostgreSQL gives
/// those of what is rolled back to nobody else.
pub fn extent(conn: &mut AnyConnection) -> Result<Extent> {
    let last: Option<i64> = leaves::table.select(diesel::dsl::max(leaves::leaf_index)).first(conn)?;
    let waiting = unsequenced::table.count().get_result(conn)?;
    let signed_at = latest_checkpoint(conn)?.map(|checkpoint| checkpoint.at);
    Ok(Extent { placed: last.map_or(0, |last| last + 1), waiting, signed_at })
}

/// The place of an event; `None` while it waits for the sequencer.
pub fn leaf_index(conn: &mut AnyConnection, event_id: &str) -> Result<Option<u64>> {
    let found: Option<i64> = leaves::table
        .inner_join(events::table.on(events::seq.eq(leaves::event_seq)))
        .filter(events::id.eq(event_id))
        .select(leaves::leaf_index)
        .first(conn)
        .optional()?;
    found.map(store::unsigned).transpose()
}

/// The event at one place.
pub fn event_at(conn: &mut AnyConnection, index: u64) -> Result<LoggedEvent> {
    let row: Option<LoggedRow> = leaves::table
        .inner_join(events::table.on(events::seq.eq(leaves::event_seq)))
        .inner_join(event_bodies::table.on(event_bodies::event_id.eq(events::id)))
        .filter(leaves::leaf_index.eq(store::signed(index)?))
        .select(LoggedRow::as_select())
        .first(conn)
        .optional()?;
    row.map(LoggedRow::read).transpose()?.ok_or_else(|| no_leaf(index))
}

/// One event by its id, wherever it stands.
pub fn event(conn: &mut AnyConnection, event_id: &str) -> Result<LoggedEvent> {
    let row: Option<LoggedRow> = events::table
        .inner_join(event_bodies::table.on(event_bodies::event_id.eq(events::id)))
        .left_join(leaves::table.on(leaves::event_seq.eq(events::seq)))
        .filter(events::id.eq(event_id))
        .select(LoggedRow::as_select())
        .first(conn)
        .optional()?;
    row.map(LoggedRow::read).transpose()?.ok_or_else(|| Error::not_found("the ledger event"))
}

/// Events that have their place, from one place on, in the order of the log: for whoever follows it. What has a place is committed, and
/// nothing gets a place before it later.
pub fn placed_from(conn: &mut AnyConnection, first: u64, limit: i64) -> Result<Vec<LoggedEvent>> {
    let rows: Vec<LoggedRow> = leaves::table
        .inner_join(events::table.on(events::seq.eq(leaves::event_seq)))
        .inner_join(event_bodies::table.on(event_bodies::event_id.eq(events::id)))
        .filter(leaves::leaf_index.ge(store::signed(first)?))
        .order(leaves::leaf_index.asc())
        .limit(limit)
        .select(LoggedRow::as_select())
        .load(conn)?;
    rows.into_iter().map(LoggedRow::read).collect()
}

fn no_leaf(index: u64) -> Error {
    Error::not_found(format!("entry {index} of the ledger"))
}

/// An event and its place.
#[derive(Clone, Debug)]
pub struct LoggedEvent {
    /// The event, with its body unless erased.
    pub event: Event,
    /// Its place; `None` while it waits for the sequencer.
    pub leaf_index: Option<u64>,
    pub leaf_hash: Digest,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = events)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
struct LoggedRow {
    #[diesel(embed)]
    event: EventRow,
    leaf_hash: Vec<u8>,
    #[diesel(select_expression = leaves::leaf_index.nullable())]
    leaf_index: Option<i64>,
}

impl LoggedRow {
    fn read(self) -> Result<LoggedEvent> {
        Ok(LoggedEvent {
            event: self.event.read()?,
            leaf_index: self.leaf_index.map(store::unsigned).transpose()?,
            leaf_hash: store::digest(&self.leaf_hash)?,
        })
    }
}

/// Which events the ledger page shows; what is `None` does not narrow.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of one project; project 0 is the installation itself.
    pub project: Option<ProjectKey>,
    /// Of one versioned kind, e.g. `work_order.item_ticked.v1`.
    pub kind: Option<String>,
    /// By one account id, or `system`.
    pub actor: Option<String>,
    /// About one kind of thing, e.g. `work_order`.
    pub stream_kind: Option<String>,
    pub stream_id: Option<String>,
    /// Inserted before this sequence number: where the page before ended.
    pub before_seq: Option<i64>,
}

/// A page of events, newest first.
pub fn page(conn: &mut AnyConnection, filter: &Filter, limit: i64) -> Result<Vec<LoggedEvent>> {
    let rows: Vec<LoggedRow> = each!(conn, |inner| {
        let mut query = events::table
            .inner_join(event_bodies::table.on(event_bodies::event_id.eq(events::id)))
            .left_join(leaves::table.on(leaves::event_seq.eq(events::seq)))
            .select(LoggedRow::as_select())
            .into_boxed();
        if let Some(project) = filter.project {
            query = query.filter(events::project.eq(project));
        }
        if let Some(kind) = &filter.kind {
            query = query.filter(events::kind.eq(kind));
        }
        if let Some(actor) = &filter.actor {
            query = query.filter(events::actor.eq(actor));
        }
        if let Some(kind) = &filter.stream_kind {
            query = query.filter(events::stream_kind.eq(kind));
        }
        if let Some(id) = &filter.stream_id {
            query = query.filter(events::stream_id.eq(id));
        }
        if let Some(before) = filter.before_seq {
            query = query.filter(events::seq.lt(before));
        }
        query.order(events::seq.desc()).limit(limit).load(inner)
    })?;
    rows.into_iter().map(LoggedRow::read).collect()
}

/// What a bundle carries of one record: the exact bytes that were hashed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRecord {
    pub index: u64,
    pub event_id: String,
    /// The leaf, canonical JSON.
    pub leaf: Vec<u8>,
    /// The salt of the body's commitment; `None` once erased.
    pub salt: Option<Vec<u8>>,
    /// The body; `None` once erased.
    pub body: Option<Vec<u8>>,
    /// When the body was erased.
    pub erased_at: Option<Timestamp>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = event_bodies)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
struct RecordRow {
    #[diesel(select_expression = leaves::leaf_index)]
    leaf_index: i64,
    event_id: String,
    #[diesel(select_expression = events::leaf)]
    leaf: Vec<u8>,
    salt: Option<Vec<u8>>,
    body: Option<Vec<u8>>,
    erased_at: Option<Timestamp>,
}

/// The record at one place.
pub fn record(conn: &mut AnyConnection, index: u64) -> Result<StoredRecord> {
    let row: Option<RecordRow> = leaves::table
        .inner_join(events::table.on(events::seq.eq(leaves::event_seq)))
        .inner_join(event_bodies::table.on(event_bodies::event_id.eq(events::id)))
        .filter(leaves::leaf_index.eq(store::signed(index)?))
        .select(RecordRow::as_select())
        .first(conn)
        .optional()?;
    let RecordRow { leaf_index, event_id, leaf, salt, body, erased_at } =
        row.ok_or_else(|| no_leaf(index))?;
    Ok(StoredRecord { index: store::unsigned(leaf_index)?, event_id, leaf, salt, body, erased_at })
}

/// The proof that leaf `index` stands under a checkpoint; its text form is the `.tlog-proof` file.
pub fn inclusion_proof(
    conn: &mut AnyConnection,
    index: u64,
    checkpoint: &StoredCheckpoint,
) -> Result<TlogProof> {
    let hashes = prove_inclusion(&mut StoredNodes(conn), index, checkpoint.head.size)?;
    Ok(TlogProof { extra: None, index, hashes, checkpoint: Note::parse(&checkpoint.note)? })
}

/// The proof that a stored checkpoint continues the tree of the first `old` leaves; `None` names the newest.
pub fn consistency_proof(conn: &mut AnyConnection, old: u64, new: Option<u64>) -> Result<ConsistencyProof> {
    let newer = match new {
        Some(size) => checkpoint_at(conn, size)?,
        None => latest_checkpoint(conn)?,
    };
    let newer = newer.ok_or_else(|| Error::not_found("a checkpoint of that size"))?;
    let hashes = prove_consistency(&mut StoredNodes(conn), old, newer.head.size)?;
    Ok(ConsistencyProof { old, hashes, checkpoint: Note::parse(&newer.note)? })
}
