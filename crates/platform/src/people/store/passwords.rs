//! Password hashes: the one in force, and the one before a reset that nobody has confirmed yet.

use diesel::prelude::*;

use crate::db::schema::passwords;
use crate::db::{AnyConnection, each};
use crate::foundation::{Result, Timestamp};
use crate::people::model::AccountId;

pub(in crate::people) fn password(conn: &mut AnyConnection, account: &AccountId) -> Result<Option<String>> {
    let phc = passwords::table.filter(passwords::account_id.eq(&account.0)).select(passwords::phc);
    Ok(phc.first(conn).optional()?)
}

/// The password before the first unconfirmed reset.
pub(in crate::people) fn former_password(
    conn: &mut AnyConnection,
    account: &AccountId,
) -> Result<Option<String>> {
    let phc = passwords::table.filter(passwords::account_id.eq(&account.0)).select(passwords::former_phc);
    Ok(phc.first::<Option<String>>(conn).optional()?.flatten())
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

/// Keeps the hash that a reset replaces, or forgets it.
pub(in crate::people) fn keep_former(
    conn: &mut AnyConnection,
    account: &AccountId,
    phc: Option<&str>,
) -> Result<()> {
    diesel::update(passwords::table.filter(passwords::account_id.eq(&account.0)))
        .set(passwords::former_phc.eq(phc))
        .execute(conn)?;
    Ok(())
}
