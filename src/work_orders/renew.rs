//! Rows of orders that an older version wrote, and of what follows from them, read anew from the orders' events.
//!
//! A migration that adds a column for it sets the rows' version to 0, which no stored order has. Whatever opens the database
//! reads those anew before it does anything else, each in a short transaction, so that an upgrade that was stopped goes on
//! at the next start and rows of an older version are never taken for altered ones.

use crate::db::Db;
use crate::foundation::{Actor, Result};
use crate::ledger::{Ledger, rebuild};

use super::reads::stream_of;
use super::store;

/// Orders asked about at once.
const AT_ONCE: i64 = 100;

/// Reads anew what is left; gives how many orders.
pub fn finish(db: &Db, ledger: &Ledger) -> Result<usize> {
    let (mut after, mut renewed) = (None, 0);
    loop {
        let place = after.clone();
        let left = db.read_blocking(move |conn| store::of_older_versions(conn, place, AT_ONCE))?;
        let Some(last) = left.last() else { return Ok(renewed) };
        after = Some(last.clone());
        renewed += left.len();
        for (project, order) in left {
            let ledger = ledger.clone();
            db.write_blocking(&Actor::system(), move |tx| {
                rebuild::project_newest(tx, &ledger, &stream_of(project, &order))
            })?;
        }
    }
}
