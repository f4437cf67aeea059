//! Letting a schedule make orders again.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::maintenance::schedules::decide::Command;
use crate::state::App;

/// Resumes one that is paused or has stopped; days before today are not made up for.
pub async fn resume(app: &App, asker: &Asker, schedule: &str, reason: String) -> Result<Vec<Event>> {
    super::change(app, asker, schedule, Command::Resume { reason }).await
}
