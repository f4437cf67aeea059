//! Taking a tick back.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::state::App;
use crate::work_orders::Hooks;
use crate::work_orders::decide::Command;
use crate::work_orders::model::Target;
/// Takes the standing tick back; it stays in the record.
pub async fn undo(
    app: &App,
    hooks: &Hooks,
    asker: &Asker,
    order_id: &str,
    target: Target,
    reason: String,
) -> Result<Vec<Event>> {
    super::change(app, hooks, asker, order_id, Command::Undo { target, reason }).await
}
