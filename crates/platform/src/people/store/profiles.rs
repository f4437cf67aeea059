//! What somebody set about themselves.

use diesel::prelude::*;

use crate::db::schema::{account_profiles as profiles, accounts};
use crate::db::{AnyConnection, each};
use crate::foundation::Result;
use crate::people::events::ProfileSet;
use crate::people::model::AccountId;

/// How somebody reads times and dates.
#[derive(Clone, Debug, Default, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = profiles)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct ProfileRow {
    /// An IANA name; empty where the browser's is used.
    pub zone: String,
    /// The stored word of the form of dates; empty for the usual one.
    pub dates: String,
}

/// What an account set; the usual where it set nothing.
pub(in crate::people) fn profile(conn: &mut AnyConnection, account: &AccountId) -> Result<ProfileRow> {
    let row = profiles::table.find(&account.0).select(ProfileRow::as_select()).first(conn).optional()?;
    Ok(row.unwrap_or_default())
}

pub(in crate::people) fn put_profile(
    conn: &mut AnyConnection,
    account: &str,
    set: &ProfileSet,
) -> Result<()> {
    let change = (profiles::zone.eq(&set.zone), profiles::dates.eq(&set.dates));
    let row = (profiles::account_id.eq(account), change);
    each!(&mut *conn, |c| diesel::insert_into(profiles::table)
        .values(row)
        .on_conflict(profiles::account_id)
        .do_update()
        .set(change)
        .execute(c)?);
    diesel::update(accounts::table.filter(accounts::id.eq(account)))
        .set(accounts::name.eq(&set.name))
        .execute(conn)?;
    Ok(())
}

pub(in crate::people) fn put_email(conn: &mut AnyConnection, account: &str, email: &str) -> Result<()> {
    diesel::update(accounts::table.filter(accounts::id.eq(account)))
        .set(accounts::email.eq(Some(email)))
        .execute(conn)?;
    Ok(())
}
