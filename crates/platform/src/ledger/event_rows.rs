//! The one write path for business facts: rows of events, their bodies, and how they are read back.
//!
//! If an event cannot be written, nothing is: the insert, its leaf, its erasable body and every projection
//! stand or fall together. Events are insert-only; a trigger in the database refuses the rest.

use diesel::prelude::*;

use crate::db::schema::{event_bodies, events, unsequenced};
use crate::db::{AnyConnection, Tx, each};
use crate::foundation::ids::{new_id, random_bytes};
use crate::foundation::{ActorKind, Digest, Error, Failure, ProjectKey, Result, Timestamp};

use super::events::{Body, Draft, Event, Stream};
use super::leaf::{LEAF_VERSION, Leaf};

#[derive(Insertable)]
#[diesel(table_name = events)]
struct NewEvent<'a> {
    id: &'a str,
    project: ProjectKey,
    stream_kind: &'a str,
    stream_id: &'a str,
    version: i64,
    kind: &'a str,
    at: Timestamp,
    actor: &'a str,
    actor_kind: &'a str,
    leaf: &'a [u8],
    leaf_hash: &'a [u8],
}

/// What an event is made of: its row without the leaf, and its body.
#[derive(Queryable, Selectable)]
#[diesel(table_name = events)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub(super) struct EventRow {
    seq: i64,
    id: String,
    project: ProjectKey,
    stream_kind: String,
    stream_id: String,
    version: i64,
    kind: String,
    at: Timestamp,
    actor: String,
    actor_kind: String,
    #[diesel(select_expression = event_bodies::body)]
    body: Option<Vec<u8>>,
}

impl EventRow {
    pub(super) fn read(self) -> Result<Event> {
        Ok(Event {
            seq: self.seq,
            id: self.id,
            project: self.project,
            stream_kind: self.stream_kind,
            stream_id: self.stream_id,
            version: self.version,
            kind: self.kind,
            at: self.at,
            actor: self.actor,
            actor_kind: ActorKind::from_stored(&self.actor_kind),
            body: self.body.map(|bytes| serde_json::from_slice(&bytes)).transpose()?,
        })
    }
}

/// The newest version of a stream; 0 when it has no events.
pub fn version(conn: &mut AnyConnection, stream: &Stream) -> Result<i64> {
    let newest: Option<i64> = events::table
        .filter(events::project.eq(stream.project))
        .filter(events::stream_kind.eq(stream.kind))
        .filter(events::stream_id.eq(&stream.id))
        .select(diesel::dsl::max(events::version))
        .first(conn)?;
    Ok(newest.unwrap_or(0))
}

/// All events of a stream, oldest first, up to a moment if one is given.
pub fn read_stream(
    conn: &mut AnyConnection,
    stream: &Stream,
    as_of: Option<Timestamp>,
) -> Result<Vec<Event>> {
    let until = as_of.unwrap_or(Timestamp(i64::MAX));
    let rows: Vec<EventRow> = events::table
        .inner_join(event_bodies::table.on(event_bodies::event_id.eq(events::id)))
        .filter(events::project.eq(stream.project))
        .filter(events::stream_kind.eq(stream.kind))
        .filter(events::stream_id.eq(&stream.id))
        .filter(events::at.le(until))
        .order(events::version.asc())
        .select(EventRow::as_select())
        .load(conn)?;
    rows.into_iter().map(EventRow::read).collect()
}

/// The events of some kinds in a stream, oldest first, up to a moment if one is given.
pub fn read_kinds(
    conn: &mut AnyConnection,
    stream: &Stream,
    kinds: &[&str],
    as_of: Option<Timestamp>,
) -> Result<Vec<Event>> {
    let until = as_of.unwrap_or(Timestamp(i64::MAX));
    let rows: Vec<EventRow> = each!(conn, |c| events::table
        .inner_join(event_bodies::table.on(event_bodies::event_id.eq(events::id)))
        .filter(events::project.eq(stream.project))
        .filter(events::stream_kind.eq(stream.kind))
        .filter(events::stream_id.eq(&stream.id))
        .filter(events::kind.eq_any(kinds.iter().copied()))
        .filter(events::at.le(until))
        .order(events::version.asc())
        .select(EventRow::as_select())
        .load(c))?;
    rows.into_iter().map(EventRow::read).collect()
}

