//! Stopping an agent on an order, as a person.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::work_orders::Orders;
use crate::work_orders::decide::{Command, Delegate};

/// Stops the agent with this account: its claim ends, and it does nothing on the order until a person lets it on.
pub async fn stop_agent(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    account: &str,
    reason: &str,
) -> Result<Vec<Event>> {
    let (account, reason) = (account.to_owned(), reason.trim().to_owned());
    super::change(orders, asker, order_id, Command::Delegate(Delegate::StopAgent { account, reason })).await
}
