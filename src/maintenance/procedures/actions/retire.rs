//! Saying that no more orders are made from a procedure.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::maintenance::procedures::decide::Command;
use crate::state::App;

/// Retires it; its record and the orders made from it stay.
pub async fn retire(app: &App, asker: &Asker, procedure: &str, reason: String) -> Result<Vec<Event>> {
    super::change(app, asker, procedure, Command::Retire { reason }).await
}
