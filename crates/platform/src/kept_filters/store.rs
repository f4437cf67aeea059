//! Rows of the table `kept_filters`.

use diesel::prelude::*;

use crate::db::AnyConnection;
use crate::db::schema::kept_filters;
use crate::foundation::{ProjectKey, Result, Timestamp};

use super::model::Kept;

/// A row of `kept_filters`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = kept_filters, treat_none_as_default_value = false)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct KeptFilter {
    pub project: ProjectKey,
    /// Which list it narrows, as stored.
    pub kind: String,
    pub filter_id: String,
    /// The account that keeps it.
    pub owner: String,
    /// The owner's name when it was kept.
    pub owner_name: String,
    /// What it is called.
    pub name: String,
    /// What stands behind `?` in the address of the list.
    pub query: String,
    /// Since when everybody in the project sees it.
    pub shared_at: Option<Timestamp>,
    /// When it was kept.
    pub created_at: Timestamp,
}

/// What somebody sees of one list: their own and what is shared, by name; whoever adds to either keeps it bounded.
pub fn seen_by(
    conn: &mut AnyConnection,
    project: ProjectKey,
    kept: Kept,
    account: &str,
) -> Result<Vec<KeptFilter>> {
    Ok(kept_filters::table
        .filter(kept_filters::project.eq(project))
        .filter(kept_filters::kind.eq(kept.as_str()))
        .filter(kept_filters::owner.eq(account).or(kept_filters::shared_at.is_not_null()))
        .order((kept_filters::name.asc(), kept_filters::filter_id.asc()))
        .select(KeptFilter::as_select())
        .load(conn)?)
}

/// One of them.
pub(super) fn one(
    conn: &mut AnyConnection,
    project: ProjectKey,
    kept: Kept,
    filter_id: &str,
) -> Result<Option<KeptFilter>> {
    let row = kept_filters::table.find((project, kept.as_str(), filter_id));
    Ok(row.select(KeptFilter::as_select()).first(conn).optional()?)
}

/// How many somebody keeps of one list.
pub(super) fn count_of(
    conn: &mut AnyConnection,
    project: ProjectKey,
    kept: Kept,
    account: &str,
) -> Result<i64> {
    let all = kept_filters::table.filter(kept_filters::project.eq(project));
    let theirs = all.filter(kept_filters::kind.eq(kept.as_str())).filter(kept_filters::owner.eq(account));
    Ok(theirs.count().get_result(conn)?)
}

/// How many of one list are shared.
pub(super) fn shared(conn: &mut AnyConnection, project: ProjectKey, kept: Kept) -> Result<i64> {
    let all = kept_filters::table.filter(kept_filters::project.eq(project));
    let shared =
        all.filter(kept_filters::kind.eq(kept.as_str())).filter(kept_filters::shared_at.is_not_null());
    Ok(shared.count().get_result(conn)?)
}

/// Keeps one.
pub fn insert(conn: &mut AnyConnection, row: &KeptFilter) -> Result<()> {
    diesel::insert_into(kept_filters::table).values(row).execute(conn)?;
    Ok(())
}

/// Another name, shared or not, other filters.
pub(super) fn update(conn: &mut AnyConnection, row: &KeptFilter) -> Result<()> {
    let place = kept_filters::table.find((row.project, row.kind.as_str(), row.filter_id.as_str()));
    diesel::update(place)
        .set((
            kept_filters::name.eq(&row.name),
            kept_filters::query.eq(&row.query),
            kept_filters::shared_at.eq(row.shared_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// Gives one up.
pub(super) fn discard(conn: &mut AnyConnection, row: &KeptFilter) -> Result<()> {
    let place = kept_filters::table.find((row.project, row.kind.as_str(), row.filter_id.as_str()));
    diesel::delete(place).execute(conn)?;
    Ok(())
}

/// Forgets those of a list in whose address a name has exactly this value, as where a user is erased; everybody's, with what is private.
pub fn forget(
    conn: &mut AnyConnection,
    project: ProjectKey,
    kept: Kept,
    name: &str,
    value: &str,
) -> Result<()> {
    let all: Vec<KeptFilter> = kept_filters::table
        .filter(kept_filters::project.eq(project))
        .filter(kept_filters::kind.eq(kept.as_str()))
        .filter(kept_filters::query.like(format!("%{name}=%")))
        .select(KeptFilter::as_select())
        .load(conn)?;
    let asks_for = |row: &&KeptFilter| {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(&row.query).unwrap_or_default();
        pairs.iter().any(|(key, held)| key == name && held == value)
    };
    all.iter().filter(asks_for).try_for_each(|row| discard(conn, row))
}
