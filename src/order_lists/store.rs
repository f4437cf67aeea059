//! Rows of the table `order_views`: views people keep of the list.

use diesel::prelude::*;

use crate::db::AnyConnection;
use crate::db::schema::order_views;
use crate::foundation::{ProjectKey, Result, Timestamp};

/// A row of `order_views`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = order_views, treat_none_as_default_value = false)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub(super) struct ViewRow {
    pub(super) project: ProjectKey,
    pub(super) view_id: String,
    /// The account that keeps it.
    pub(super) owner: String,
    /// The owner's name when it was kept.
    pub(super) owner_name: String,
    pub(super) name: String,
    /// The filters in the address of the list.
    pub(super) query: String,
    /// Since when everybody in the project sees it.
    pub(super) shared_at: Option<Timestamp>,
    pub(super) created_at: Timestamp,
}

/// What somebody sees: their own and what is shared, by name; whoever adds to either keeps it bounded.
pub(super) fn seen_by(conn: &mut AnyConnection, project: ProjectKey, account: &str) -> Result<Vec<ViewRow>> {
    Ok(order_views::table
        .filter(order_views::project.eq(project))
        .filter(order_views::owner.eq(account).or(order_views::shared_at.is_not_null()))
        .order((order_views::name.asc(), order_views::view_id.asc()))
        .select(ViewRow::as_select())
        .load(conn)?)
}

/// One of them.
pub(super) fn one(conn: &mut AnyConnection, project: ProjectKey, view_id: &str) -> Result<Option<ViewRow>> {
    Ok(order_views::table.find((project, view_id)).select(ViewRow::as_select()).first(conn).optional()?)
}

/// How many somebody keeps.
pub(super) fn count_of(conn: &mut AnyConnection, project: ProjectKey, account: &str) -> Result<i64> {
    let theirs = order_views::table.filter(order_views::project.eq(project));
    Ok(theirs.filter(order_views::owner.eq(account)).count().get_result(conn)?)
}

/// How many are shared.
pub(super) fn shared(conn: &mut AnyConnection, project: ProjectKey) -> Result<i64> {
    let all = order_views::table.filter(order_views::project.eq(project));
    Ok(all.filter(order_views::shared_at.is_not_null()).count().get_result(conn)?)
}

/// Keeps one.
pub(super) fn insert(conn: &mut AnyConnection, row: &ViewRow) -> Result<()> {
    diesel::insert_into(order_views::table).values(row).execute(conn)?;
    Ok(())
}

/// Another name, shared or not, other filters.
pub(super) fn update(conn: &mut AnyConnection, row: &ViewRow) -> Result<()> {
    diesel::update(order_views::table.find((row.project, row.view_id.as_str())))
        .set((
            order_views::name.eq(&row.name),
            order_views::query.eq(&row.query),
            order_views::shared_at.eq(row.shared_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// Forgets one.
pub(super) fn discard(conn: &mut AnyConnection, project: ProjectKey, view_id: &str) -> Result<()> {
    diesel::delete(order_views::table.find((project, view_id))).execute(conn)?;
    Ok(())
}