/// A slice of all events in order of insertion, for rebuilding and the ledger page.
pub fn read_from(conn: &mut AnyConnection, after_seq: i64, limit: i64) -> Result<Vec<Event>> {
    let rows: Vec<EventRow> = events::table
        .inner_join(event_bodies::table.on(event_bodies::event_id.eq(events::id)))
        .filter(events::seq.gt(after_seq))
        .order(events::seq.asc())
        .limit(limit)
        .select(EventRow::as_select())
        .load(conn)?;
    rows.into_iter().map(EventRow::read).collect()
}

/// Writes one event: the row, its leaf, its salted body and its place in the sequencer's queue.
///
/// `version` must be the next free one of the stream; a clash means somebody else was first.
pub(super) fn insert(tx: &mut Tx<'_>, stream: &Stream, version: i64, draft: Draft) -> Result<Event> {
    let id = new_id(tx.now());
    let actor = tx.actor();
    let body = Body {
        actor_name: actor.printed_name(),
        under_reset: actor.under_reset.clone(),
        session: actor.session.clone(),
        request_id: actor.request_id.clone(),
        reason: draft.reason,
        data: draft.data.into(),
    };
    let body_bytes = serde_json::to_vec(&body)?;
    let salt: [u8; 32] = random_bytes();
    let leaf =
        leaf_of(tx, stream, version, &id, draft.kind, draft.refs, Digest::commitment(&salt, &body_bytes))?;
    let row = NewEvent {
        id: &id,
        project: stream.project,
        stream_kind: stream.kind,
        stream_id: &stream.id,
        version,
        kind: draft.kind,
        at: tx.now(),
        actor: &actor.id,
        actor_kind: actor.kind.as_str(),
        leaf: &leaf,
        leaf_hash: &super::tree::leaf_hash(&leaf).0,
    };
    let seq = insert_row(tx.conn, &row, version)?;
    insert_body(tx.conn, &id, &salt, &body_bytes)?;
    diesel::insert_into(unsequenced::table).values(unsequenced::event_seq.eq(seq)).execute(tx.conn)?;
    Ok(Event {
        seq,
        project: stream.project,
        stream_kind: stream.kind.to_owned(),
        stream_id: stream.id.clone(),
        version,
        kind: draft.kind.to_owned(),
        at: tx.now(),
        actor: actor.id.clone(),
        actor_kind: actor.kind,
        body: Some(body),
        id,
    })
}

fn leaf_of(
    tx: &Tx<'_>,
    stream: &Stream,
    version: i64,
    id: &str,
    kind: &str,
    refs: Vec<String>,
    commitment: Digest,
) -> Result<Vec<u8>> {
    let leaf = Leaf {
        v: LEAF_VERSION,
        kind: kind.to_owned(),
        id: id.to_owned(),
        project: stream.project.0.to_string(),
        subject: format!("{}/{}", stream.kind, stream.id),
        actor: tx.actor().id.clone(),
        actor_kind: tx.actor().kind,
        at: tx.now(),
        body: commitment,
        refs,
        prev: (version > 1).then(|| version - 1),
    };
    leaf.to_bytes()
}

fn insert_row(conn: &mut AnyConnection, row: &NewEvent<'_>, version: i64) -> Result<i64> {
    let inserted = diesel::insert_into(events::table).values(row).returning(events::seq).get_result(conn);
    inserted.map_err(|cause| match Error::from(cause) {
        taken if matches!(taken.failure(), Some(Failure::Unique(_))) => {
            Error::Conflict { what: "the record".into(), expected: version - 1, found: version }
        }
        other => other,
    })
}

fn insert_body(conn: &mut AnyConnection, id: &str, salt: &[u8], body: &[u8]) -> Result<()> {
    diesel::insert_into(event_bodies::table)
        .values((event_bodies::event_id.eq(id), event_bodies::salt.eq(salt), event_bodies::body.eq(body)))
        .execute(conn)?;
    Ok(())
}
