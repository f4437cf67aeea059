//! Projects, accounts and memberships.

use diesel::prelude::*;

use crate::db::AnyConnection;
use crate::db::schema::{accounts, memberships, projects};
use crate::foundation::{ProjectKey, Result, Role, Timestamp};
use crate::people::model::{AccountId, AccountKind};

/// A project.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = projects)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct ProjectRow {
    /// The integer inside.
    pub key: ProjectKey,
    /// The id outside.
    pub id: String,
    pub name: String,
    pub created_at: Timestamp,
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = accounts)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct AccountRow {
    /// Opaque id.
    pub id: AccountId,
    /// `USR-001`.
    pub code: String,
    kind: String,
    pub name: String,
    pub email: Option<String>,
    pub created_at: Timestamp,
    /// Since when it may do nothing any more.
    pub disabled_at: Option<Timestamp>,
}

impl AccountRow {
    /// Person or program.
    pub fn kind(&self) -> AccountKind {
        AccountKind::from_stored(&self.kind)
    }

    /// The name as it is printed: a program says that it is one.
    pub fn marked_name(&self) -> String {
        self.kind().actor_kind().marked(&self.name)
    }
}

pub(in crate::people) fn account(conn: &mut AnyConnection, id: &AccountId) -> Result<Option<AccountRow>> {
    Ok(accounts::table
        .filter(accounts::id.eq(&id.0))
        .select(AccountRow::as_select())
        .first(conn)
        .optional()?)
}

pub(in crate::people) fn account_by_email(
    conn: &mut AnyConnection,
    email: &str,
) -> Result<Option<AccountRow>> {
    Ok(accounts::table
        .filter(accounts::email.eq(email))
        .select(AccountRow::as_select())
        .first(conn)
        .optional()?)
}

pub(in crate::people) fn has_human(conn: &mut AnyConnection) -> Result<bool> {
    let human: Option<String> =
        accounts::table.filter(accounts::kind.eq("human")).select(accounts::id).first(conn).optional()?;
    Ok(human.is_some())
}

/// Every code ever given: rows of accounts are never deleted.
pub(in crate::people) fn codes(conn: &mut AnyConnection) -> Result<Vec<String>> {
    Ok(accounts::table.select(accounts::code).load(conn)?)
}

pub(in crate::people) fn project(conn: &mut AnyConnection, key: ProjectKey) -> Result<Option<ProjectRow>> {
    Ok(projects::table
        .filter(projects::key.eq(key))
        .select(ProjectRow::as_select())
        .first(conn)
        .optional()?)
}

pub(in crate::people) fn project_by_id(conn: &mut AnyConnection, id: &str) -> Result<Option<ProjectRow>> {
    Ok(projects::table.filter(projects::id.eq(id)).select(ProjectRow::as_select()).first(conn).optional()?)
}

pub(in crate::people) fn first_project(conn: &mut AnyConnection) -> Result<Option<ProjectRow>> {
    Ok(projects::table.order(projects::key.asc()).select(ProjectRow::as_select()).first(conn).optional()?)
}

pub(in crate::people) fn next_project_key(conn: &mut AnyConnection) -> Result<ProjectKey> {
    let last: Option<i64> = projects::table.select(diesel::dsl::max(projects::key)).first(conn)?;
    Ok(ProjectKey(last.unwrap_or(0) + 1))
}

/// The roles an account holds in a project, in the order of the permission table.
pub(in crate::people) fn roles(
    conn: &mut AnyConnection,
    project: ProjectKey,
    account: &AccountId,
) -> Result<Vec<Role>> {
    let words: Vec<String> = memberships::table
        .filter(memberships::project.eq(project))
        .filter(memberships::account_id.eq(&account.0))
        .select(memberships::role)
        .load(conn)?;
    let mut roles: Vec<Role> = words.iter().filter_map(|word| Role::from_stored(word)).collect();
    roles.sort_unstable();
    Ok(roles)
}

/// The projects an account has a role in.
pub(in crate::people) fn memberships_of(
    conn: &mut AnyConnection,
    account: &AccountId,
) -> Result<Vec<ProjectKey>> {
    Ok(memberships::table
        .filter(memberships::account_id.eq(&account.0))
        .select(memberships::project)
        .distinct()
        .order(memberships::project.asc())
        .load(conn)?)
}

/// How many other accounts that are not disabled hold the admin role in a project.
pub(in crate::people) fn admins_other_than(
    conn: &mut AnyConnection,
    project: ProjectKey,
    account: &AccountId,
) -> Result<i64> {
    Ok(memberships::table
        .inner_join(accounts::table.on(accounts::id.eq(memberships::account_id)))
        .filter(memberships::project.eq(project))
        .filter(memberships::role.eq(Role::Admin.as_str()))
        .filter(memberships::account_id.ne(&account.0))
        .filter(accounts::disabled_at.is_null())
        .count()
        .get_result(conn)?)
}
