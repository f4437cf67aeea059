//! Signing on and off under the isolation of an order.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::work_orders::Orders;
use crate::work_orders::decide::Command;

/// Signs the asker on.
pub async fn sign_on(orders: &Orders, asker: &Asker, order_id: &str) -> Result<Vec<Event>> {
    super::change(orders, asker, order_id, Command::SignOn).await
}

/// Signs an account off: one's own, or another's with a reason.
pub async fn sign_off(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    account: String,
    reason: String,
) -> Result<Vec<Event>> {
    super::change(orders, asker, order_id, Command::SignOff { account, reason }).await
}
