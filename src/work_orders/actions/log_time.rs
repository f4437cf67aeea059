//! Writing time down by hand.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::work_orders::Orders;
use crate::work_orders::decide::{Command, Gather};
use crate::work_orders::gathered::events::Worked;

/// Writes down how long whoever asks worked.
pub async fn log_time(orders: &Orders, asker: &Asker, order_id: &str, worked: Worked) -> Result<Vec<Event>> {
    let now = orders.app.now();
    super::change(orders, asker, order_id, Command::Gather(Gather::LogTime { worked, now })).await
}
