//! Marking a step failed, flagged or not applicable.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::state::App;
use crate::work_orders::Hooks;
use crate::work_orders::decide::Command;
use crate::work_orders::model::StepState;
/// Marks the step, or with `Open` takes the mark away.
pub async fn mark_step(
    app: &App,
    hooks: &Hooks,
    asker: &Asker,
    order_id: &str,
    step: String,
    state: StepState,
    reason: String,
) -> Result<Vec<Event>> {
    super::change(app, hooks, asker, order_id, Command::MarkStep { step, state, reason }).await
}
