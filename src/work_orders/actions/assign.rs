//! Giving the work to somebody.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::work_orders::Orders;
use crate::work_orders::decide::Command;
use crate::work_orders::model::Assignee;

/// Assigns the order, or with none takes it from whoever has it.
pub async fn assign(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    assignee: Option<Assignee>,
) -> Result<Vec<Event>> {
    super::change(orders, asker, order_id, Command::Assign { assignee }).await
}
