//! Ending a schedule for good.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::maintenance::schedules::decide::Command;
use crate::state::App;

/// Ends it; the orders that it made stay.
pub async fn end(app: &App, asker: &Asker, schedule: &str, reason: String) -> Result<Vec<Event>> {
    super::change(app, asker, schedule, Command::End { reason }).await
}
