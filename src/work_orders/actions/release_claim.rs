//! Giving a claim back.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::work_orders::Orders;
use crate::work_orders::decide::{Command, Delegate};

/// Gives it back; the reason may be empty.
pub async fn release_claim(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    reason: &str,
) -> Result<Vec<Event>> {
    let command = Command::Delegate(Delegate::ReleaseClaim { reason: reason.trim().to_owned() });
    super::change(orders, asker, order_id, command).await
}
