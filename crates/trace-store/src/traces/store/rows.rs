//! Rows of traces as they are stored, and the statements that put them in.

use diesel::prelude::*;

use crate::db::schema::{arrivals, observations, packs, receipts, revisions, scores, traces};
use crate::db::{AnyConnection, each};
use crate::foundation::{ProjectKey, Result};
use crate::traces::reads::{ObservationRow, TraceRow};

/// A row of `observations`: what is shown of it, and the rest.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = observations, treat_none_as_default_value = false)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct StoredObservation {
    pub project: ProjectKey,
    #[diesel(embed)]
    pub shown: ObservationRow,
    pub scope: Option<String>,
    pub image: Vec<u8>,
    pub price: Option<String>,
    pub input_nanos: Option<i64>,
    pub output_nanos: Option<i64>,
    /// Which of tenant, agent, persona, workflow and stage it took over from above, one bit for each.
    pub inherited: i16,
    /// How its quality gate ended: `passed`, `failed`, or a word of the client's own.
    pub gate: Option<String>,
    /// What it is beyond its kind, as JSON of a [`trace_model::fact::Fact`].
    pub fact: Option<String>,
}

impl StoredObservation {
    /// Whether it is a call of a model.
    pub(super) fn calls_a_model(&self) -> bool {
        is_call(&self.shown.kind)
    }
}

/// Whether observations of this kind are calls of a model.
pub(super) fn is_call(kind: &str) -> bool {
    matches!(kind, "GENERATION" | "EMBEDDING")
}

/// A row of `traces`: what is shown of it, and the rest.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = traces, treat_none_as_default_value = false)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct StoredTrace {
    pub project: ProjectKey,
    #[diesel(embed)]
    pub shown: TraceRow,
    pub state: Vec<u8>,
    pub refs: Vec<u8>,
    pub llm_count: i64,
    pub packs: Vec<u8>,
    /// Whether what its rows come to is in the series.
    pub measured: bool,
}

impl StoredTrace {
    /// Whether it belongs to a conversation.
    pub(super) fn is_in_session(&self) -> bool {
        self.shown.session_id.is_some()
    }
}

/// A row of `packs`.
#[derive(Clone, Debug, PartialEq, Insertable)]
#[diesel(table_name = packs, treat_none_as_default_value = false)]
pub struct StoredPack {
    pub project: ProjectKey,
    pub pack: Vec<u8>,
    pub trace_id: String,
    pub bytes: Vec<u8>,
    pub raw_len: i64,
    pub scope: Option<String>,
    pub directory: Option<Vec<u8>>,
}

/// A row of `receipts`.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = receipts, treat_none_as_default_value = false)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct StoredReceipt {
    pub project: ProjectKey,
    pub pack: Vec<u8>,
    pub salt: Vec<u8>,
    pub revisions: Vec<u8>,
    pub received_at: i64,
    pub event_id: Option<String>,
}

/// A row of `arrivals`.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = arrivals, treat_none_as_default_value = false)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct StoredArrival {
    pub project: ProjectKey,
    pub trace_id: String,
    pub observation_id: String,
    pub digest: Vec<u8>,
    pub event_id: Option<String>,
    pub event_ns: i64,
    pub refs: Vec<u8>,
}

/// A row of `revisions`.
#[derive(Clone, Debug, PartialEq, Insertable)]
#[diesel(table_name = revisions, treat_none_as_default_value = false)]
pub struct StoredRevision {
    pub project: ProjectKey,
    pub trace_id: String,
    pub observation_id: String,
    pub digest: Vec<u8>,
    pub refs: Vec<u8>,
    pub superseded_at: i64,
}

