//! Password hashes and the lock after failed attempts.

use diesel::prelude::*;

use crate::db::schema::{passwords, sign_in_guards};
use crate::db::{AnyConnection, each};
use crate::foundation::{Result, Timestamp};
use crate::people::model::AccountId;

/// Failed attempts in a row, and until when the account is locked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = sign_in_guards)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub(in crate::people) struct Guard {
    pub(in crate::people) failures: i64,
    pub(in crate::people) locked_until: Option<Timestamp>,
}

pub(in crate::people) fn password(conn: &mut AnyConnection, account: &AccountId) -> Result<Option<String>> {
    let phc = passwords::table.filter(passwords::account_id.eq(&account.0)).select(passwords::phc);
    Ok(phc.first(conn).optional()?)
}

pub(in crate::people) fn set_password(
    conn: &mut AnyConnection,
    account: &AccountId,
    phc: &str,
    now: Timestamp,
) -> Result<()> {
    let row = (passwords::account_id.eq(&account.0), passwords::phc.eq(phc), passwords::changed_at.eq(now));
    let change = (passwords::phc.eq(phc), passwords::changed_at.eq(now));
    each!(conn, |c| diesel::insert_into(passwords::table)
        .values(row)
        .on_conflict(passwords::account_id)
        .do_update()
        .set(change)
        .execute(c)?);
    Ok(())
}

pub(in crate::people) fn guard(conn: &mut AnyConnection, account: &AccountId) -> Result<Guard> {
    let guard = sign_in_guards::table.filter(sign_in_guards::account_id.eq(&account.0));
    Ok(guard.select(Guard::as_select()).first(conn).optional()?.unwrap_or_default())
}

pub(in crate::people) fn set_guard(
    conn: &mut AnyConnection,
    account: &AccountId,
    guard: Guard,
) -> Result<()> {
    let change =
        (sign_in_guards::failures.eq(guard.failures), sign_in_guards::locked_until.eq(guard.locked_until));
    let row = (sign_in_guards::account_id.eq(&account.0), change);
    each!(conn, |c| diesel::insert_into(sign_in_guards::table)
        .values(row)
        .on_conflict(sign_in_guards::account_id)
        .do_update()
        .set(change)
        .execute(c)?);
    Ok(())
}
