//! Ticking an item, a step without items or a criterion.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::work_orders::Orders;
use crate::work_orders::decide::Command;
use crate::work_orders::model::Target;

/// Ticks it; the first tick in an approved order starts the order. The id of the tick's event is the claim's id.
pub async fn tick(orders: &Orders, asker: &Asker, order_id: &str, target: Target) -> Result<Vec<Event>> {
    super::change(orders, asker, order_id, Command::Tick { target }).await
}
