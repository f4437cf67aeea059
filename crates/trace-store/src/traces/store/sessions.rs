//! Conversations: one row for each session that some trace belongs to, derived from its traces.
//!
//! New traces only widen a row. When a trace leaves a session, shrinks or changes its environment, the row is computed
//! anew from the traces, so that the order of arrival does not show.

use std::collections::{BTreeMap, BTreeSet};

use diesel::dsl::{max, min};
use diesel::prelude::*;
use diesel::upsert::excluded;

use crate::db::schema::{sessions, traces};
use crate::db::{AnyConnection, each};
use crate::foundation::{ProjectKey, Result, Timestamp};
use packing::PackId;

use super::rows::{CHUNK, StoredTrace};
use super::shares;

/// A row of `sessions`.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions, treat_none_as_default_value = false)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub(crate) struct StoredSession {
    pub(crate) project: ProjectKey,
    pub(crate) session_id: String,
    pub(crate) environment: Option<String>,
    pub(crate) created_at: i64,
    pub(crate) first_at: i64,
    pub(crate) last_at: i64,
    pub(crate) packs: Vec<u8>,
}

/// What a session sees of one trace.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Turn {
    pub(super) trace_id: String,
    pub(super) session_id: Option<String>,
    environment: Option<String>,
    start_at: i64,
    end_at: i64,
}

/// A trace as it was and as it is.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Change {
    pub(super) before: Option<Turn>,
    pub(super) after: Turn,
    /// Its new pack and those it shares pieces of: the next turn may share with them.
    pub(super) packs: Vec<PackId>,
}

impl Turn {
    pub(super) fn of(stored: &StoredTrace) -> Self {
        let row = &stored.shown;
        Self {
            trace_id: row.trace_id.clone(),
            session_id: row.session_id.clone().filter(|id| !id.is_empty()),
            environment: row.environment.clone(),
            start_at: row.start_at.0,
            end_at: row.end_at.0,
        }
    }
}

impl Change {
    /// The sessions whose rows change.
    pub(super) fn sessions(&self) -> impl Iterator<Item = &str> {
        let before = self.before.as_ref().and_then(|turn| turn.session_id.as_deref());
        before.into_iter().chain(self.after.session_id.as_deref())
    }

    /// Whether widening is not enough.
    fn is_more_than_growth(&self) -> bool {
        self.before.as_ref().is_some_and(|before| {
            let after = &self.after;
            before.session_id != after.session_id
                || before.environment != after.environment
                || after.start_at > before.start_at
                || after.end_at < before.end_at
        })
    }
}

/// Brings the rows up to date with traces that are written already.
pub(super) fn update(
    conn: &mut AnyConnection,
    project: ProjectKey,
    now: Timestamp,
    changes: &[Change],
) -> Result<()> {
    let ids: BTreeSet<&str> = changes.iter().flat_map(Change::sessions).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let ids: Vec<&str> = ids.into_iter().collect();
    let stored = load(conn, project, &ids)?;
    let anew: BTreeSet<&str> =
        changes.iter().filter(|change| change.is_more_than_growth()).flat_map(Change::sessions).collect();
    let (mut rows, mut gone) = (Vec::new(), Vec::new());
    for id in ids {
        let row = match (stored.get(id), anew.contains(id)) {
            (Some(row), false) => Some(widened(conn, row, changes)?),
            (None, false) => begun(project, id, now, changes),
            (row, true) => computed(conn, project, id, now, row)?,
        };
        match row {
            Some(row) => rows.push(with_packs(row, changes)),
            None => gone.push(id),
        }
    }
    delete(conn, project, &gone)?;
    upsert(conn, &rows)
}

/// Computes the rows of sessions that lost traces anew.
pub(super) fn refresh(
    conn: &mut AnyConnection,
    project: ProjectKey,
    now: Timestamp,
    ids: &BTreeSet<String>,
) -> Result<()> {
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let mut rows = Vec::new();
    for (id, row) in load(conn, project, &ids)? {
        rows.extend(computed(conn, project, &id, now, Some(&row))?);
    }
    upsert(conn, &rows)
}

/// The row that remembers the packs of its new turns.
fn with_packs(row: StoredSession, changes: &[Change]) -> StoredSession {
    let id = Some(row.session_id.as_str());
    let of_session = changes.iter().rev().filter(|change| change.after.session_id.as_deref() == id);
    let front: Vec<PackId> = of_session.flat_map(|change| change.packs.iter().copied()).collect();
    StoredSession { packs: shares::with_front(&row.packs, &front), ..row }
}

