//! Saying from the page of an asset that one is there, which answers an item that asks for its scan.

use crate::assets::reads as assets;
use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::work_orders::Orders;
use crate::work_orders::decide::Command;

/// Answers the item by the asset with this code, as that writes it. An asset that is on no list has no page to say it from.
pub async fn arrive(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    item: String,
    code: String,
) -> Result<Vec<Event>> {
    let project = asker.project;
    let asset = orders.app.db.read(move |conn| assets::get(conn, project, &code)).await?;
    super::change(orders, asker, order_id, Command::Arrive { item, code: asset.code }).await
}
