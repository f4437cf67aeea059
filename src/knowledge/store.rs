//! Rows of knowledge.

use diesel::prelude::*;

use crate::db::schema::{atom_sources, atom_status, atoms};
use crate::db::{AnyConnection, each};
use crate::foundation::{ProjectKey, Result, Timestamp};

/// A row of `atoms`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = atoms)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
#[expect(missing_docs, reason = "columns are described by the migration")]
pub struct AtomRow {
    pub project: ProjectKey,
    pub atom_id: String,
    pub statement: String,
    pub search: String,
    pub kind: String,
    pub language: String,
    pub status: String,
    pub needs_context: bool,
    pub spans: String,
    pub created_at: Timestamp,
    pub event_id: String,
}

/// A row of `atom_sources`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = atom_sources)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
#[expect(missing_docs, reason = "columns are described by the migration")]
pub struct SourceRow {
    pub project: ProjectKey,
    pub atom_id: String,
    pub verdict_id: String,
    pub claim_id: String,
    pub order_id: String,
}

/// A row of `atom_status`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = atom_status)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
#[expect(missing_docs, reason = "columns are described by the migration")]
pub struct StatusRow {
    pub project: ProjectKey,
    pub atom_id: String,
    pub event_id: String,
    pub status: String,
    pub why: String,
    pub at: Timestamp,
}

/// Keeps the first of identical atoms.
pub(super) fn insert_atom(conn: &mut AnyConnection, row: &AtomRow) -> Result<bool> {
    let inserted = each!(conn, |c| {
        diesel::insert_into(atoms::table).values(row).on_conflict_do_nothing().execute(c)
    })?;
    Ok(inserted > 0)
}

pub(super) fn insert_source(conn: &mut AnyConnection, row: &SourceRow) -> Result<()> {
    each!(conn, |c| {
        diesel::insert_into(atom_sources::table).values(row).on_conflict_do_nothing().execute(c)
    })?;
    Ok(())
}

pub(super) fn insert_status(conn: &mut AnyConnection, row: &StatusRow) -> Result<()> {
    each!(conn, |c| {
        diesel::insert_into(atom_status::table).values(row).on_conflict_do_nothing().execute(c)
    })?;
    Ok(())
}

pub(super) fn set_status(
    conn: &mut AnyConnection,
    project: ProjectKey,
    atom_id: &str,
    word: &str,
) -> Result<()> {
    let row = atoms::table.filter(atoms::project.eq(project)).filter(atoms::atom_id.eq(atom_id));
    diesel::update(row).set(atoms::status.eq(word)).execute(conn)?;
    Ok(())
}

/// The atoms that rest on claims of an order.
pub(super) fn atoms_of_order(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order_id: &str,
) -> Result<Vec<AtomRow>> {
    let ids: Vec<String> = atom_sources::table
        .filter(atom_sources::project.eq(project))
        .filter(atom_sources::order_id.eq(order_id))
        .select(atom_sources::atom_id)
        .distinct()
        .load(conn)?;
    Ok(atoms::table
        .filter(atoms::project.eq(project))
        .filter(atoms::atom_id.eq_any(ids))
        .order(atoms::atom_id.asc())
        .select(AtomRow::as_select())
        .load(conn)?)
}

pub(super) fn atom(conn: &mut AnyConnection, project: ProjectKey, atom_id: &str) -> Result<Option<AtomRow>> {
    let row = atoms::table.filter(atoms::project.eq(project)).filter(atoms::atom_id.eq(atom_id));
    Ok(row.select(AtomRow::as_select()).first(conn).optional()?)
}

/// Where an atom comes from, by verdict id.
pub(super) fn sources_of(
    conn: &mut AnyConnection,
    project: ProjectKey,
    atom_id: &str,
) -> Result<Vec<SourceRow>> {
    Ok(atom_sources::table
        .filter(atom_sources::project.eq(project))
        .filter(atom_sources::atom_id.eq(atom_id))
        .order(atom_sources::verdict_id.asc())
        .select(SourceRow::as_select())
        .load(conn)?)
}

