//! Taking a file back; it stays in the history.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::work_orders::Orders;
use crate::work_orders::decide::{Command, Gather};

/// Takes it back, with the reason.
pub async fn withdraw_file(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    file: String,
    reason: String,
) -> Result<Vec<Event>> {
    super::change(orders, asker, order_id, Command::Gather(Gather::WithdrawFile { file, reason })).await
}
