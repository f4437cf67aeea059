//! Saying how many of a planned part are wanted, and at what cost.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::work_orders::Orders;
use crate::work_orders::decide::{Command, Gather};
use crate::work_orders::gathered::events::PartAmount;

/// Sets it in place of what was said before; `reason` is asked for once the plan is approved.
pub async fn plan_part(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    part: String,
    amount: PartAmount,
    reason: String,
) -> Result<Vec<Event>> {
    super::change(orders, asker, order_id, Command::Gather(Gather::PlanPart { part, amount, reason })).await
}
