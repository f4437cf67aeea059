//! Approving a plan that was changed since it was approved. It is signed where approving is.

use super::signed::{SignedWith, signed};
use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::work_orders::Orders;
use crate::work_orders::decide::Command;

/// Approves it as it stands; `note` is a remark and may be empty.
pub async fn renew_approval(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    note: String,
    with: SignedWith,
) -> Result<Vec<Event>> {
    let expected_version = with.version;
    let command = move |proof| Command::RenewApproval { note: note.clone(), proof, expected_version };
    signed(orders, asker, order_id, with, command).await
}
