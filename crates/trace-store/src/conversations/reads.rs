//! Conversations: the traces that name the same session.
//!
//! In the order of their last activity; those of one user are put together from a bounded number of traces.

use std::collections::{HashMap, HashSet};

use diesel::dsl::{exists, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

use crate::db::schema::{observations, scores, sessions as stored, traces};
use crate::db::sql::whole_sum;
use crate::db::{AnyConnection, each};
use crate::foundation::page::Cursor;
use crate::foundation::{ProjectKey, Result, Timestamp};
use crate::traces::reads::{ScoreRow, TraceRow};

/// Traces looked at for the sessions of one user.
const MOST_LOOKED_AT: i64 = 4_000;

/// A session in sums. None of them is a column: [`sums`] reckons them, in the order of these fields.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct SessionSums {
    /// The session, as the client named it.
    pub session_id: String,
    pub traces: i64,
    /// Observations of all its traces.
    pub observations: i64,
    /// Observations at level ERROR.
    pub errors: i64,
    /// Tokens of all its traces.
    pub tokens: i64,
    /// Billionths of a US dollar.
    pub cost_nanos: i64,
    /// The first start.
    pub first_at: Timestamp,
    /// The last start, by which sessions are in order.
    pub last_at: Timestamp,
    /// Different users.
    pub users: i64,
    /// One of them.
    pub user: Option<String>,
}

/// A page of sessions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionPage {
    /// Last activity first.
    pub rows: Vec<SessionSums>,
    /// Where the next page begins.
    pub next: Option<Cursor>,
    /// Whether there may be more that no page shows.
    pub is_cut: bool,
}

/// Sessions of a project, last activity first.
pub fn sessions(
    conn: &mut AnyConnection,
    project: ProjectKey,
    after: Option<&Cursor>,
    most: usize,
) -> Result<SessionPage> {
    let mut query = stored::table
        .filter(stored::project.eq(project))
        .order((stored::last_at.desc(), stored::session_id.desc()))
        .select((stored::last_at, stored::session_id))
        .into_boxed();
    if let Some(after) = after {
        let same = stored::last_at.eq(after.at).and(stored::session_id.lt(&after.id));
        query = query.filter(stored::last_at.le(after.at));
        query = query.filter(stored::last_at.lt(after.at).or(same));
    }
    let limit = i64::try_from(most + 1).unwrap_or(i64::MAX);
    let mut places: Vec<(Timestamp, String)> = query.limit(limit).load(conn)?;
    let has_more = places.len() > most;
    places.truncate(most);
    let ids: Vec<&str> = places.iter().map(|(_, id)| id.as_str()).collect();
    let rows = in_order(&ids, sums(conn, project, &ids)?);
    let next = places.pop().filter(|_| has_more).map(|(at, id)| Cursor { at, id });
    Ok(SessionPage { rows, next, is_cut: false })
}

/// Sessions in which a user took part lately, newest first.
pub fn sessions_of_user(
    conn: &mut AnyConnection,
    project: ProjectKey,
    user: &str,
    most: usize,
) -> Result<SessionPage> {
    let seen: Vec<String> = traces::table
        .filter(traces::project.eq(project))
        .filter(traces::user_id.eq(user))
        .filter(traces::session_id.is_not_null())
        .order(traces::start_at.desc())
        .select(traces::session_id.assume_not_null())
        .limit(MOST_LOOKED_AT)
        .load(conn)?;
    let mut known = HashSet::new();
    let mut ids: Vec<&str> = seen.iter().map(String::as_str).filter(|id| known.insert(*id)).collect();
    let all_seen = i64::try_from(seen.len()).is_ok_and(|seen| seen < MOST_LOOKED_AT);
    let is_cut = ids.len() > most || !all_seen;
    ids.truncate(most);
    Ok(SessionPage { rows: in_order(&ids, sums(conn, project, &ids)?), next: None, is_cut })
}

fn in_order(ids: &[&str], rows: Vec<SessionSums>) -> Vec<SessionSums> {
    let mut rows: HashMap<String, SessionSums> =
        rows.into_iter().map(|row| (row.session_id.clone(), row)).collect();
    ids.iter().filter_map(|id| rows.remove(*id)).collect()
}

/// The sums of some sessions, in no order.
pub fn sums(conn: &mut AnyConnection, project: ProjectKey, sessions: &[&str]) -> Result<Vec<SessionSums>> {
    let is_sqlite = conn.is_sqlite();
    let sum = |column: &str| sql::<BigInt>(&whole_sum(is_sqlite, column));
    Ok(each!(conn, |c| traces::table
        .filter(traces::project.eq(project))
        .filter(traces::session_id.eq_any(sessions.iter().copied()))
        .group_by(traces::session_id)
        .select((
            traces::session_id.assume_not_null(),
            sql::<BigInt>("COUNT(*)"),
            sum("observation_count"),
            sum("error_count"),
            sum("total_tokens"),
            sum("cost_nanos"),
            sql::<BigInt>("MIN(start_at)"),
            sql::<BigInt>("MAX(start_at)"),
            sql::<BigInt>("COUNT(DISTINCT user_id)"),
            sql::<Nullable<Text>>("MIN(user_id)"),
        ))
        .load(c))?)
}

