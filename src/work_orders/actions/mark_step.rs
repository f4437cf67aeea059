//! Marking a step failed, flagged or not applicable.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::work_orders::Orders;
use crate::work_orders::decide::Command;
use crate::work_orders::model::StepState;

/// Marks the step, or with `Open` takes the mark away.
pub async fn mark_step(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    step: String,
    state: StepState,
    reason: String,
) -> Result<Vec<Event>> {
    super::change(orders, asker, order_id, Command::MarkStep { step, state, reason }).await
}
