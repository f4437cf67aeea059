//! Stopping one's own timer.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::work_orders::Orders;
use crate::work_orders::decide::{Command, Gather};

/// Stops it; what it measured becomes an entry of time.
pub async fn stop_timer(orders: &Orders, asker: &Asker, order_id: &str) -> Result<Vec<Event>> {
    super::change(orders, asker, order_id, Command::Gather(Gather::StopTimer)).await
}

/// Stops the timer that another account left running; supervisors do.
pub async fn stop_timer_of(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    account: String,
) -> Result<Vec<Event>> {
    super::change(orders, asker, order_id, Command::Gather(Gather::StopTimerOf { account })).await
}
