//! Answering an item: what was found, a number, words; or that it failed, or does not apply.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::work_orders::Orders;
use crate::work_orders::decide::Command;

/// Answers the item; `given` is read as the item asks.
pub async fn answer(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    item: String,
    given: String,
    note: String,
) -> Result<Vec<Event>> {
    super::change(orders, asker, order_id, Command::Answer { item, given, note }).await
}

/// Says that the item does not apply, and why.
pub async fn skip(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    item: String,
    reason: String,
) -> Result<Vec<Event>> {
    super::change(orders, asker, order_id, Command::SkipItem { item, reason }).await
}

/// Says that it applies after all.
pub async fn take_up(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    item: String,
    reason: String,
) -> Result<Vec<Event>> {
    super::change(orders, asker, order_id, Command::TakeUpItem { item, reason }).await
}
