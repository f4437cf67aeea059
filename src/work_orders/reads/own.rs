//! The orders of one's own, for whoever does not see all of them: what they wrote, were given, have claimed or answer for, as
//! [`OrderRow::tie`](super::OrderRow::tie) has it.

use diesel::dsl::{Eq, Or};
use diesel::prelude::*;

use super::{Filter, matching};
use crate::db::AnyConnection;
use crate::db::schema::orders;
use crate::foundation::{ProjectKey, Result};

type Written = Or<Eq<orders::assignee_account, String>, Eq<orders::owner, String>>;
type Own = Or<Or<Written, Eq<orders::claimed_by, String>>, Eq<orders::accountable, String>>;

/// An order is this account's own.
pub(super) fn is_of(account: &str) -> Own {
    let account = || account.to_owned();
    orders::assignee_account
        .eq(account())
        .or(orders::owner.eq(account()))
        .or(orders::claimed_by.eq(account()))
        .or(orders::accountable.eq(account()))
}

/// The ids of up to `limit` orders that a list would hold, the one that changed last first.
pub fn ids(
    conn: &mut AnyConnection,
    project: ProjectKey,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<String>> {
    let newest = (orders::updated_at.desc(), orders::order_id.desc());
    Ok(matching(project, filter).order(newest).limit(limit).select(orders::order_id).load(conn)?)
}