/// A row of `scores`.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = scores, treat_none_as_default_value = false)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct StoredScore {
    pub project: ProjectKey,
    pub score_id: String,
    pub trace_id: Option<String>,
    pub observation_id: Option<String>,
    pub session_id: Option<String>,
    pub name: String,
    pub value: String,
    pub data_type: String,
    pub comment: Option<String>,
    pub environment: Option<String>,
    pub at: i64,
    pub author: String,
    pub parts: Vec<u8>,
    pub source: String,
    pub number: Option<f64>,
    pub word: Option<String>,
    pub config_id: Option<String>,
    pub queue_id: Option<String>,
    pub dataset_run_id: Option<String>,
    pub metadata: Option<String>,
    pub created_at: i64,
    pub updated_at: i64,
}

/// Rows in one statement: enough to be quick, few enough for both databases' limits on parameters.
pub(super) const CHUNK: usize = 128;

/// Rows in one statement on SQLite. A statement of a fixed number of rows stays prepared: a third of the writer's time went
/// into reading the text of one of any number.
const BLOCK: usize = 16;

/// Inserts rows: blocks on SQLite, the rest one by one; few long statements on PostgreSQL, where a round trip counts.
macro_rules! insert {
    ($conn:expr, $table:ident, $rows:expr, |$insert:ident| $statement:expr) => {
        match $conn {
            AnyConnection::Sqlite(c) => {
                let (blocks, rest) = $rows.as_chunks::<BLOCK>();
                for block in blocks {
                    let $insert = diesel::insert_into($table::table).values(block);
                    $statement.execute(c)?;
                }
                for row in rest {
                    let $insert = diesel::insert_into($table::table).values(row);
                    $statement.execute(c)?;
                }
            }
            AnyConnection::Postgres(c) => {
                for chunk in $rows.chunks(CHUNK) {
                    let $insert = diesel::insert_into($table::table).values(chunk);
                    $statement.execute(c)?;
                }
            }
        }
    };
}

pub(super) fn insert_observations(conn: &mut AnyConnection, rows: &[StoredObservation]) -> Result<()> {
    insert!(conn, observations, rows, |insert| insert);
    Ok(())
}

pub(super) fn insert_traces(conn: &mut AnyConnection, rows: &[StoredTrace]) -> Result<()> {
    insert!(conn, traces, rows, |insert| insert);
    Ok(())
}

pub(super) fn insert_packs(conn: &mut AnyConnection, rows: &[StoredPack]) -> Result<()> {
    insert!(conn, packs, rows, |insert| insert);
    Ok(())
}

pub(super) fn insert_receipts(conn: &mut AnyConnection, rows: &[StoredReceipt]) -> Result<()> {
    insert!(conn, receipts, rows, |insert| insert);
    Ok(())
}

pub(super) fn insert_scores(conn: &mut AnyConnection, rows: &[StoredScore]) -> Result<()> {
    insert!(conn, scores, rows, |insert| insert);
    Ok(())
}

/// Like the other inserts, for rows that a repeat may bring again.
pub(super) fn insert_arrivals_once(conn: &mut AnyConnection, rows: &[StoredArrival]) -> Result<()> {
    insert!(conn, arrivals, rows, |insert| insert.on_conflict_do_nothing());
    Ok(())
}

/// A state may come back that was there before (an update undone by another); its first row stays.
pub(super) fn insert_revisions_once(conn: &mut AnyConnection, rows: &[StoredRevision]) -> Result<()> {
    insert!(conn, revisions, rows, |insert| insert.on_conflict_do_nothing());
    Ok(())
}

pub(super) fn load_traces(
    conn: &mut AnyConnection,
    project: ProjectKey,
    ids: &[&str],
) -> Result<Vec<StoredTrace>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        found.extend(each!(conn, |c| traces::table
            .filter(traces::project.eq(project))
            .filter(traces::trace_id.eq_any(chunk.iter().copied()))
            .select(StoredTrace::as_select())
            .load(c))?);
    }
    Ok(found)
}

/// The traces that hold these observations, as (observation, trace), sorted.
pub(crate) fn load_homes(
    conn: &mut AnyConnection,
    project: ProjectKey,
    ids: &[&str],
) -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        let homes: Vec<(String, String)> = each!(conn, |c| observations::table
            .filter(observations::project.eq(project))
            .filter(observations::observation_id.eq_any(chunk.iter().copied()))
            .order((observations::observation_id.asc(), observations::trace_id.asc()))
            .select((observations::observation_id, observations::trace_id))
            .load(c))?;
        found.extend(homes);
    }
    Ok(found)
}

