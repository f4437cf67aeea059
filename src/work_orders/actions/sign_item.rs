//! Signing an item that asks for a signature.

use super::signed::{SignedWith, signed};
use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::work_orders::Orders;
use crate::work_orders::decide::Command;

/// Signs what the item says; `note` is a remark and may be empty.
pub async fn sign_item(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    item: String,
    note: String,
    with: SignedWith,
) -> Result<Vec<Event>> {
    let expected_version = with.version;
    let command = move |proof| {
        let (item, note) = (item.clone(), note.clone());
        Command::SignItem { item, note, proof, expected_version }
    };
    signed(orders, asker, order_id, with, command).await
}
