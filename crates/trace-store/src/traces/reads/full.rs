//! Rows with all that is stored of them, for the reading API: pages by condition and order, walks by position.

use std::collections::HashMap;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::db::schema::{observations, scores, sessions, traces};
use crate::db::sql::{Sql, count};
use crate::db::{AnyConnection, each};
use crate::foundation::page::Cursor;
use crate::foundation::{ProjectKey, Result, Timestamp};
use crate::traces::store;
use packing::Refs;
use trace_model::merge::Trace;

use super::scan::{Part, Scan};
use super::{ObservationRow, TraceRow};

/// Values in one statement; both databases take more.
const CHUNK: usize = 200;

/// A trace's row and what else is stored of it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = traces)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct TraceFull {
    #[diesel(embed)]
    pub row: TraceRow,
    state: Vec<u8>,
    refs: Vec<u8>,
}

impl TraceFull {
    /// What its arrivals said of it: metadata, whether it is public.
    pub fn said(&self) -> Result<Trace> {
        store::trace_said(&self.state)
    }

    /// Where its own input and output lie.
    pub fn pieces(&self) -> Result<Refs> {
        Refs::decode(&self.refs)
    }
}

/// What the arrivals of a trace said of it, from its stored state.
pub fn said(state: &[u8]) -> Result<Trace> {
    store::trace_said(state)
}

/// An observation's row and what else is stored of it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = observations)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct ObservationFull {
    #[diesel(embed)]
    pub row: ObservationRow,
    /// Which of our prices computed the cost; none when the client said it.
    pub price: Option<String>,
    image: Vec<u8>,
}

impl ObservationFull {
    /// Where its image and bodies lie.
    pub fn pieces(&self) -> Result<Refs> {
        Refs::decode(&self.image)
    }

    /// Bytes of its image and bodies together.
    pub fn stored_len(&self) -> Result<u64> {
        let pieces = self.pieces()?.pieces;
        Ok(pieces.iter().map(|piece| piece.body.map_or(piece.len, |body| body.len)).sum())
    }
}

/// A conversation.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = sessions)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct SessionRow {
    /// Its id, as the client gave it.
    pub session_id: String,
    /// `default`, `production`, ...
    pub environment: Option<String>,
    /// When its first trace was stored.
    pub created_at: Timestamp,
}

/// Rows of one table that meet a condition, in an order of SQL columns.
macro_rules! page {
    ($conn:expr, $table:ident, $row:ty, $clause:expr, $order:expr, $offset:expr, $limit:expr) => {
        Ok(each!($conn, |c| $table::table
            .filter($clause.clone())
            .order(sql::<Text>($order))
            .offset($offset)
            .limit($limit)
            .select(<$row>::as_select())
            .load(c))?)
    };
}

/// Traces of a scan, in this order of SQL columns, from `offset` on.
pub fn trace_page(
    conn: &mut AnyConnection,
    scan: &Scan,
    finding: Finding,
    order: &str,
    offset: i64,
    limit: i64,
) -> Result<Vec<TraceFull>> {
    let order = &finding.order(order);
    // Parts of time follow each other in one order only.
    let finding = if order.starts_with("traces.start_at DESC") { finding } else { Finding::ThenSort };
    part_by_part(conn, scan, finding, offset, limit, |conn, part, offset, limit| {
        page!(conn, traces, TraceFull, part.clause, order, offset, limit)
    })
}

/// Rows from `offset` on, read from one part after the other.
fn part_by_part<R>(
    conn: &mut AnyConnection,
    scan: &Scan,
    finding: Finding,
    mut offset: i64,
    limit: i64,
    mut read: impl FnMut(&mut AnyConnection, &Part, i64, i64) -> Result<Vec<R>>,
) -> Result<Vec<R>> {
    let mut found = Vec::new();
    scan.each_part(conn, finding, |conn, part| {
        let left = limit - i64::try_from(found.len()).unwrap_or(limit);
        let rows = read(conn, part, offset, left)?;
        offset = match offset {
            0 => 0,
            _ if !rows.is_empty() => 0,
            _ => offset - count(conn, scan.table(), &part.clause, offset)?,
        };
        found.extend(rows);
        Ok(i64::try_from(found.len()).is_ok_and(|found| found >= limit))
    })?;
    Ok(found)
}

/// How many rows a scan has, counted up to `bound`.
pub fn count_rows(conn: &mut AnyConnection, scan: &Scan, finding: Finding, bound: i64) -> Result<i64> {
    let mut counted = 0;
    scan.each_part(conn, finding, |conn, part| {
        counted += count(conn, scan.table(), &part.clause, bound - counted)?;
        Ok(counted >= bound)
    })?;
    Ok(counted)
}

