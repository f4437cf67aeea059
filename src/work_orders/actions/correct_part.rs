//! Correcting a used part: a new line in its place, with the reason. None used takes it back.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::work_orders::Orders;
use crate::work_orders::decide::{Command, Gather};
use crate::work_orders::gathered::events::PartAmount;

/// Puts a new line in the place of one.
pub async fn correct_part(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    line: String,
    amount: PartAmount,
    reason: String,
) -> Result<Vec<Event>> {
    super::change(orders, asker, order_id, Command::Gather(Gather::CorrectPart { line, amount, reason }))
        .await
}
