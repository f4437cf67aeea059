//! Sessions that have signed with all components, and accounts that may not sign.

use diesel::prelude::*;

use crate::db::schema::{signing_locks as locks, signing_sessions as signing};
use crate::db::{AnyConnection, each};
use crate::foundation::{Result, Timestamp};
use crate::people::model::AccountId;

/// An account that may not sign.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = locks)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct LockRow {
    #[diesel(column_name = account_id)]
    pub account: AccountId,
    pub locked_at: Timestamp,
    /// After how many failed attempts.
    pub failures: i64,
}

/// The address from which a session signed with all components.
pub(in crate::people) fn full_signing(conn: &mut AnyConnection, session: &str) -> Result<Option<String>> {
    Ok(signing::table.find(session).select(signing::address).first(conn).optional()?)
}

pub(in crate::people) fn note_full_signing(
    conn: &mut AnyConnection,
    session: &str,
    account: &AccountId,
    address: &str,
    now: Timestamp,
) -> Result<()> {
    let change = (signing::address.eq(address), signing::at.eq(now));
    let row = (signing::session_id.eq(session), signing::account_id.eq(&account.0), change);
    each!(conn, |c| diesel::insert_into(signing::table)
        .values(row)
        .on_conflict(signing::session_id)
        .do_update()
        .set(change)
        .execute(c)?);
    Ok(())
}

/// Forgets that any session of an account, or one of them, has signed with all components.
pub(in crate::people) fn forget_signing(
    conn: &mut AnyConnection,
    account: &AccountId,
    session: Option<&str>,
) -> Result<()> {
    let of_account = signing::table.filter(signing::account_id.eq(&account.0));
    match session {
        Some(session) => diesel::delete(of_account.filter(signing::session_id.eq(session))).execute(conn)?,
        None => diesel::delete(of_account).execute(conn)?,
    };
    Ok(())
}

pub(in crate::people) fn lock_of(conn: &mut AnyConnection, account: &AccountId) -> Result<Option<LockRow>> {
    Ok(locks::table.find(&account.0).select(LockRow::as_select()).first(conn).optional()?)
}

/// Every account that may not sign.
pub(in crate::people) fn locks_of(conn: &mut AnyConnection) -> Result<Vec<LockRow>> {
    Ok(locks::table.order(locks::locked_at.asc()).select(LockRow::as_select()).load(conn)?)
}

pub(in crate::people) fn lock_signing(
    conn: &mut AnyConnection,
    account: &str,
    failures: i64,
    at: Timestamp,
) -> Result<()> {
    let change = (locks::locked_at.eq(at), locks::failures.eq(failures));
    let row = (locks::account_id.eq(account), change);
    each!(conn, |c| diesel::insert_into(locks::table)
        .values(row)
        .on_conflict(locks::account_id)
        .do_update()
        .set(change)
        .execute(c)?);
    Ok(())
}

pub(in crate::people) fn unlock_signing(conn: &mut AnyConnection, account: &str) -> Result<()> {
    diesel::delete(locks::table.find(account)).execute(conn)?;
    Ok(())
}
