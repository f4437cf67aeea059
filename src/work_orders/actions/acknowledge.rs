//! Saying that the safety notes have been read.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::state::App;
use crate::work_orders::Hooks;
use crate::work_orders::decide::Command;

/// Acknowledges the version of the notes that was shown.
pub async fn acknowledge(
    app: &App,
    hooks: &Hooks,
    asker: &Asker,
    order_id: &str,
    version: u32,
) -> Result<Vec<Event>> {
    super::change(app, hooks, asker, order_id, Command::AcknowledgeSafety { version }).await
}
