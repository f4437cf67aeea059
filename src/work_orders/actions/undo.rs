//! Taking a tick back.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::work_orders::Orders;
use crate::work_orders::decide::Command;
use crate::work_orders::model::Target;

/// Takes the standing tick back; it stays in the record.
pub async fn undo(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    target: Target,
    reason: String,
) -> Result<Vec<Event>> {
    super::change(orders, asker, order_id, Command::Undo { target, reason }).await
}
