//! One file a page.

pub(super) mod checkpoint;
pub(super) mod event;
pub(super) mod list;
pub(super) mod proof;

use crate::foundation::{Error, ProjectKey, Result, Role};
use crate::ledger::events::Event;
use crate::people::SignedIn;

/// The project key of the installation itself.
pub(in crate::ledger_pages) const INSTALLATION: ProjectKey = ProjectKey(0);

/// Whether this reader may see what an event says beyond its leaf.
fn may_read(who: &SignedIn, event: &Event) -> bool {
    event.project == who.project || (event.project == INSTALLATION && who.roles.contains(&Role::Admin))
}

/// The leaf index in an address.
fn index(text: &str) -> Result<u64> {
    text.parse().map_err(|_| Error::not_found("that ledger entry"))
}
