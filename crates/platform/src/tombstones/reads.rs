//! Whether a trace was erased, and the history of erasures.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::db::schema::{erased_traces, erasures};
use crate::db::{AnyConnection, each};
use crate::foundation::{ProjectKey, Result, Timestamp};

use super::model::trace_mark;

/// What is known of an erased trace.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = erasures)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct Tombstone {
    #[diesel(select_expression = erased_traces::at)]
    pub at: Timestamp,
    /// By whom: the name at that time.
    #[diesel(column_name = by_name)]
    pub by: String,
    pub reason: String,
    pub event_id: String,
}

impl Tombstone {
    /// One sentence for a page.
    pub fn sentence(&self) -> String {
        format!("Erased on {} by {}: {}", self.at.to_minute(), self.by, self.reason)
    }
}

/// The tombstone of a trace, if it was erased.
pub fn tombstone(conn: &mut AnyConnection, project: ProjectKey, trace_id: &str) -> Result<Option<Tombstone>> {
    Ok(tombstones(conn, project, &[trace_id])?.remove(trace_id))
}

/// The tombstones among some traces, by trace id.
pub fn tombstones(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_ids: &[&str],
) -> Result<BTreeMap<String, Tombstone>> {
    let marks: BTreeMap<Vec<u8>, &str> =
        trace_ids.iter().map(|id| (trace_mark(project, id).0.to_vec(), *id)).collect();
    let keys: Vec<&[u8]> = marks.keys().map(Vec::as_slice).collect();
    let mut found = BTreeMap::new();
    for chunk in keys.chunks(128) {
        let rows: Vec<(Vec<u8>, Tombstone)> = each!(conn, |c| erased_traces::table
            .inner_join(
                erasures::table.on(erasures::project
                    .eq(erased_traces::project)
                    .and(erasures::event_id.eq(erased_traces::event_id)))
            )
            .filter(erased_traces::project.eq(project))
            .filter(erased_traces::trace.eq_any(chunk))
            .select((erased_traces::trace, Tombstone::as_select()))
            .load(c))?;
        for (mark, tombstone) in rows {
            if let Some(id) = marks.get(&mark) {
                found.insert((*id).to_owned(), tombstone);
            }
        }
    }
    Ok(found)
}

/// One request or nightly run that erased something.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = erasures)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct Erasure {
    /// When it ended.
    pub at: Timestamp,
    #[diesel(column_name = by_name)]
    pub by: String,
    /// `hand`, `user` or `retention`.
    pub why: String,
    pub reason: String,
    /// Its first event.
    pub event_id: String,
    pub traces: i64,
    pub observations: i64,
    pub scores: i64,
}

/// The newest requests and nightly runs that erased something, at most `limit`; the events of one are added up.
pub fn erasures(conn: &mut AnyConnection, project: ProjectKey, limit: i64) -> Result<Vec<Erasure>> {
    let last = diesel::dsl::max(erasures::event_id);
    let newest: Vec<(String, Option<String>)> = erasures::table
        .filter(erasures::project.eq(project))
        .group_by(erasures::run)
        .select((erasures::run, last))
        .order(last.desc())
        .limit(limit)
        .load(conn)?;
    let mut found = Vec::new();
    for (run, _) in newest {
        found.extend(erasure(conn, project, &run)?);
    }
    Ok(found)
}

/// All events of one run as one; a nightly run over many traces has one for each hundred of them.
fn erasure(conn: &mut AnyConnection, project: ProjectKey, run: &str) -> Result<Option<Erasure>> {
    let parts: Vec<Erasure> = erasures::table
        .filter(erasures::project.eq(project))
        .filter(erasures::run.eq(run))
        .order(erasures::event_id.asc())
        .select(Erasure::as_select())
        .load(conn)?;
    Ok(parts.into_iter().reduce(|sum, part| sum.and(&part)))
}

impl Erasure {
    /// This with a later part of the same run.
    fn and(self, later: &Self) -> Self {
        Self {
            at: later.at,
            traces: self.traces + later.traces,
            observations: self.observations + later.observations,
            scores: self.scores + later.scores,
            ..self
        }
    }
}
