//! Saying that orders are made from a procedure again.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::maintenance::procedures::decide::Command;
use crate::state::App;

/// Takes it up again.
pub async fn take_up(app: &App, asker: &Asker, procedure: &str, reason: String) -> Result<Vec<Event>> {
    super::change(app, asker, procedure, Command::TakeUp { reason }).await
}
