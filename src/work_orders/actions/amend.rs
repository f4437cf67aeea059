//! Adding to the record of an order that has ended.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::work_orders::Orders;
use crate::work_orders::decide::Command;
use crate::work_orders::model::Target;

/// Says what is to be known beside the record, about a part or the whole order, and why it is said now.
pub async fn amend(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    about: Option<Target>,
    text: String,
    reason: String,
) -> Result<Vec<Event>> {
    super::change(orders, asker, order_id, Command::Amend { about, text, reason }).await
}
