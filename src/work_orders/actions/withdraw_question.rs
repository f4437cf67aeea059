//! Taking a question back.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::work_orders::Orders;
use crate::work_orders::decide::{Command, Delegate};

/// Takes it back; the reason may be empty.
pub async fn withdraw_question(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    question: &str,
    reason: &str,
) -> Result<Vec<Event>> {
    let (question, reason) = (question.to_owned(), reason.trim().to_owned());
    let command = Command::Delegate(Delegate::WithdrawQuestion { question, reason });
    super::change(orders, asker, order_id, command).await
}
