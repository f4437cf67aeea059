//! One file a page.

pub(super) mod checkpoint;
pub(super) mod event;
pub(super) mod list;
pub(super) mod proof;

use crate::foundation::{Error, Result};

/// The leaf index in an address.
fn index(text: &str) -> Result<u64> {
    text.parse().map_err(|_| Error::not_found("that ledger entry"))
}
