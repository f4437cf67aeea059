//! What others see of traces: lists, trees, revisions. Bodies are read through [`crate::bodies`].

use diesel::prelude::*;

use crate::db::AnyConnection;
use crate::db::schema::{observations, scores as score_table, traces};
use crate::foundation::{ProjectKey, Result, Timestamp};

mod details;
mod erasing;
pub mod findings;
mod full;
pub mod listing;
mod revisions;
mod scan;
mod sent;
mod sides;
mod spans;

pub use crate::fields::{ObservationRow, TraceRow};
pub use details::{Detailed, Fetched, Pieces, detailed, pieces, role_code, small_pieces};
pub use erasing::{OldTrace, late_arrivals, older_than, sizes, traces_of_user};
pub use full::{
    Finding, ObservationFull, Position, SessionRow, TraceFull, count_rows, observation_ids, observation_page,
    observations_after, observations_by_id, observations_named, observations_of, said, score_ids,
    session_page, trace_page, traces_by_id, traces_of_session,
};

pub use revisions::{all_refs, content, current_refs, pack_bytes, refs_of_revision, trace_refs};
pub use revisions::{
    changed_observations, current_revisions, current_revisions_of, earlier_revisions, holder_of_body, image,
    record,
};
pub use scan::Scan;
pub use sent::{MOST_ARRIVALS, sent, sent_of_trace, sent_under};
pub use sides::{Top, own_pieces, tops};
pub use spans::{SpanRow, alike, price_of, silent_calls, spans, token_sums, without_usage};

/// Somebody's number or word about a trace or an observation.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable)]
#[diesel(table_name = score_table)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct ScoreRow {
    pub score_id: String,
    /// The trace it judges.
    pub trace_id: Option<String>,
    /// The observation it judges.
    pub observation_id: Option<String>,
    /// The session it judges.
    pub session_id: Option<String>,
    /// What is judged.
    pub name: String,
    /// JSON text exactly as sent.
    pub value: String,
    /// `NUMERIC`, `BOOLEAN`, `CATEGORICAL`, `TEXT`, `CORRECTION`.
    pub data_type: String,
    /// Why.
    pub comment: Option<String>,
    /// `default`, `production`, ...
    pub environment: Option<String>,
    /// When it was given.
    pub at: Timestamp,
    /// The account by whose key it came, or `system`.
    pub author: String,
}

/// The newest traces of a project by start.
pub fn newest(conn: &mut AnyConnection, project: ProjectKey, limit: i64) -> Result<Vec<TraceRow>> {
    Ok(traces::table
        .filter(traces::project.eq(project))
        .order((traces::start_at.desc(), traces::trace_id.desc()))
        .select(TraceRow::as_select())
        .limit(limit)
        .load(conn)?)
}

/// One trace.
pub fn trace(conn: &mut AnyConnection, project: ProjectKey, trace_id: &str) -> Result<Option<TraceRow>> {
    Ok(traces::table.find((project, trace_id)).select(TraceRow::as_select()).first(conn).optional()?)
}

/// Up to `limit` traces whose id begins with these hex digits, by id. Other beginnings are not looked for: only of these it is known, in any
/// order of letters that a database has, between which ids they stand.
pub fn beginning(
    conn: &mut AnyConnection,
    project: ProjectKey,
    prefix: &str,
    limit: i64,
) -> Result<Vec<TraceRow>> {
    let is_hex = |c: char| c.is_ascii_hexdigit() || c == '-';
    if prefix.is_empty() || !prefix.chars().all(is_hex) {
        return Ok(Vec::new());
    }
    // Every hex digit and the dash stand before `g`.
    let end = format!("{prefix}g");
    let mut rows: Vec<TraceRow> = traces::table
        .filter(traces::project.eq(project))
        .filter(traces::trace_id.ge(prefix.to_owned()))
        .filter(traces::trace_id.lt(end))
        .order(traces::trace_id.asc())
        .select(TraceRow::as_select())
        .limit(limit)
        .load(conn)?;
    rows.retain(|row| row.trace_id.starts_with(prefix));
    Ok(rows)
}

