//! The rows the verifier reads, a batch at a time. Everything may be missing: that is what it looks for.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};

use crate::db::schema::events;
use crate::db::{AnyConnection, each};
use crate::foundation::Result;
use crate::ledger::events::Stream;

/// A leaf with whatever stands behind it.
#[derive(QueryableByName)]
pub(super) struct LeafRow {
    #[diesel(sql_type = BigInt)]
    pub(super) leaf_index: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) event_seq: i64,
    #[diesel(sql_type = Binary)]
    pub(super) logged_hash: Vec<u8>,
    #[diesel(embed)]
    pub(super) event: EventColumns,
    #[diesel(embed)]
    pub(super) body: BodyColumns,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(super) previous_index: Option<i64>,
}

/// The event's columns; all `None` when the event is gone.
#[derive(QueryableByName)]
pub(super) struct EventColumns {
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) id: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(super) project: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) stream_kind: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) stream_id: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(super) version: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) kind: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(super) at: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) actor: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) actor_kind: Option<String>,
    #[diesel(sql_type = Nullable<Binary>)]
    pub(super) leaf: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Binary>)]
    pub(super) leaf_hash: Option<Vec<u8>>,
}

/// The erasable part; `body_of` is `None` when its row is gone.
#[derive(QueryableByName)]
pub(super) struct BodyColumns {
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) body_of: Option<String>,
    #[diesel(sql_type = Nullable<Binary>)]
    pub(super) salt: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Binary>)]
    pub(super) body: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(super) erased_at: Option<i64>,
}

/// The next leaves from `from` on; with each, where the stream's event before it stands.
pub(super) fn leaves(conn: &mut AnyConnection, from: i64, limit: i64) -> Result<Vec<LeafRow>> {
    let sql = format!(
        "SELECT {COLUMNS}, l.leaf_index, l.event_seq, l.leaf_hash AS logged_hash,
            (SELECT pl.leaf_index FROM events p JOIN leaves pl ON pl.event_seq = p.seq
             WHERE p.project = e.project AND p.stream_kind = e.stream_kind
               AND p.stream_id = e.stream_id AND p.version = e.version - 1) AS previous_index
         FROM leaves l LEFT JOIN events e ON e.seq = l.event_seq LEFT JOIN event_bodies b ON b.event_id = e.id
         WHERE l.leaf_index >= {from} ORDER BY l.leaf_index LIMIT {limit}"
    );
    Ok(each!(conn, |inner| diesel::sql_query(sql).load(inner))?)
}

/// An event that waits for the sequencer.
#[derive(QueryableByName)]
pub(super) struct PendingRow {
    #[diesel(sql_type = BigInt)]
    pub(super) seq: i64,
    #[diesel(embed)]
    pub(super) event: EventColumns,
    #[diesel(embed)]
    pub(super) body: BodyColumns,
}

/// The next waiting events after `after`.
pub(super) fn pending(conn: &mut AnyConnection, after: i64, limit: i64) -> Result<Vec<PendingRow>> {
    let sql = format!(
        "SELECT {COLUMNS}, u.event_seq AS seq
         FROM unsequenced u LEFT JOIN events e ON e.seq = u.event_seq LEFT JOIN event_bodies b ON b.event_id = e.id
         WHERE u.event_seq > {after} ORDER BY u.event_seq LIMIT {limit}"
    );
    Ok(each!(conn, |inner| diesel::sql_query(sql).load(inner))?)
}

/// An event of one stream, with its place in the log or in the queue.
#[derive(QueryableByName)]
pub(super) struct StreamRow {
    #[diesel(sql_type = BigInt)]
    pub(super) seq: i64,
    #[diesel(sql_type = Nullable<Binary>)]
    pub(super) logged_hash: Option<Vec<u8>>,
    #[diesel(sql_type = Bool)]
    pub(super) is_waiting: bool,
    #[diesel(embed)]
    pub(super) event: EventColumns,
    #[diesel(embed)]
    pub(super) body: BodyColumns,
}

/// All events of a stream, oldest first.
pub(super) fn of_stream(conn: &mut AnyConnection, stream: &Stream) -> Result<Vec<StreamRow>> {
    let [project, kind, id] = if conn.is_sqlite() { ["?"; 3] } else { ["$1", "$2", "$3"] };
    let sql = format!(
        "SELECT {COLUMNS}, e.seq AS seq, l.leaf_hash AS logged_hash, u.event_seq IS NOT NULL AS is_waiting
         FROM events e LEFT JOIN event_bodies b ON b.event_id = e.id
         LEFT JOIN leaves l ON l.event_seq = e.seq LEFT JOIN unsequenced u ON u.event_seq = e.seq
         WHERE e.project = {project} AND e.stream_kind = {kind} AND e.stream_id = {id} ORDER BY e.version"
    );
    Ok(each!(conn, |inner| diesel::sql_query(sql)
        .bind::<BigInt, _>(stream.project.0)
        .bind::<Text, _>(stream.kind)
        .bind::<Text, _>(&stream.id)
        .load(inner))?)
}

/// The leaves of all events of one kind.
pub(super) fn leaves_of_kind(conn: &mut AnyConnection, kind: &str) -> Result<Vec<Vec<u8>>> {
    let of_kind = events::table.filter(events::kind.eq(kind)).order(events::seq.asc());
    Ok(of_kind.select(events::leaf).load(conn)?)
}

const COLUMNS: &str =
    "e.id, e.project, e.stream_kind, e.stream_id, e.version, e.kind, e.at, e.actor, e.actor_kind,
    e.leaf, e.leaf_hash, b.event_id AS body_of, b.salt, b.body, b.erased_at";

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// The numbers a query gives under the name `number`.
pub(super) fn numbers(conn: &mut AnyConnection, sql: &str) -> Result<Vec<i64>> {
    let rows: Vec<Number> = each!(conn, |inner| diesel::sql_query(sql).load(inner))?;
    Ok(rows.into_iter().map(|row| row.number).collect())
}