/// The turns of one session, the earliest first.
fn turns<'a>(id: &str, changes: &'a [Change]) -> Vec<&'a Turn> {
    let after = changes.iter().map(|change| &change.after);
    let mut turns: Vec<&Turn> = after.filter(|turn| turn.session_id.as_deref() == Some(id)).collect();
    turns.sort_by_key(|turn| (turn.start_at, turn.trace_id.as_str()));
    turns
}

fn begun(project: ProjectKey, id: &str, now: Timestamp, changes: &[Change]) -> Option<StoredSession> {
    let turns = turns(id, changes);
    let first = turns.first()?;
    Some(StoredSession {
        project,
        session_id: id.to_owned(),
        environment: first.environment.clone(),
        created_at: now.0,
        first_at: first.start_at,
        last_at: turns.iter().map(|turn| turn.end_at).max()?,
        packs: Vec::new(),
    })
}

fn widened(conn: &mut AnyConnection, row: &StoredSession, changes: &[Change]) -> Result<StoredSession> {
    let mut row = row.clone();
    let mut is_same_place = true;
    for turn in turns(&row.session_id, changes) {
        row.first_at = row.first_at.min(turn.start_at);
        row.last_at = row.last_at.max(turn.end_at);
        is_same_place &= row.environment == turn.environment;
    }
    if !is_same_place {
        row.environment = environment(conn, row.project, &row.session_id)?;
    }
    Ok(row)
}

/// The row as its traces say; `None` when there are none left.
pub(crate) fn computed(
    conn: &mut AnyConnection,
    project: ProjectKey,
    id: &str,
    now: Timestamp,
    row: Option<&StoredSession>,
) -> Result<Option<StoredSession>> {
    let times: (Option<i64>, Option<i64>) = traces::table
        .filter(traces::project.eq(project))
        .filter(traces::session_id.eq(id))
        .select((min(traces::start_at), max(traces::end_at)))
        .first(conn)?;
    let (Some(first_at), Some(last_at)) = times else { return Ok(None) };
    Ok(Some(StoredSession {
        project,
        session_id: id.to_owned(),
        environment: environment(conn, project, id)?,
        created_at: row.map_or(now.0, |row| row.created_at),
        first_at,
        last_at,
        packs: row.map(|row| row.packs.clone()).unwrap_or_default(),
    }))
}

/// The environment of a session is that of its first trace.
fn environment(conn: &mut AnyConnection, project: ProjectKey, id: &str) -> Result<Option<String>> {
    let first: Option<Option<String>> = traces::table
        .filter(traces::project.eq(project))
        .filter(traces::session_id.eq(id))
        .order((traces::start_at.asc(), traces::trace_id.asc()))
        .select(traces::environment)
        .first(conn)
        .optional()?;
    Ok(first.flatten())
}

pub(super) fn load(
    conn: &mut AnyConnection,
    project: ProjectKey,
    ids: &[&str],
) -> Result<BTreeMap<String, StoredSession>> {
    let mut found = BTreeMap::new();
    for chunk in ids.chunks(CHUNK) {
        let rows: Vec<StoredSession> = each!(conn, |c| sessions::table
            .filter(sessions::project.eq(project))
            .filter(sessions::session_id.eq_any(chunk.iter().copied()))
            .select(StoredSession::as_select())
            .load(c))?;
        found.extend(rows.into_iter().map(|row| (row.session_id.clone(), row)));
    }
    Ok(found)
}

fn upsert(conn: &mut AnyConnection, rows: &[StoredSession]) -> Result<()> {
    for chunk in rows.chunks(CHUNK) {
        each!(conn, |c| diesel::insert_into(sessions::table)
            .values(chunk)
            .on_conflict((sessions::project, sessions::session_id))
            .do_update()
            .set((
                sessions::environment.eq(excluded(sessions::environment)),
                sessions::first_at.eq(excluded(sessions::first_at)),
                sessions::last_at.eq(excluded(sessions::last_at)),
                sessions::packs.eq(excluded(sessions::packs)),
            ))
            .execute(c))?;
    }
    Ok(())
}

fn delete(conn: &mut AnyConnection, project: ProjectKey, ids: &[&str]) -> Result<()> {
    for chunk in ids.chunks(CHUNK) {
        each!(conn, |c| diesel::delete(sessions::table)
            .filter(sessions::project.eq(project))
            .filter(sessions::session_id.eq_any(chunk.iter().copied()))
            .execute(c))?;
    }
    Ok(())
}
