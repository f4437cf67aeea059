//! Rows of `unknown_places`.

use diesel::prelude::*;

use crate::db::schema::unknown_places;
use crate::db::{AnyConnection, each};
use crate::foundation::{ProjectKey, Result, Timestamp};

use super::Why;

/// Traces in one statement.
const CHUNK: usize = 128;

/// A name that fits nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownPlace {
    pub trace_id: String,
    /// As the trace names it.
    pub named: String,
    pub why: Why,
    /// When it came.
    pub at: Timestamp,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = unknown_places)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
struct Row {
    trace_id: String,
    named: String,
    why: String,
    at: Timestamp,
}

impl From<Row> for UnknownPlace {
    fn from(row: Row) -> Self {
        Self { why: Why::parse(&row.why), trace_id: row.trace_id, named: row.named, at: row.at }
    }
}

/// Notes a name; one that is noted already is told by what is the matter with it now.
pub(super) fn note(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    named: &str,
    why: Why,
    at: Timestamp,
) -> Result<()> {
    let row = (
        unknown_places::project.eq(project),
        unknown_places::trace_id.eq(trace_id),
        unknown_places::named.eq(named),
        unknown_places::why.eq(why.as_str()),
        unknown_places::at.eq(at),
    );
    each!(conn, |c| diesel::insert_into(unknown_places::table)
        .values(row)
        .on_conflict((unknown_places::project, unknown_places::trace_id, unknown_places::named))
        .do_update()
        .set(unknown_places::why.eq(why.as_str()))
        .execute(c))?;
    Ok(())
}

/// Forgets one name of a trace.
pub(super) fn forget_name(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    named: &str,
) -> Result<()> {
    diesel::delete(unknown_places::table.find((project, trace_id, named))).execute(conn)?;
    Ok(())
}

pub(super) fn newest(conn: &mut AnyConnection, project: ProjectKey, limit: i64) -> Result<Vec<UnknownPlace>> {
    let rows: Vec<Row> = unknown_places::table
        .filter(unknown_places::project.eq(project))
        .order((unknown_places::at.desc(), unknown_places::trace_id.asc(), unknown_places::named.asc()))
        .limit(limit)
        .select(Row::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(UnknownPlace::from).collect())
}

pub(super) fn of_trace(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    limit: i64,
) -> Result<Vec<UnknownPlace>> {
    let rows: Vec<Row> = unknown_places::table
        .filter(unknown_places::project.eq(project))
        .filter(unknown_places::trace_id.eq(trace_id))
        .order(unknown_places::named.asc())
        .limit(limit)
        .select(Row::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(UnknownPlace::from).collect())
}

/// How many there are, counted up to a bound.
pub fn count(conn: &mut AnyConnection, project: ProjectKey, bound: i64) -> Result<usize> {
    let found: Vec<i64> = unknown_places::table
        .filter(unknown_places::project.eq(project))
        .limit(bound)
        .select(unknown_places::at)
        .load(conn)?;
    Ok(found.len())
}

/// Forgets what some traces named.
pub fn forget(conn: &mut AnyConnection, project: ProjectKey, traces: &[String]) -> Result<()> {
    for chunk in traces.chunks(CHUNK) {
        each!(conn, |c| diesel::delete(unknown_places::table)
            .filter(unknown_places::project.eq(project))
            .filter(unknown_places::trace_id.eq_any(chunk))
            .execute(c))?;
    }
    Ok(())
}
