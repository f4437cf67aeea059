//! Claiming an order, as an agent.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::work_orders::Orders;
use crate::work_orders::decide::{Command, Delegate};

/// Claims it for a lease of one to thirty minutes; five when not said. One's own live claim is renewed where that is due, and
/// nothing happens else.
pub async fn claim(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    lease_seconds: Option<u32>,
) -> Result<Vec<Event>> {
    let command = Command::Delegate(Delegate::ClaimWork { lease_seconds });
    super::change(orders, asker, order_id, command).await
}