/// Those of some sessions of which nobody said how many tokens they took: their sum is unknown, not zero.
pub fn without_usage<'a>(
    conn: &mut AnyConnection,
    project: ProjectKey,
    rows: impl IntoIterator<Item = &'a SessionSums>,
) -> Result<HashSet<String>> {
    let empty = rows.into_iter().filter(|row| row.tokens == 0);
    let mut ids: HashSet<String> = empty.map(|row| row.session_id.clone()).collect();
    if ids.is_empty() {
        return Ok(ids);
    }
    let said = observations::table
        .filter(observations::project.eq(traces::project))
        .filter(observations::trace_id.eq(traces::trace_id))
        .filter(observations::usage_known.gt(0));
    let told: Vec<String> = each!(conn, |c| traces::table
        .filter(traces::project.eq(project))
        .filter(traces::session_id.eq_any(ids.iter().map(String::as_str)))
        .filter(exists(said))
        .select(traces::session_id.assume_not_null())
        .distinct()
        .load(c))?;
    for id in &told {
        ids.remove(id);
    }
    Ok(ids)
}

/// Traces of a session: the `limit` newest below a place, in the order of time; and whether there are earlier ones.
pub fn turns(
    conn: &mut AnyConnection,
    project: ProjectKey,
    session: &str,
    before: Option<&Cursor>,
    limit: usize,
) -> Result<(Vec<TraceRow>, bool)> {
    let mut query = traces::table
        .filter(traces::project.eq(project))
        .filter(traces::session_id.eq(session))
        .order((traces::start_at.desc(), traces::trace_id.desc()))
        .select(TraceRow::as_select())
        .into_boxed();
    if let Some(before) = before {
        let same = traces::start_at.eq(before.at).and(traces::trace_id.lt(&before.id));
        query = query.filter(traces::start_at.le(before.at));
        query = query.filter(traces::start_at.lt(before.at).or(same));
    }
    let mut rows: Vec<TraceRow> = query.limit(i64::try_from(limit + 1).unwrap_or(i64::MAX)).load(conn)?;
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    rows.reverse();
    Ok((rows, has_more))
}

/// Traces of a session behind a place, oldest first: for export.
pub fn turns_after(
    conn: &mut AnyConnection,
    project: ProjectKey,
    session: &str,
    after: &Cursor,
    limit: i64,
) -> Result<Vec<TraceRow>> {
    let same = traces::start_at.eq(after.at).and(traces::trace_id.gt(&after.id));
    Ok(traces::table
        .filter(traces::project.eq(project))
        .filter(traces::session_id.eq(session))
        .filter(traces::start_at.ge(after.at))
        .filter(traces::start_at.gt(after.at).or(same))
        .order((traces::start_at.asc(), traces::trace_id.asc()))
        .select(TraceRow::as_select())
        .limit(limit)
        .load(conn)?)
}

/// The newest trace of a session.
pub fn newest(conn: &mut AnyConnection, project: ProjectKey, session: &str) -> Result<Option<TraceRow>> {
    Ok(turns(conn, project, session, None, 1)?.0.pop())
}

/// A step of a turn worth naming: a tool call, or something that failed.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = observations)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct StepRow {
    pub trace_id: String,
    pub observation_id: String,
    pub kind: String,
    pub name: Option<String>,
    pub level: String,
    /// What the level is about.
    pub status_message: Option<String>,
}

/// Steps named on one page.
pub const MOST_STEPS: usize = 5_000;

/// The tool calls and failures of some traces, by start; at most [`MOST_STEPS`].
pub fn steps(conn: &mut AnyConnection, project: ProjectKey, trace_ids: &[&str]) -> Result<Vec<StepRow>> {
    Ok(each!(conn, |c| observations::table
        .filter(observations::project.eq(project))
        .filter(observations::trace_id.eq_any(trace_ids.iter().copied()))
        .filter(observations::kind.eq("TOOL").or(observations::level.eq("ERROR")))
        .order((observations::start_at.asc(), observations::observation_id.asc()))
        .select(StepRow::as_select())
        .limit(i64::try_from(MOST_STEPS).unwrap_or(i64::MAX))
        .load(c))?)
}

/// The first generation by start and the last by end, for traces whose top says nothing.
pub fn first_and_last_call(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
) -> Result<Option<(String, String)>> {
    let calls = || {
        observations::table
            .filter(observations::project.eq(project))
            .filter(observations::trace_id.eq(trace_id))
            .filter(observations::kind.eq("GENERATION"))
            .select(observations::observation_id)
    };
    let first: Option<String> = calls()
        .order((observations::start_at.asc(), observations::observation_id.asc()))
        .first(conn)
        .optional()?;
    let last: Option<String> = calls()
        .order((observations::start_at.desc(), observations::observation_id.desc()))
        .first(conn)
        .optional()?;
    Ok(first.zip(last))
}

/// Scores of a session shown on its page.
pub const MOST_SCORES: usize = 200;

/// The scores of a session itself, newest first; at most [`MOST_SCORES`].
pub fn scores(conn: &mut AnyConnection, project: ProjectKey, session: &str) -> Result<Vec<ScoreRow>> {
    Ok(scores::table
        .filter(scores::project.eq(project))
        .filter(scores::session_id.eq(session))
        .filter(scores::trace_id.is_null())
        .order((scores::at.desc(), scores::score_id.desc()))
        .select(ScoreRow::as_select())
        .limit(i64::try_from(MOST_SCORES).unwrap_or(i64::MAX))
        .load(conn)?)
}
