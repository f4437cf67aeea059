//! Vouching for an imported tick.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::work_orders::Orders;
use crate::work_orders::decide::Command;
use crate::work_orders::model::Target;

/// Vouches for the standing imported tick, with what the attester knows and how.
pub async fn attest(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    target: Target,
    note: String,
) -> Result<Vec<Event>> {
    super::change(orders, asker, order_id, Command::Attest { target, note }).await
}