/// Whether the trace is known.
pub fn exists_trace(conn: &mut AnyConnection, project: ProjectKey, trace_id: &str) -> Result<bool> {
    let found = traces::table.find((project, trace_id)).select(traces::trace_id).first::<String>(conn);
    Ok(found.optional()?.is_some())
}

/// Whether the observation is known.
pub fn exists(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    observation_id: &str,
) -> Result<bool> {
    let found = observations::table
        .find((project, trace_id, observation_id))
        .select(observations::observation_id)
        .first::<String>(conn);
    Ok(found.optional()?.is_some())
}

/// The trace that holds an observation; of several the first by id.
pub fn trace_of_observation(
    conn: &mut AnyConnection,
    project: ProjectKey,
    observation_id: &str,
) -> Result<Option<String>> {
    let homes = super::store::rows::load_homes(conn, project, &[observation_id])?;
    Ok(homes.into_iter().map(|(_, trace_id)| trace_id).min())
}

/// The observations of a trace, by start; those without a start last.
pub fn observations(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
) -> Result<Vec<ObservationRow>> {
    let mut rows: Vec<ObservationRow> = observations::table
        .filter(observations::project.eq(project))
        .filter(observations::trace_id.eq(trace_id))
        .select(ObservationRow::as_select())
        .load(conn)?;
    rows.sort_by(|a, b| {
        let key = |row: &ObservationRow| (row.start_at.is_none(), row.start_at);
        key(a).cmp(&key(b)).then_with(|| a.observation_id.cmp(&b.observation_id))
    });
    Ok(rows)
}

/// One observation.
pub fn observation(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    observation_id: &str,
) -> Result<Option<ObservationRow>> {
    Ok(observations::table
        .find((project, trace_id, observation_id))
        .select(ObservationRow::as_select())
        .first(conn)
        .optional()?)
}

/// The scores of a trace and its observations, oldest first.
pub fn scores_of(conn: &mut AnyConnection, project: ProjectKey, trace_id: &str) -> Result<Vec<ScoreRow>> {
    Ok(score_table::table
        .filter(score_table::project.eq(project))
        .filter(score_table::trace_id.eq(trace_id))
        .order((score_table::at.asc(), score_table::score_id.asc()))
        .select(ScoreRow::as_select())
        .load(conn)?)
}

/// The first scores of one observation, oldest first.
pub fn scores_of_observation(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    observation_id: &str,
    limit: i64,
) -> Result<Vec<ScoreRow>> {
    Ok(score_table::table
        .filter(score_table::project.eq(project))
        .filter(score_table::trace_id.eq(trace_id))
        .filter(score_table::observation_id.eq(observation_id))
        .order((score_table::at.asc(), score_table::score_id.asc()))
        .limit(limit)
        .select(ScoreRow::as_select())
        .load(conn)?)
}

/// The newest scores of a trace and its observations, the newest last, and how many there are.
pub fn newest_scores_of(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    limit: i64,
) -> Result<(Vec<ScoreRow>, i64)> {
    let of_trace = || {
        score_table::table.filter(score_table::project.eq(project)).filter(score_table::trace_id.eq(trace_id))
    };
    let total: i64 = of_trace().count().get_result(conn)?;
    let mut rows: Vec<ScoreRow> = of_trace()
        .order((score_table::at.desc(), score_table::score_id.desc()))
        .limit(limit)
        .select(ScoreRow::as_select())
        .load(conn)?;
    rows.reverse();
    Ok((rows, total))
}

/// Whether the trace is known and nothing of it was stored at or after `before`.
pub fn is_quiet_since(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    before: Timestamp,
) -> Result<bool> {
    Ok(trace(conn, project, trace_id)?.is_some_and(|row| row.last_arrival_at < before))
}
