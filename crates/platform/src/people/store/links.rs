//! One-time links: for the first owner, or for an account to set its password.

use diesel::prelude::*;

use crate::db::AnyConnection;
use crate::db::schema::set_up_links as links;
use crate::foundation::{Digest, Result, Timestamp};
use crate::people::events::LinkMaker;
use crate::people::model::AccountId;

/// A link that is to be stored; its token as a digest.
pub(in crate::people) struct NewLink<'a> {
    pub(in crate::people) token: Digest,
    pub(in crate::people) account: Option<&'a AccountId>,
    /// Who made it, for an account's link.
    pub(in crate::people) maker: Option<&'a LinkMaker>,
    pub(in crate::people) now: Timestamp,
    pub(in crate::people) expires_at: Timestamp,
}

/// Stores a link and ends the earlier ones for the same account (or for the first owner).
pub(in crate::people) fn insert_link(conn: &mut AnyConnection, link: &NewLink<'_>) -> Result<()> {
    let account = link.account;
    match account {
        Some(account) => {
            diesel::delete(links::table.filter(links::account_id.eq(Some(&account.0)))).execute(conn)?
        }
        None => diesel::delete(links::table.filter(links::account_id.is_null())).execute(conn)?,
    };
    diesel::insert_into(links::table)
        .values((
            links::token_hash.eq(&link.token.0[..]),
            links::account_id.eq(account.map(|a| &a.0)),
            links::created_at.eq(link.now),
            links::expires_at.eq(link.expires_at),
            links::issued_by.eq(link.maker.map(|maker| &maker.account)),
            links::issued_by_name.eq(link.maker.map(|maker| &maker.name)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Whom a link is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::people) enum LinkFor {
    FirstOwner,
    Account(AccountId),
}

/// Whom an unused link is for.
pub(in crate::people) fn valid_link(
    conn: &mut AnyConnection,
    token: Digest,
    now: Timestamp,
) -> Result<Option<LinkFor>> {
    let account: Option<Option<AccountId>> = links::table
        .filter(links::token_hash.eq(&token.0[..]))
        .filter(links::used_at.is_null())
        .filter(links::expires_at.gt(now))
        .select(links::account_id)
        .first(conn)
        .optional()?;
    Ok(account.map(|account| account.map_or(LinkFor::FirstOwner, LinkFor::Account)))
}

/// Who made a link, if that was noted.
pub(in crate::people) fn link_maker(conn: &mut AnyConnection, token: Digest) -> Result<Option<LinkMaker>> {
    let found: Option<(Option<String>, Option<String>)> = links::table
        .filter(links::token_hash.eq(&token.0[..]))
        .select((links::issued_by, links::issued_by_name))
        .first(conn)
        .optional()?;
    let (account, name) = found.unwrap_or_default();
    Ok(account.map(|account| LinkMaker { account, name: name.unwrap_or_default() }))
}

/// Uses a link up; false when somebody else was first.
pub(in crate::people) fn use_link(conn: &mut AnyConnection, token: Digest, now: Timestamp) -> Result<bool> {
    let used = diesel::update(links::table)
        .filter(links::token_hash.eq(&token.0[..]))
        .filter(links::used_at.is_null())
        .filter(links::expires_at.gt(now))
        .set(links::used_at.eq(Some(now)))
        .execute(conn)?;
    Ok(used == 1)
}
