//! What erasing asks: how large, whose and how old traces are, and what came too late.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::db::schema::{late_traces, observations, traces};
use crate::db::{AnyConnection, each};
use crate::foundation::{ProjectKey, Result, Timestamp};

/// How many arrivals were dropped because their trace had been erased.
pub fn late_arrivals(conn: &mut AnyConnection, project: ProjectKey) -> Result<i64> {
    let counts: Vec<i64> = late_traces::table
        .filter(late_traces::project.eq(project))
        .select(late_traces::arrivals)
        .load(conn)?;
    Ok(counts.into_iter().sum())
}

/// How many observations each of these traces has; absent when no trace of that id is stored.
pub fn sizes(conn: &mut AnyConnection, project: ProjectKey, ids: &[String]) -> Result<BTreeMap<String, i64>> {
    let mut sizes = BTreeMap::new();
    for chunk in ids.chunks(128) {
        let rows: Vec<(String, i64)> = each!(conn, |c| traces::table
            .filter(traces::project.eq(project))
            .filter(traces::trace_id.eq_any(chunk))
            .select((traces::trace_id, traces::observation_count))
            .load(c))?;
        sizes.extend(rows);
    }
    Ok(sizes)
}

/// The traces that name a user, themselves or in an observation.
pub fn traces_of_user(conn: &mut AnyConnection, project: ProjectKey, user: &str) -> Result<Vec<String>> {
    let mut ids: Vec<String> = traces::table
        .filter(traces::project.eq(project))
        .filter(traces::user_id.eq(user))
        .select(traces::trace_id)
        .load(conn)?;
    let named: Vec<String> = observations::table
        .filter(observations::project.eq(project))
        .filter(observations::user_id.eq(user))
        .select(observations::trace_id)
        .distinct()
        .load(conn)?;
    ids.extend(named);
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// When a trace began, and its id.
pub type OldTrace = (Timestamp, String);

/// Traces of which nothing speaks of or came in since `before`, oldest first; the page after `after`.
pub fn older_than(
    conn: &mut AnyConnection,
    project: ProjectKey,
    before: Timestamp,
    after: Option<&OldTrace>,
    limit: i64,
) -> Result<Vec<OldTrace>> {
    let (at, id) = after.cloned().unwrap_or((Timestamp(i64::MIN), String::new()));
    let later = traces::start_at.gt(at).or(traces::start_at.eq(at).and(traces::trace_id.gt(id)));
    Ok(traces::table
        .filter(traces::project.eq(project))
        .filter(traces::start_at.lt(before))
        .filter(traces::end_at.lt(before))
        .filter(traces::last_arrival_at.lt(before))
        .filter(later)
        .order((traces::start_at.asc(), traces::trace_id.asc()))
        .limit(limit)
        .select((traces::start_at, traces::trace_id))
        .load(conn)?)
}
