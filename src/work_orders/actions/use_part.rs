//! Writing down a part that was used.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::work_orders::Orders;
use crate::work_orders::decide::{Command, Gather};
use crate::work_orders::gathered::events::PartAmount;

/// Writes it down: an entry of the plan, or what `name` says.
pub async fn use_part(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    part: Option<String>,
    name: String,
    amount: PartAmount,
) -> Result<Vec<Event>> {
    super::change(orders, asker, order_id, Command::Gather(Gather::UsePart { part, name, amount })).await
}
