//! Throwing away a version that is not settled.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::maintenance::procedures::decide::Command;
use crate::state::App;

/// Withdraws it; it stays as a record.
pub async fn withdraw(
    app: &App,
    asker: &Asker,
    procedure: &str,
    version: u32,
    reason: String,
) -> Result<Vec<Event>> {
    super::change(app, asker, procedure, Command::Withdraw { version, reason }).await
}
