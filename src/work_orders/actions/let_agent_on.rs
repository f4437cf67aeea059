//! Letting an agent on again that was stopped.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::work_orders::Orders;
use crate::work_orders::decide::{Command, Delegate};

/// Lets it on. It claims the work again by itself.
pub async fn let_agent_on(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    account: &str,
) -> Result<Vec<Event>> {
    let command = Command::Delegate(Delegate::LiftStop { account: account.to_owned() });
    super::change(orders, asker, order_id, command).await
}
