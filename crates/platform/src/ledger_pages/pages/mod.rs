//! One file a page.

mod about;
pub(super) mod checkpoint;
pub(super) mod event;
pub(super) mod list;
pub(super) mod proof;

use crate::foundation::{Error, Result};

/// The leaf index in an address.
fn index(text: &str) -> Result<u64> {
    // Places are counted as the database counts: no log has more entries.
    let place = text.parse::<i64>().ok().and_then(|place| u64::try_from(place).ok());
    place.ok_or_else(|| Error::not_found("that ledger entry"))
}
