//! One file a page.

mod about;
pub(super) mod checkpoint;
pub(super) mod event;
pub(super) mod list;
pub(super) mod proof;

use crate::foundation::{Action, Asker, Error, ProjectKey, Result};
use crate::ledger::events::Event;

/// The project key of the installation itself.
pub(in crate::ledger_pages) const INSTALLATION: ProjectKey = ProjectKey(0);

/// Whether this reader may see what an event says beyond its leaf.
fn may_read(who: &Asker, event: &Event) -> bool {
    event.project == who.project
        || (event.project == INSTALLATION && who.must(Action::ReadInstallationLedger).is_ok())
}

/// The leaf index in an address.
fn index(text: &str) -> Result<u64> {
    text.parse().map_err(|_| Error::not_found("that ledger entry"))
}
