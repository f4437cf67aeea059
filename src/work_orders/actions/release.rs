//! Letting work go on past a checkpoint that is not done.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::work_orders::Orders;
use crate::work_orders::decide::Command;
use crate::work_orders::model::Target;

/// Lets work pass, with a reason.
pub async fn release(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    target: Target,
    reason: String,
) -> Result<Vec<Event>> {
    super::change(orders, asker, order_id, Command::Release { target, reason }).await
}