/// Traces of a session behind a place, oldest first; each place is a start and an id.
pub fn traces_of_session(
    conn: &mut AnyConnection,
    project: ProjectKey,
    session: &str,
    after: &Cursor,
    limit: i64,
) -> Result<Vec<TraceFull>> {
    let of = Sql::new("traces.project = ").whole(project.0).sql(" AND traces.session_id = ").text(session);
    // The first half is what the index is walked by.
    let behind = Sql::new(" traces.start_at >= ").whole(after.at.0).sql(" AND (traces.start_at > ");
    let behind = behind.whole(after.at.0).sql(" OR traces.trace_id > ").text(&after.id).sql(")");
    let clause = Sql::all(vec![of, behind]);
    page!(conn, traces, TraceFull, clause, "traces.start_at ASC, traces.trace_id ASC", 0, limit)
}

/// The traces with these ids.
pub fn traces_by_id(conn: &mut AnyConnection, project: ProjectKey, ids: &[&str]) -> Result<Vec<TraceFull>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        found.extend(each!(conn, |c| traces::table
            .filter(traces::project.eq(project))
            .filter(traces::trace_id.eq_any(chunk.iter().copied()))
            .select(TraceFull::as_select())
            .load(c))?);
    }
    Ok(found)
}

/// How rows are found. SQLite always walks the index that gives the order, even past a million rows for a handful.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Along the starts, until there are enough.
    ByStart,
    /// By what the condition names, then sorted: for few.
    ThenSort,
}

impl Finding {
    /// The order of SQL columns; the plus keeps the index of starts out.
    pub fn order(self, order: &str) -> String {
        match self {
            Self::ByStart => order.to_owned(),
            Self::ThenSort
                if order.starts_with("observations.start_at") || order.starts_with("traces.start_at") =>
            {
                format!("+{order}")
            }
            Self::ThenSort => order.to_owned(),
        }
    }
}

/// Observations of a scan, newest start first and those without a start last, from `offset` on.
pub fn observation_page(
    conn: &mut AnyConnection,
    scan: &Scan,
    finding: Finding,
    offset: i64,
    limit: i64,
) -> Result<Vec<ObservationFull>> {
    part_by_part(conn, scan, finding, offset, limit, |conn, part, offset, limit| {
        observations_in(conn, part, finding, offset, limit)
    })
}

fn observations_in(
    conn: &mut AnyConnection,
    part: &Part,
    finding: Finding,
    offset: i64,
    limit: i64,
) -> Result<Vec<ObservationFull>> {
    let order = if part.is_started { finding.order(NEWEST_FIRST) } else { UNSTARTED.to_owned() };
    page!(conn, observations, ObservationFull, part.clause, &order, offset, limit)
}

const NEWEST_FIRST: &str =
    "observations.start_at DESC, observations.trace_id DESC, observations.observation_id DESC";

/// The same for rows without a start; joined to nothing, the trace's id keeps its index out.
const UNSTARTED: &str = "observations.trace_id || '' DESC, observations.observation_id DESC";

/// Where a walk over observations stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The start of the last one seen; none among those whose start is unknown, which come last.
    pub at: Option<Timestamp>,
    pub trace_id: String,
    pub observation_id: String,
}

/// Observations of a scan, newest start first, those without a start last; the ones after a position.
pub fn observations_after(
    conn: &mut AnyConnection,
    scan: &Scan,
    finding: Finding,
    after: Option<&Position>,
    limit: i64,
) -> Result<Vec<ObservationFull>> {
    let Some(after) = after else { return observation_page(conn, scan, finding, 0, limit) };
    let until = after.at.map_or(i64::MIN, |at| at.0.saturating_add(1));
    part_by_part(conn, &scan.until(until), finding, 0, limit, |conn, part, _, limit| {
        let behind = match (part.is_started, after.at) {
            (true, Some(at)) => below(at, after),
            (true, None) => return Ok(Vec::new()),
            (false, Some(_)) => return observations_in(conn, part, finding, 0, limit),
            (false, None) => below_ids(after),
        };
        let clause = Sql::all(vec![part.clause.clone(), behind]);
        observations_in(conn, &Part { clause, ..*part }, finding, 0, limit)
    })
}

/// The first half is what the index is walked by.
fn below(at: Timestamp, after: &Position) -> Sql {
    Sql::new("observations.start_at <= ")
        .whole(at.0)
        .sql(" AND (observations.start_at < ")
        .whole(at.0)
        .sql(" OR ")
        .clause(below_ids(after))
        .sql(")")
}

