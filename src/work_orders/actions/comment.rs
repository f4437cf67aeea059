//! Commenting.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::work_orders::Orders;
use crate::work_orders::decide::Command;

/// Adds a comment.
pub async fn comment(orders: &Orders, asker: &Asker, order_id: &str, text: String) -> Result<Vec<Event>> {
    super::change(orders, asker, order_id, Command::AddComment { text }).await
}
