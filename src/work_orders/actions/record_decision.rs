//! Recording what was decided while the work was done.

use crate::foundation::{Asker, Error, Result};
use crate::work_orders::Orders;
pub use crate::work_orders::decide::NewDecision;
use crate::work_orders::decide::{Command, Delegate};

/// Records it; gives the decision's id.
pub async fn record_decision(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    decision: NewDecision,
) -> Result<String> {
    let command = Command::Delegate(Delegate::RecordDecision(decision));
    let events = super::change(orders, asker, order_id, command).await?;
    let made = events.iter().find(|event| event.kind == "work_order.decision_recorded.v1");
    super::named_in(made, "decision").ok_or_else(|| Error::internal("a decision was recorded without its id"))
}
