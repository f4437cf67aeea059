//! Read models for the people, keys and account pages, and names for everybody else's pages.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::db::AnyConnection;
use crate::db::schema::{accounts, api_key_secrets, api_keys, memberships, projects, sign_in_sessions};
use crate::foundation::{ProjectKey, Result, Role, Timestamp};

use super::model::AccountId;
use super::store::{self, AccountRow, KeyRow, LockRow, ProfileRow, ProjectRow, ResetRow};

/// An account with its roles in one project.
#[derive(Clone, Debug)]
pub struct Member {
    pub account: AccountRow,
    /// Its roles in the project, in the order of the permission table.
    pub roles: Vec<Role>,
    /// Its password was set through somebody else's link, and nobody has confirmed since that the person has it.
    pub is_reset: bool,
    /// Since when it may not sign, after too many wrong attempts.
    pub locked: Option<LockRow>,
}

/// A live session with the name of its project.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = sign_in_sessions)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct LiveSession {
    pub id: String,
    #[diesel(select_expression = projects::name)]
    pub project_name: String,
    pub created_at: Timestamp,
    /// Last seen, to the minute.
    pub last_seen_at: Timestamp,
    /// When it ends without use.
    pub expires_at: Timestamp,
    /// The address it began from.
    pub ip: String,
    /// The browser it began with.
    pub user_agent: String,
}

/// A key with the names a page needs.
pub struct ListedKey {
    /// The key; its secret is not readable.
    pub key: KeyRow,
    /// The name of the agent it speaks for.
    pub account_name: Option<String>,
}

/// Every account that a project knows or that no project ever knew, by code. Who belongs elsewhere only is not there.
pub fn members(conn: &mut AnyConnection, project: ProjectKey) -> Result<Vec<Member>> {
    let roles = roles_by_account(conn, project)?;
    let (here, elsewhere) = store::ever_members(conn, project)?;
    let busy_elsewhere = members_elsewhere(conn, project)?;
    let unconfirmed = store::unconfirmed_accounts(conn)?;
    let locks = store::locks_of(conn)?;
    let rows: Vec<AccountRow> =
        accounts::table.select(AccountRow::as_select()).order(accounts::created_at.asc()).load(conn)?;
    let mut members: Vec<Member> = rows
        .into_iter()
        .map(|account| {
            let roles = roles.get(&account.id).cloned().unwrap_or_default();
            let is_reset = unconfirmed.contains(&account.id);
            let locked = locks.iter().find(|lock| lock.account == account.id).cloned();
            Member { account, roles, is_reset, locked }
        })
        .filter(|member| {
            let id = &member.account.id;
            let is_theirs = here.contains(id) || !elsewhere.contains(id);
            !member.roles.is_empty() || (is_theirs && !busy_elsewhere.contains(id))
        })
        .collect();
    members.sort_by(|a, b| code_order(&a.account.code).cmp(&code_order(&b.account.code)));
    Ok(members)
}

/// The names of a project's people who may not sign after too many wrong attempts.
pub fn may_not_sign(conn: &mut AnyConnection, project: ProjectKey) -> Result<Vec<String>> {
    if store::locks_of(conn)?.is_empty() {
        return Ok(Vec::new());
    }
    let locked = members(conn, project)?.into_iter().filter(|member| member.locked.is_some());
    Ok(locked.map(|member| member.account.name).collect())
}

/// `USR-999` stands before `USR-1000`.
fn code_order(code: &str) -> (usize, &str) {
    (code.len(), code)
}

fn roles_by_account(conn: &mut AnyConnection, project: ProjectKey) -> Result<BTreeMap<AccountId, Vec<Role>>> {
    let rows: Vec<(AccountId, String)> = memberships::table
        .filter(memberships::project.eq(project))
        .select((memberships::account_id, memberships::role))
        .load(conn)?;
    let mut roles: BTreeMap<AccountId, Vec<Role>> = BTreeMap::new();
    for (account, word) in rows {
        roles.entry(account).or_default().extend(Role::from_stored(&word));
    }
    for list in roles.values_mut() {
        list.sort_unstable();
    }
    Ok(roles)
}

