//! The rows of the tree: leaves, complete subtrees, checkpoints, and the queue of events without a place.
//!
//! All of it is insert-only but the queue.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, SmallInt};

use crate::db::schema::{checkpoints, events, leaves, tree_nodes, unsequenced};
use crate::db::{AnyConnection, each};
use crate::foundation::{Digest, Error, Result, Timestamp};

use super::note::Note;
use super::tree::{NodeId, NodeSource, TreeHead};

/// Rows in one INSERT: below the parameter limits of both databases.
const CHUNK: usize = 512;

/// The complete subtrees in the database.
pub struct StoredNodes<'c>(pub &'c mut AnyConnection);

impl NodeSource for StoredNodes<'_> {
    fn node(&mut self, level: u8, index: u64) -> Result<Digest> {
        let found = self.nodes(&[NodeId { level, index }])?;
        found.first().copied().ok_or_else(|| missing(NodeId { level, index }))
    }

    /// One query: a proof asks for two hashes a level at most.
    fn nodes(&mut self, ids: &[NodeId]) -> Result<Vec<Digest>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let places: Vec<String> =
            ids.iter().map(|id| format!("(level = {} AND node_index = {})", id.level, id.index)).collect();
        let rows = node_rows(self.0, &places.join(" OR "))?;
        let of = |id: &NodeId| rows.iter().find(|(found, _)| found == id).map(|(_, hash)| *hash);
        ids.iter().map(|id| of(id).ok_or_else(|| missing(*id))).collect()
    }
}

fn missing(id: NodeId) -> Error {
    Error::internal(format!("ledger: tree node {}/{} is missing", id.level, id.index))
}

#[derive(QueryableByName)]
struct NodeRow {
    #[diesel(sql_type = SmallInt)]
    level: i16,
    #[diesel(sql_type = BigInt)]
    node_index: i64,
    #[diesel(sql_type = Binary)]
    hash: Vec<u8>,
}

/// Stored nodes under a condition made of integers only.
pub(super) fn node_rows(conn: &mut AnyConnection, condition: &str) -> Result<Vec<(NodeId, Digest)>> {
    let sql = format!(
        "SELECT level, node_index, hash FROM tree_nodes WHERE {condition} ORDER BY level, node_index"
    );
    let rows: Vec<NodeRow> = each!(conn, |inner| diesel::sql_query(sql).load(inner))?;
    rows.into_iter().map(NodeRow::read).collect()
}

impl NodeRow {
    fn read(self) -> Result<(NodeId, Digest)> {
        let level = u8::try_from(self.level).map_err(Error::internal)?;
        let id = NodeId { level, index: unsigned(self.node_index)? };
        Ok((id, digest(&self.hash)?))
    }
}

/// An event that waits for its place.
pub(super) struct Pending {
    pub(super) seq: i64,
    pub(super) leaf_hash: Digest,
}

/// The first events without a place, in order of insertion.
pub(super) fn pending(conn: &mut AnyConnection, limit: i64) -> Result<Vec<Pending>> {
    let rows: Vec<(i64, Vec<u8>)> = unsequenced::table
        .inner_join(events::table.on(events::seq.eq(unsequenced::event_seq)))
        .order(unsequenced::event_seq.asc())
        .limit(limit)
        .select((events::seq, events::leaf_hash))
        .load(conn)?;
    rows.into_iter().map(|(seq, hash)| Ok(Pending { seq, leaf_hash: digest(&hash)? })).collect()
}

/// The first sequence number that waits for its place.
pub(super) fn first_pending(conn: &mut AnyConnection) -> Result<Option<i64>> {
    Ok(unsequenced::table.select(diesel::dsl::min(unsequenced::event_seq)).first(conn)?)
}

/// The newest committed event's sequence number; 0 when there is none.
pub(super) fn newest_event(conn: &mut AnyConnection) -> Result<i64> {
    let newest: Option<i64> = events::table.select(diesel::dsl::max(events::seq)).first(conn)?;
    Ok(newest.unwrap_or(0))
}

/// Number of leaves.
pub fn tree_size(conn: &mut AnyConnection) -> Result<u64> {
    let last: Option<i64> = leaves::table.select(diesel::dsl::max(leaves::leaf_index)).first(conn)?;
    last.map_or(Ok(0), |last| unsigned(last + 1))
}

/// A checkpoint as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCheckpoint {
    pub head: TreeHead,
    /// The signed note, as it is published.
    pub note: String,
    /// When it was signed.
    pub at: Timestamp,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = checkpoints)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
