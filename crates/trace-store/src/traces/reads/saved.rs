//! Kept filters of the list of traces.

use diesel::prelude::*;

use crate::db::AnyConnection;
use crate::db::schema::saved_filters;
use crate::foundation::{ProjectKey, Result, Timestamp};

/// A row of `saved_filters`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = saved_filters, treat_none_as_default_value = false)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct SavedFilter {
    pub project: ProjectKey,
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

/// What somebody sees: their own and what is shared, by name; whoever adds to either keeps it bounded.
pub fn seen_by(conn: &mut AnyConnection, project: ProjectKey, account: &str) -> Result<Vec<SavedFilter>> {
    Ok(saved_filters::table
        .filter(saved_filters::project.eq(project))
        .filter(saved_filters::owner.eq(account).or(saved_filters::shared_at.is_not_null()))
        .order((saved_filters::name.asc(), saved_filters::filter_id.asc()))
        .select(SavedFilter::as_select())
        .load(conn)?)
}

/// One of them.
pub fn one(conn: &mut AnyConnection, project: ProjectKey, filter_id: &str) -> Result<Option<SavedFilter>> {
    Ok(saved_filters::table
        .find((project, filter_id))
        .select(SavedFilter::as_select())
        .first(conn)
        .optional()?)
}

/// How many somebody keeps.
pub fn count_of(conn: &mut AnyConnection, project: ProjectKey, account: &str) -> Result<usize> {
    let count: i64 = saved_filters::table
        .filter(saved_filters::project.eq(project))
        .filter(saved_filters::owner.eq(account))
        .count()
        .get_result(conn)?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// How many are shared.
pub fn shared(conn: &mut AnyConnection, project: ProjectKey) -> Result<usize> {
    let count: i64 = saved_filters::table
        .filter(saved_filters::project.eq(project))
        .filter(saved_filters::shared_at.is_not_null())
        .count()
        .get_result(conn)?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// Keeps one.
pub fn insert(conn: &mut AnyConnection, row: &SavedFilter) -> Result<()> {
    diesel::insert_into(saved_filters::table).values(row).execute(conn)?;
    Ok(())
}

/// Another name, shared or not.
pub fn update(
    conn: &mut AnyConnection,
    project: ProjectKey,
    filter_id: &str,
    name: &str,
    shared_at: Option<Timestamp>,
) -> Result<()> {
    diesel::update(saved_filters::table.find((project, filter_id)))
        .set((saved_filters::name.eq(name), saved_filters::shared_at.eq(shared_at)))
        .execute(conn)?;
    Ok(())
}

/// Forgets one.
pub fn delete(conn: &mut AnyConnection, project: ProjectKey, filter_id: &str) -> Result<()> {
    diesel::delete(saved_filters::table.find((project, filter_id))).execute(conn)?;
    Ok(())
}

/// Forgets those that look for a user.
pub fn forget_user(conn: &mut AnyConnection, project: ProjectKey, user: &str) -> Result<()> {
    let all: Vec<(String, String)> = saved_filters::table
        .filter(saved_filters::project.eq(project))
        .filter(saved_filters::query.like("%user=%"))
        .select((saved_filters::filter_id, saved_filters::query))
        .load(conn)?;
    let names_user = |query: &str| {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
        pairs.iter().any(|(name, value)| name == "user" && value == user)
    };
    all.iter().filter(|(_, query)| names_user(query)).try_for_each(|(id, _)| delete(conn, project, id))
}