fn members_elsewhere(conn: &mut AnyConnection, project: ProjectKey) -> Result<Vec<AccountId>> {
    Ok(memberships::table
        .filter(memberships::project.ne(project))
        .select(memberships::account_id)
        .distinct()
        .load(conn)?)
}

/// How somebody reads times and dates.
pub fn profile(conn: &mut AnyConnection, account: &AccountId) -> Result<ProfileRow> {
    store::profile(conn, account)
}

/// Every reset of an account's password, the newest first, and whether there was a password before those that nobody
/// has confirmed.
pub fn resets(conn: &mut AnyConnection, account: &AccountId) -> Result<(Vec<ResetRow>, bool)> {
    let had_one = store::former_password(conn, account)?.is_some();
    Ok((store::resets_of(conn, account)?, had_one))
}

/// Failed attempts with mail addresses that nobody has, since a day.
pub fn unknown_sign_ins(conn: &mut AnyConnection, since: Timestamp) -> Result<i64> {
    store::unknown_since(conn, since)
}

/// Every project, by key.
pub fn projects(conn: &mut AnyConnection) -> Result<Vec<ProjectRow>> {
    Ok(projects::table.order(projects::key.asc()).select(ProjectRow::as_select()).load(conn)?)
}

/// The account with this id.
pub fn account_by_id(conn: &mut AnyConnection, id: &AccountId) -> Result<Option<AccountRow>> {
    store::account(conn, id)
}

/// The account a code belongs to.
pub fn account_by_code(conn: &mut AnyConnection, code: &str) -> Result<Option<AccountRow>> {
    Ok(accounts::table
        .filter(accounts::code.eq(code))
        .select(AccountRow::as_select())
        .first(conn)
        .optional()?)
}

/// The account a mail address belongs to; the address is compared in lower case.
pub fn account_by_email(conn: &mut AnyConnection, email: &str) -> Result<Option<AccountRow>> {
    store::account_by_email(conn, &email.trim().to_lowercase())
}

/// A project by its id outside.
pub fn project_by_id(conn: &mut AnyConnection, id: &str) -> Result<Option<ProjectRow>> {
    store::project_by_id(conn, id)
}

/// The first project made, where commands act unless told otherwise.
pub fn first_project(conn: &mut AnyConnection) -> Result<Option<ProjectRow>> {
    store::first_project(conn)
}

/// The live sessions of an account, last seen first.
pub fn live_sessions(
    conn: &mut AnyConnection,
    account: &AccountId,
    now: Timestamp,
) -> Result<Vec<LiveSession>> {
    Ok(sign_in_sessions::table
        .inner_join(projects::table.on(projects::key.eq(sign_in_sessions::project)))
        .filter(sign_in_sessions::account_id.eq(&account.0))
        .filter(sign_in_sessions::revoked_at.is_null())
        .filter(sign_in_sessions::expires_at.gt(now))
        .order((sign_in_sessions::last_seen_at.desc(), sign_in_sessions::id.desc()))
        .select(LiveSession::as_select())
        .load(conn)?)
}

/// Every key of a project, newest first.
pub fn keys(conn: &mut AnyConnection, project: ProjectKey) -> Result<Vec<ListedKey>> {
    let rows: Vec<(KeyRow, Option<String>)> = api_keys::table
        .inner_join(api_key_secrets::table.on(api_key_secrets::key_id.eq(api_keys::id)))
        .left_join(accounts::table.on(api_keys::account_id.eq(accounts::id.nullable())))
        .filter(api_keys::project.eq(project))
        .order((api_keys::created_at.desc(), api_keys::id.desc()))
        .select((KeyRow::as_select(), accounts::name.nullable()))
        .load(conn)?;
    Ok(rows.into_iter().map(|(key, account_name)| ListedKey { key, account_name }).collect())
}
