//! Calling a procedure something else.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::maintenance::procedures::decide::Command;
use crate::state::App;

/// Renames it; orders keep what they say.
pub async fn rename(app: &App, asker: &Asker, procedure: &str, title: String) -> Result<Vec<Event>> {
    super::change(app, asker, procedure, Command::Rename { title }).await
}
