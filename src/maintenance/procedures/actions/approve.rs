//! Putting a version in use.

use crate::foundation::{Asker, Result, Timestamp};
use crate::ledger::Event;
use crate::maintenance::procedures::decide::Command;
use crate::maintenance::procedures::model::Looked;
use crate::state::App;

/// Approves it, to be in use from the UTC day of a moment on; none for today. Where the type of its orders is controlled, nobody
/// approves whose unit wrote any of it.
pub async fn approve(
    app: &App,
    asker: &Asker,
    procedure: &str,
    version: impl Into<Looked>,
    effective_from: Option<Timestamp>,
) -> Result<Vec<Event>> {
    let Looked { version, seen } = version.into();
    super::change(app, asker, procedure, Command::Approve { version, seen, effective_from }).await
}
