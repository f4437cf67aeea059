//! Which hours changed: whoever changes rows of observations or traces says so in the same transaction.
//!
//! A mark is a row of its own, so that writers never wait for each other. What reads sums by hour reads the rows of marked
//! hours instead (`hours`), so sums may come later but are never wrong.

use std::collections::BTreeSet;

use diesel::prelude::*;

use crate::db::schema::{call_hours, metric_marks, observation_hours, observations, trace_hours, traces};
use crate::db::{AnyConnection, Tx, each};
use crate::foundation::{ProjectKey, Result, Timestamp};

use crate::db::locks::{hour_turn, take_turns};

/// An hour, in microseconds.
pub(crate) const HOUR: i64 = 3_600_000_000;

/// Values in one statement.
const CHUNK: usize = 128;

/// The first microsecond of the hour of UTC in which a moment lies.
pub(crate) fn hour_of(micros: i64) -> i64 {
    micros.div_euclid(HOUR).saturating_mul(HOUR)
}

/// Notes that rows of these hours change.
pub(crate) fn mark(tx: &mut Tx<'_>, project: ProjectKey, hours: BTreeSet<i64>) -> Result<()> {
    let now = tx.now();
    insert(tx.conn, project, now, hours)
}

/// The same for the hours of these traces and of some moments.
pub(crate) fn mark_touched(
    tx: &mut Tx<'_>,
    project: ProjectKey,
    trace_ids: &[&str],
    moments: Vec<i64>,
) -> Result<()> {
    let mut hours: BTreeSet<i64> = moments.into_iter().map(hour_of).collect();
    for chunk in trace_ids.chunks(CHUNK) {
        hours.extend(starts_of_traces(tx.conn, project, chunk)?.into_iter().map(hour_of));
    }
    mark(tx, project, hours)
}

/// The same, and takes away the sums at once: they hold names of what is erased.
pub(crate) fn forget(
    conn: &mut AnyConnection,
    project: ProjectKey,
    now: Timestamp,
    hours: BTreeSet<i64>,
) -> Result<()> {
    // Nobody writes sums of these hours until this is committed, and then they see the marks.
    take_turns(conn, hours.iter().map(|hour| hour_turn(project, *hour)).collect())?;
    delete_sums(conn, project, &hours.iter().copied().collect::<Vec<_>>())?;
    insert(conn, project, now, hours)
}

/// Takes away the sums of some hours.
pub(crate) fn delete_sums(conn: &mut AnyConnection, project: ProjectKey, hours: &[i64]) -> Result<()> {
    macro_rules! delete {
        ($table:ident, $hours:expr) => {
            each!(conn, |c| diesel::delete($table::table)
                .filter($table::project.eq(project))
                .filter($table::start_at.eq_any($hours))
                .execute(c))?
        };
    }
    for chunk in hours.chunks(CHUNK) {
        delete!(observation_hours, chunk);
        delete!(trace_hours, chunk);
        delete!(call_hours, chunk);
    }
    Ok(())
}

/// The hours of these traces and of their observations.
pub(crate) fn of_traces(
    conn: &mut AnyConnection,
    project: ProjectKey,
    ids: &[&str],
) -> Result<BTreeSet<i64>> {
    let mut hours: BTreeSet<i64> = starts_of_traces(conn, project, ids)?.into_iter().map(hour_of).collect();
    let starts: Vec<Option<i64>> = each!(conn, |c| observations::table
        .filter(observations::project.eq(project))
        .filter(observations::trace_id.eq_any(ids))
        .select(observations::start_at)
        .load(c))?;
    hours.extend(starts.into_iter().flatten().map(hour_of));
    Ok(hours)
}

fn starts_of_traces(conn: &mut AnyConnection, project: ProjectKey, ids: &[&str]) -> Result<Vec<i64>> {
    Ok(each!(conn, |c| traces::table
        .filter(traces::project.eq(project))
        .filter(traces::trace_id.eq_any(ids))
        .select(traces::start_at)
        .load(c))?)
}

#[derive(Insertable)]
#[diesel(table_name = metric_marks)]
struct Mark {
    project: ProjectKey,
    start_at: i64,
    marked_at: Timestamp,
    is_wide: bool,
}

fn insert(
    conn: &mut AnyConnection,
    project: ProjectKey,
    marked_at: Timestamp,
    hours: BTreeSet<i64>,
) -> Result<()> {
    let rows: Vec<Mark> =
        hours.into_iter().map(|start_at| Mark { project, start_at, marked_at, is_wide: false }).collect();
    for chunk in rows.chunks(CHUNK) {
        each!(conn, |c| diesel::insert_into(metric_marks::table).values(chunk).execute(c))?;
    }
    Ok(())
}
