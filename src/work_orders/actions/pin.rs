//! Pins on a photo: placed, and taken back.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::work_orders::Orders;
use crate::work_orders::decide::{Command, Gather};

/// Pins a place, in ten-thousandths of the width and the height.
pub async fn place(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    file: String,
    (x, y): (u16, u16),
    text: String,
) -> Result<Vec<Event>> {
    super::change(orders, asker, order_id, Command::Gather(Gather::PlacePin { file, x, y, text })).await
}

/// Takes a pin back; it stays in the history.
pub async fn remove(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    pin: String,
    reason: String,
) -> Result<Vec<Event>> {
    super::change(orders, asker, order_id, Command::Gather(Gather::RemovePin { pin, reason })).await
}
