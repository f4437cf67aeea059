//! Keeping a schedule from making orders for a while.

use chrono::NaiveDate;

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::maintenance::schedules::decide::Command;
use crate::state::App;

/// Pauses it until somebody resumes it, or until a local day. Days of the pause are left out.
pub async fn pause(
    app: &App,
    asker: &Asker,
    schedule: &str,
    reason: String,
    until: Option<NaiveDate>,
) -> Result<Vec<Event>> {
    super::change(app, asker, schedule, Command::Pause { reason, until }).await
}