/// Whether any atom came of a verdict.
pub(super) fn is_source(conn: &mut AnyConnection, project: ProjectKey, verdict_id: &str) -> Result<bool> {
    let of_verdict = atom_sources::table
        .filter(atom_sources::project.eq(project))
        .filter(atom_sources::verdict_id.eq(verdict_id));
    let any: Option<String> = of_verdict.select(atom_sources::atom_id).first(conn).optional()?;
    Ok(any.is_some())
}

/// The atoms that rest on a claim, newest first.
pub(super) fn atoms_of_claim(
    conn: &mut AnyConnection,
    project: ProjectKey,
    claim_id: &str,
) -> Result<Vec<AtomRow>> {
    let of_claim = atom_sources::table
        .filter(atom_sources::project.eq(project))
        .filter(atom_sources::claim_id.eq(claim_id))
        .select(atom_sources::atom_id);
    Ok(atoms::table
        .filter(atoms::project.eq(project))
        .filter(atoms::atom_id.eq_any(of_claim))
        .order((atoms::created_at.desc(), atoms::atom_id.desc()))
        .limit(100)
        .select(AtomRow::as_select())
        .load(conn)?)
}

/// Every status an atom had, oldest first.
pub(super) fn history_of(
    conn: &mut AnyConnection,
    project: ProjectKey,
    atom_id: &str,
) -> Result<Vec<StatusRow>> {
    Ok(atom_status::table
        .filter(atom_status::project.eq(project))
        .filter(atom_status::atom_id.eq(atom_id))
        .order((atom_status::at.asc(), atom_status::event_id.asc()))
        .select(StatusRow::as_select())
        .load(conn)?)
}

/// Atoms whose statement holds every word, newest first.
pub(super) fn search(
    conn: &mut AnyConnection,
    project: ProjectKey,
    words: &str,
    status: Option<&str>,
    limit: i64,
) -> Result<Vec<AtomRow>> {
    let rows = each!(conn, |c| {
        let mut query = atoms::table.filter(atoms::project.eq(project)).into_boxed();
        for word in words.split_whitespace().take(12) {
            query = query.filter(atoms::search.like(pattern(word)).escape('\\'));
        }
        if let Some(status) = status {
            query = query.filter(atoms::status.eq(status.to_owned()));
        }
        query
            .order((atoms::created_at.desc(), atoms::atom_id.desc()))
            .limit(limit)
            .select(AtomRow::as_select())
            .load(c)
    })?;
    Ok(rows)
}

/// When the atom was made that stands behind so many newer ones; none where there are not that many.
pub(super) fn made_before(
    conn: &mut AnyConnection,
    project: ProjectKey,
    newer: i64,
) -> Result<Option<Timestamp>> {
    let newest = atoms::table.filter(atoms::project.eq(project));
    let newest = newest.order((atoms::created_at.desc(), atoms::atom_id.desc()));
    Ok(newest.offset(newer).select(atoms::created_at).first(conn).optional()?)
}

/// Atoms whose statement holds every word and that were made after a moment, newest first.
pub(super) fn newest_with(
    conn: &mut AnyConnection,
    project: ProjectKey,
    words: &str,
    after: Option<Timestamp>,
    limit: i64,
) -> Result<Vec<AtomRow>> {
    let rows = each!(conn, |c| {
        let mut query = atoms::table.filter(atoms::project.eq(project)).into_boxed();
        for word in words.split_whitespace().take(12) {
            query = query.filter(atoms::search.like(pattern(word)).escape('\\'));
        }
        if let Some(after) = after {
            query = query.filter(atoms::created_at.gt(after));
        }
        query
            .order((atoms::created_at.desc(), atoms::atom_id.desc()))
            .limit(limit)
            .select(AtomRow::as_select())
            .load(c)
    })?;
    Ok(rows)
}

fn pattern(word: &str) -> String {
    let word = word.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{word}%")
}

/// Whether any atom is stored in a project.
pub(super) fn is_empty(conn: &mut AnyConnection, project: ProjectKey) -> Result<bool> {
    let any: Option<String> =
        atoms::table.filter(atoms::project.eq(project)).select(atoms::atom_id).first(conn).optional()?;
    Ok(any.is_none())
}
