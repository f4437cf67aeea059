//! Saying that the safety notes have been read.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::work_orders::Orders;
use crate::work_orders::decide::Command;

/// Acknowledges the version of the notes that was shown.
pub async fn acknowledge(orders: &Orders, asker: &Asker, order_id: &str, version: u32) -> Result<Vec<Event>> {
    super::change(orders, asker, order_id, Command::AcknowledgeSafety { version }).await
}
