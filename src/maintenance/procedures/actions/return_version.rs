//! Sending a version back to whoever wrote it.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::maintenance::procedures::decide::Command;
use crate::maintenance::procedures::model::Looked;
use crate::state::App;

/// Returns it, with what is to be changed.
pub async fn return_version(
    app: &App,
    asker: &Asker,
    procedure: &str,
    version: impl Into<Looked>,
    reason: String,
) -> Result<Vec<Event>> {
    let Looked { version, seen } = version.into();
    super::change(app, asker, procedure, Command::Return { version, seen, reason }).await
}
