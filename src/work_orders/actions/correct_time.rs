//! Correcting an entry of time: a new one in its place, with the reason. No minutes take it back.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::work_orders::Orders;
use crate::work_orders::decide::{Command, Gather};
use crate::work_orders::gathered::events::Worked;

/// Puts a new entry in the place of one.
pub async fn correct_time(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    entry: String,
    worked: Worked,
    reason: String,
) -> Result<Vec<Event>> {
    let now = orders.app.now();
    let asked = Gather::CorrectTime { entry, worked, reason, now };
    super::change(orders, asker, order_id, Command::Gather(asked)).await
}
