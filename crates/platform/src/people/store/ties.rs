//! Which accounts count as one, and why.

use diesel::prelude::*;

use crate::db::schema::account_ties;
use crate::db::{AnyConnection, each};
use crate::foundation::Result;

/// Why two accounts count as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::people) enum Tie {
    /// One made the other, an agent.
    Made,
    /// One made a key that speaks for the other, an agent.
    Key,
    /// Both belong to one person.
    SamePerson,
}

impl Tie {
    fn as_str(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Key => "key",
            Self::SamePerson => "same_person",
        }
    }
}

/// Every tie there is. Few accounts have any.
pub(in crate::people) fn ties(conn: &mut AnyConnection) -> Result<Vec<(String, String)>> {
    let pairs = account_ties::table.select((account_ties::account_id, account_ties::other_id)).distinct();
    Ok(pairs.load(conn)?)
}

/// Adds a tie; one that is there stays.
pub(in crate::people) fn tie(conn: &mut AnyConnection, account: &str, other: &str, why: Tie) -> Result<()> {
    let row = (
        account_ties::account_id.eq(account),
        account_ties::other_id.eq(other),
        account_ties::why.eq(why.as_str()),
    );
    each!(conn, |c| diesel::insert_into(account_ties::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c)?);
    Ok(())
}
