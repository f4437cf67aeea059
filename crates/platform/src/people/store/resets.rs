//! Passwords that somebody else's link set, and how it was confirmed that the right person has them.

use diesel::prelude::*;

use crate::db::AnyConnection;
use crate::db::schema::password_resets as resets;
use crate::foundation::{Result, Timestamp};
use crate::ledger::Event;
use crate::people::events::{LinkMaker, ResetConfirmed};
use crate::people::model::AccountId;

/// One reset.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = resets)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct ResetRow {
    /// The account that made the link, or `system` for the operator.
    pub reset_by: String,
    pub reset_by_name: String,
    pub reset_at: Timestamp,
    pub confirmed_by: Option<String>,
    pub confirmed_by_name: Option<String>,
    pub confirmed_at: Option<Timestamp>,
    /// `former_password`, `again` or `vouched`.
    pub confirmed_how: Option<String>,
}

/// Every reset of an account, the newest first.
pub(in crate::people) fn resets_of(conn: &mut AnyConnection, account: &AccountId) -> Result<Vec<ResetRow>> {
    let of_account = resets::table.filter(resets::account_id.eq(&account.0));
    let newest = (resets::reset_at.desc(), resets::event_id.desc());
    Ok(of_account.order(newest).limit(50).select(ResetRow::as_select()).load(conn)?)
}

/// The newest reset that nobody has confirmed.
pub(in crate::people) fn unconfirmed_reset(
    conn: &mut AnyConnection,
    account: &AccountId,
) -> Result<Option<ResetRow>> {
    Ok(resets::table
        .filter(resets::account_id.eq(&account.0))
        .filter(resets::confirmed_at.is_null())
        .order(resets::reset_at.desc())
        .select(ResetRow::as_select())
        .first(conn)
        .optional()?)
}

/// The accounts with a reset that nobody has confirmed.
pub(in crate::people) fn unconfirmed_accounts(conn: &mut AnyConnection) -> Result<Vec<AccountId>> {
    let open = resets::table.filter(resets::confirmed_at.is_null());
    Ok(open.select(resets::account_id).distinct().load(conn)?)
}

pub(in crate::people) fn insert_reset(
    conn: &mut AnyConnection,
    event: &Event,
    maker: &LinkMaker,
) -> Result<()> {
    diesel::insert_into(resets::table)
        .values((
            resets::account_id.eq(&event.stream_id),
            resets::event_id.eq(&event.id),
            resets::reset_by.eq(&maker.account),
            resets::reset_by_name.eq(&maker.name),
            resets::reset_at.eq(event.at),
        ))
        .execute(conn)?;
    Ok(())
}

/// Whoever has the account now has it since every reset before.
pub(in crate::people) fn confirm_resets(
    conn: &mut AnyConnection,
    event: &Event,
    confirmed: ResetConfirmed,
) -> Result<()> {
    diesel::update(resets::table)
        .filter(resets::account_id.eq(&event.stream_id))
        .filter(resets::confirmed_at.is_null())
        .set((
            resets::confirmed_by.eq(Some(&event.actor)),
            resets::confirmed_by_name.eq(Some(event.actor_name())),
            resets::confirmed_at.eq(Some(event.at)),
            resets::confirmed_how.eq(Some(confirmed.how.as_str())),
        ))
        .execute(conn)?;
    Ok(())
}
