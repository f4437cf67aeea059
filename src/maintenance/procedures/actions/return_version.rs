//! Sending a version back to whoever wrote it.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::maintenance::procedures::decide::Command;
use crate::state::App;

/// Returns it, with what is to be changed.
pub async fn return_version(
    app: &App,
    asker: &Asker,
    procedure: &str,
    version: u32,
    reason: String,
) -> Result<Vec<Event>> {
    super::change(app, asker, procedure, Command::Return { version, reason }).await
}
