//! Leaving out one day.

use chrono::NaiveDate;

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::maintenance::schedules::decide::Command;
use crate::state::App;

/// Leaves out the day that comes next; refused where that is another one by now.
pub async fn skip(
    app: &App,
    asker: &Asker,
    schedule: &str,
    day: NaiveDate,
    reason: String,
) -> Result<Vec<Event>> {
    super::change(app, asker, schedule, Command::Skip { day, reason }).await
}