fn below_ids(after: &Position) -> Sql {
    Sql::new("observations.trace_id < ")
        .text(&after.trace_id)
        .sql(" OR (observations.trace_id = ")
        .text(&after.trace_id)
        .sql(" AND observations.observation_id < ")
        .text(&after.observation_id)
        .sql(")")
}

/// All observations of a trace, by start; those without a start last.
pub fn observations_of(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
) -> Result<Vec<ObservationFull>> {
    let mut rows: Vec<ObservationFull> = observations::table
        .filter(observations::project.eq(project))
        .filter(observations::trace_id.eq(trace_id))
        .select(ObservationFull::as_select())
        .load(conn)?;
    rows.sort_by(|a, b| {
        let key = |full: &ObservationFull| (full.row.start_at.is_none(), full.row.start_at);
        key(a).cmp(&key(b)).then_with(|| a.row.observation_id.cmp(&b.row.observation_id))
    });
    Ok(rows)
}

/// The observations of one trace with these ids, in the order of the ids; those that are not there are left out.
pub fn observations_named(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    ids: &[String],
) -> Result<Vec<ObservationFull>> {
    let mut found: HashMap<String, ObservationFull> = HashMap::new();
    for chunk in ids.chunks(CHUNK) {
        let rows: Vec<ObservationFull> = each!(conn, |c| observations::table
            .filter(observations::project.eq(project))
            .filter(observations::trace_id.eq(trace_id))
            .filter(observations::observation_id.eq_any(chunk))
            .select(ObservationFull::as_select())
            .load(c))?;
        found.extend(rows.into_iter().map(|full| (full.row.observation_id.clone(), full)));
    }
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// The observations with these ids in these traces; ids of one trace may repeat in another.
pub fn observations_by_id(
    conn: &mut AnyConnection,
    project: ProjectKey,
    keys: &[(String, String)],
) -> Result<Vec<ObservationFull>> {
    let mut found: Vec<ObservationFull> = Vec::new();
    for chunk in keys.chunks(CHUNK) {
        let traces = chunk.iter().map(|(trace, _)| trace.as_str());
        let ids = chunk.iter().map(|(_, id)| id.as_str());
        found.extend(each!(conn, |c| observations::table
            .filter(observations::project.eq(project))
            .filter(observations::trace_id.eq_any(traces))
            .filter(observations::observation_id.eq_any(ids))
            .select(ObservationFull::as_select())
            .load(c))?);
    }
    found.retain(|full| {
        keys.iter().any(|(trace, id)| *trace == full.row.trace_id && *id == full.row.observation_id)
    });
    Ok(found)
}

/// The ids of the observations of these traces, by trace.
pub fn observation_ids(
    conn: &mut AnyConnection,
    project: ProjectKey,
    traces: &[&str],
) -> Result<HashMap<String, Vec<String>>> {
    let mut found: HashMap<String, Vec<String>> = HashMap::new();
    for chunk in traces.chunks(CHUNK) {
        let rows: Vec<(String, String)> = each!(conn, |c| observations::table
            .filter(observations::project.eq(project))
            .filter(observations::trace_id.eq_any(chunk.iter().copied()))
            .order((observations::trace_id.asc(), observations::observation_id.asc()))
            .select((observations::trace_id, observations::observation_id))
            .load(c))?;
        rows.into_iter().for_each(|(trace, id)| found.entry(trace).or_default().push(id));
    }
    Ok(found)
}

/// The ids of the scores of these traces, by trace.
pub fn score_ids(
    conn: &mut AnyConnection,
    project: ProjectKey,
    traces: &[&str],
) -> Result<HashMap<String, Vec<String>>> {
    let mut found: HashMap<String, Vec<String>> = HashMap::new();
    for chunk in traces.chunks(CHUNK) {
        let rows: Vec<(Option<String>, String)> = each!(conn, |c| scores::table
            .filter(scores::project.eq(project))
            .filter(scores::trace_id.eq_any(chunk.iter().copied()))
            .order((scores::at.asc(), scores::score_id.asc()))
            .select((scores::trace_id, scores::score_id))
            .load(c))?;
        rows.into_iter().for_each(|(trace, id)| found.entry(trace.unwrap_or_default()).or_default().push(id));
    }
    Ok(found)
}

/// Sessions that meet a condition, the one spoken in last first.
pub fn session_page(
    conn: &mut AnyConnection,
    clause: &Sql,
    offset: i64,
    limit: i64,
) -> Result<Vec<SessionRow>> {
    page!(
        conn,
        sessions,
        SessionRow,
        clause,
        "sessions.last_at DESC, sessions.session_id DESC",
        offset,
        limit
    )
}
