//! Forms that came after their session had ended.

use diesel::prelude::*;

use crate::db::schema::{late_forms as late, sign_in_sessions as sessions};
use crate::db::{AnyConnection, each};
use crate::foundation::{Digest, Result, Timestamp};
use crate::people::model::AccountId;

/// How long a form is kept, in microseconds (a day).
const KEPT_MICROS: i64 = 86_400_000_000;

/// Whose session a cookie was, whether it has ended or not.
pub(in crate::people) fn account_of_token(
    conn: &mut AnyConnection,
    token: Digest,
) -> Result<Option<AccountId>> {
    let of_token = sessions::table.filter(sessions::token_hash.eq(&token.0[..]));
    Ok(of_token.select(sessions::account_id).first(conn).optional()?)
}

/// Keeps a form in place of an earlier one.
pub(in crate::people) fn put_late(
    conn: &mut AnyConnection,
    account: &AccountId,
    fields: &str,
    now: Timestamp,
) -> Result<()> {
    let forgotten = now.plus_micros(-KEPT_MICROS);
    diesel::delete(late::table.filter(late::at.lt(forgotten))).execute(conn)?;
    let change = (late::fields.eq(fields), late::at.eq(now));
    let row = (late::account_id.eq(&account.0), change);
    each!(conn, |c| diesel::insert_into(late::table)
        .values(row)
        .on_conflict(late::account_id)
        .do_update()
        .set(change)
        .execute(c)?);
    Ok(())
}

/// The form kept for an account, if it is not too old.
pub(in crate::people) fn late_of(
    conn: &mut AnyConnection,
    account: &AccountId,
    now: Timestamp,
) -> Result<Option<String>> {
    let kept = late::table.find(&account.0).filter(late::at.ge(now.plus_micros(-KEPT_MICROS)));
    Ok(kept.select(late::fields).first(conn).optional()?)
}

pub(in crate::people) fn forget_late(conn: &mut AnyConnection, account: &AccountId) -> Result<()> {
    diesel::delete(late::table.find(&account.0)).execute(conn)?;
    Ok(())
}