/// Of a trace: the observations with these ids.
pub(super) fn load_observations(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    ids: &[&str],
) -> Result<Vec<StoredObservation>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        found.extend(each!(conn, |c| observations::table
            .filter(observations::project.eq(project))
            .filter(observations::trace_id.eq(trace_id))
            .filter(observations::observation_id.eq_any(chunk.iter().copied()))
            .select(StoredObservation::as_select())
            .load(c))?);
    }
    Ok(found)
}

pub(super) fn load_arrivals(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    ids: &[&str],
) -> Result<Vec<StoredArrival>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        found.extend(each!(conn, |c| arrivals::table
            .filter(arrivals::project.eq(project))
            .filter(arrivals::trace_id.eq(trace_id))
            .filter(arrivals::observation_id.eq_any(chunk.iter().copied()))
            .select(StoredArrival::as_select())
            .load(c))?);
    }
    Ok(found)
}

pub(super) fn load_scores(
    conn: &mut AnyConnection,
    project: ProjectKey,
    ids: &[&str],
) -> Result<Vec<StoredScore>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        found.extend(each!(conn, |c| scores::table
            .filter(scores::project.eq(project))
            .filter(scores::score_id.eq_any(chunk.iter().copied()))
            .select(StoredScore::as_select())
            .load(c))?);
    }
    Ok(found)
}

pub(super) fn delete_traces(conn: &mut AnyConnection, project: ProjectKey, ids: &[&str]) -> Result<()> {
    for chunk in ids.chunks(CHUNK) {
        each!(conn, |c| diesel::delete(traces::table)
            .filter(traces::project.eq(project))
            .filter(traces::trace_id.eq_any(chunk.iter().copied()))
            .execute(c))?;
    }
    Ok(())
}

pub(super) fn delete_observations(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    ids: &[&str],
) -> Result<()> {
    for chunk in ids.chunks(CHUNK) {
        each!(conn, |c| diesel::delete(observations::table)
            .filter(observations::project.eq(project))
            .filter(observations::trace_id.eq(trace_id))
            .filter(observations::observation_id.eq_any(chunk.iter().copied()))
            .execute(c))?;
    }
    Ok(())
}

pub(super) fn delete_scores(conn: &mut AnyConnection, project: ProjectKey, ids: &[&str]) -> Result<()> {
    for chunk in ids.chunks(CHUNK) {
        each!(conn, |c| diesel::delete(scores::table)
            .filter(scores::project.eq(project))
            .filter(scores::score_id.eq_any(chunk.iter().copied()))
            .execute(c))?;
    }
    Ok(())
}

/// Receipts that no event names yet, oldest first.
pub(crate) fn waiting_receipts(conn: &mut AnyConnection, limit: i64) -> Result<Vec<StoredReceipt>> {
    Ok(receipts::table
        .filter(receipts::event_id.is_null())
        .order(receipts::received_at.asc())
        .limit(limit)
        .select(StoredReceipt::as_select())
        .load(conn)?)
}

/// Remembers the event that names these packs.
pub(crate) fn mark_received(
    conn: &mut AnyConnection,
    waiting: &[StoredReceipt],
    event_id: &str,
) -> Result<()> {
    for chunk in waiting.chunk_by(|a, b| a.project == b.project).flat_map(|same| same.chunks(CHUNK)) {
        let Some(first) = chunk.first() else { continue };
        let packs: Vec<&[u8]> = chunk.iter().map(|row| row.pack.as_slice()).collect();
        each!(conn, |c| diesel::update(receipts::table)
            .filter(receipts::project.eq(first.project))
            .filter(receipts::pack.eq_any(packs))
            .set(receipts::event_id.eq(Some(event_id)))
            .execute(c))?;
    }
    Ok(())
}