struct CheckpointRow {
    tree_size: i64,
    root: Vec<u8>,
    note: String,
    at: Timestamp,
}

impl CheckpointRow {
    fn read(self) -> Result<StoredCheckpoint> {
        let head = TreeHead { size: unsigned(self.tree_size)?, root: digest(&self.root)? };
        Ok(StoredCheckpoint { head, note: self.note, at: self.at })
    }
}

/// The newest checkpoint; `None` before the first event.
pub fn latest_checkpoint(conn: &mut AnyConnection) -> Result<Option<StoredCheckpoint>> {
    let newest = checkpoints::table.order(checkpoints::tree_size.desc());
    let newest = newest.select(CheckpointRow::as_select()).first(conn).optional()?;
    newest.map(CheckpointRow::read).transpose()
}

/// The checkpoint of one size.
pub fn checkpoint_at(conn: &mut AnyConnection, size: u64) -> Result<Option<StoredCheckpoint>> {
    let of = checkpoints::table.filter(checkpoints::tree_size.eq(signed(size)?));
    let found = of.select(CheckpointRow::as_select()).first(conn).optional()?;
    found.map(CheckpointRow::read).transpose()
}

/// Checkpoints of sizes `after < size <= to`, small to large.
pub(super) fn checkpoints_between(
    conn: &mut AnyConnection,
    after: u64,
    to: u64,
) -> Result<Vec<StoredCheckpoint>> {
    let rows: Vec<CheckpointRow> = checkpoints::table
        .filter(checkpoints::tree_size.gt(signed(after)?))
        .filter(checkpoints::tree_size.le(signed(to)?))
        .order(checkpoints::tree_size.asc())
        .select(CheckpointRow::as_select())
        .load(conn)?;
    rows.into_iter().map(CheckpointRow::read).collect()
}

/// Gives events their places from `first` on.
pub(super) fn insert_leaves(conn: &mut AnyConnection, first: u64, placed: &[Pending]) -> Result<()> {
    let first = signed(first)?;
    let rows: Vec<_> = placed
        .iter()
        .zip(first..)
        .map(|(event, index)| {
            (
                leaves::leaf_index.eq(index),
                leaves::event_seq.eq(event.seq),
                leaves::leaf_hash.eq(event.leaf_hash.0.as_slice()),
            )
        })
        .collect();
    for rows in rows.chunks(CHUNK) {
        let rows = rows.to_vec();
        each!(conn, |inner| diesel::insert_into(leaves::table).values(rows).execute(inner))?;
    }
    Ok(())
}

/// Stores subtrees that have become complete.
pub(super) fn insert_nodes(conn: &mut AnyConnection, complete: &[(NodeId, Digest)]) -> Result<()> {
    for part in complete.chunks(CHUNK) {
        let rows: Vec<_> = part
            .iter()
            .map(|(id, hash)| {
                let index = signed(id.index)?;
                Ok((
                    tree_nodes::level.eq(i16::from(id.level)),
                    tree_nodes::node_index.eq(index),
                    tree_nodes::hash.eq(hash.0.as_slice()),
                ))
            })
            .collect::<Result<_>>()?;
        each!(conn, |inner| diesel::insert_into(tree_nodes::table).values(rows).execute(inner))?;
    }
    Ok(())
}

/// Takes events out of the queue: exactly those given, since lower numbers may be committed later.
pub(super) fn remove_pending(conn: &mut AnyConnection, placed: &[Pending]) -> Result<()> {
    let placed: Vec<i64> = placed.iter().map(|event| event.seq).collect();
    let gone = unsequenced::table.filter(unsequenced::event_seq.eq_any(placed));
    each!(conn, |inner| diesel::delete(gone).execute(inner))?;
    Ok(())
}

/// Stores a signed checkpoint.
pub(super) fn insert_checkpoint(
    conn: &mut AnyConnection,
    head: TreeHead,
    note: &Note,
    at: Timestamp,
) -> Result<()> {
    diesel::insert_into(checkpoints::table)
        .values((
            checkpoints::tree_size.eq(signed(head.size)?),
            checkpoints::root.eq(head.root.0.as_slice()),
            checkpoints::note.eq(note.to_string()),
            checkpoints::at.eq(at.0),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn signed(number: u64) -> Result<i64> {
    i64::try_from(number).map_err(Error::internal)
}

pub(super) fn unsigned(number: i64) -> Result<u64> {
    u64::try_from(number).map_err(Error::internal)
}

pub(super) fn digest(bytes: &[u8]) -> Result<Digest> {
    Digest::from_slice(bytes).ok_or_else(|| Error::internal("a stored hash has not 32 bytes"))
}
