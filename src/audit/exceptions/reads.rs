//! What screens and guards ask of exceptions.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::db::schema::exceptions;
use crate::db::sql::{Sql, load};
use crate::db::{AnyConnection, each};
use crate::foundation::{ProjectKey, Result, Timestamp};
use crate::traces::reads::findings::dated_findings_of;
use masking::Finding;

use super::Kind;
pub use super::store::ExceptionRow;

/// Which exceptions to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only open ones, or only answered ones; none for both.
    pub open: Option<bool>,
    pub order_id: Option<String>,
    /// Only those of these orders; none for those of all.
    pub seen: Option<Vec<String>>,
    /// Only those that were opened by then.
    pub until: Option<Timestamp>,
}

/// The most exceptions that a list holds.
pub const MOST: usize = 300;

/// Exceptions: open ones first, then the newest; at most [`MOST`].
pub fn list(conn: &mut AnyConnection, project: ProjectKey, filter: &Filter) -> Result<Vec<ExceptionRow>> {
    if filter.open.is_some() {
        return newest(conn, project, filter);
    }
    // One after the other: what was answered of late takes no place from what waits for long.
    let mut rows = newest(conn, project, &Filter { open: Some(true), ..filter.clone() })?;
    rows.extend(newest(conn, project, &Filter { open: Some(false), ..filter.clone() })?);
    rows.truncate(MOST);
    Ok(rows)
}

fn newest(conn: &mut AnyConnection, project: ProjectKey, filter: &Filter) -> Result<Vec<ExceptionRow>> {
    let rows: Vec<ExceptionRow> = each!(conn, |c| {
        let mut query = exceptions::table.filter(exceptions::project.eq(project)).into_boxed();
        match filter.open {
            Some(true) => query = query.filter(exceptions::resolved_at.is_null()),
            Some(false) => query = query.filter(exceptions::resolved_at.is_not_null()),
            None => {}
        }
        if let Some(order) = &filter.order_id {
            query = query.filter(exceptions::order_id.eq(order));
        }
        if let Some(seen) = &filter.seen {
            query = query.filter(exceptions::order_id.eq_any(seen));
        }
        if let Some(until) = filter.until {
            query = query.filter(exceptions::opened_at.le(until));
        }
        query
            .order((exceptions::opened_at.desc(), exceptions::exception_id.asc()))
            .limit(i64::try_from(MOST).unwrap_or(i64::MAX))
            .select(ExceptionRow::as_select())
            .load(c)
    })?;
    Ok(rows)
}

/// One exception.
pub fn one(conn: &mut AnyConnection, project: ProjectKey, id: &str) -> Result<Option<ExceptionRow>> {
    Ok(exceptions::table.find((project, id)).select(ExceptionRow::as_select()).first(conn).optional()?)
}

/// How many findings of its kind came into its trace since it was opened: its words do not name them, and its answer is about them
/// too.
pub fn found_since(conn: &mut AnyConnection, row: &ExceptionRow) -> Result<usize> {
    if row.trace_id.is_empty() {
        return Ok(0);
    }
    let is_of_it = |finding: &Finding| Kind::of(finding).is_some_and(|kind| kind.as_str() == row.kind);
    let found = dated_findings_of(conn, row.project, &row.trace_id)?;
    Ok(found.iter().filter(|(finding, at)| is_of_it(finding) && *at > row.opened_at).count())
}

/// How many wait for an answer; of one order if one is named.
pub fn open_count(conn: &mut AnyConnection, project: ProjectKey, order_id: Option<&str>) -> Result<i64> {
    let open =
        exceptions::table.filter(exceptions::project.eq(project)).filter(exceptions::resolved_at.is_null());
    Ok(match order_id {
        Some(order) => open.filter(exceptions::order_id.eq(order)).count().get_result(conn)?,
        None => open.count().get_result(conn)?,
    })
}

#[derive(QueryableByName)]
struct KindRow {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = BigInt)]
    open: i64,
}

/// How many wait for an answer in all projects together, by the stored word of their kind. It goes through all
/// exceptions, as [`open_count`] does for a project; there are few, because each is for a person to answer.
pub fn open_by_kind(conn: &mut AnyConnection) -> Result<Vec<(String, i64)>> {
    let asking = "SELECT kind, COUNT(*) AS open FROM exceptions WHERE resolved_at IS NULL GROUP BY kind";
    let rows: Vec<KindRow> = load(conn, Sql::new(asking))?;
    Ok(rows.into_iter().map(|row| (row.kind, row.open)).collect())
}
