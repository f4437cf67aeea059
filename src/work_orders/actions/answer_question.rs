//! Answering what was asked about an order.

use crate::foundation::{Asker, Result};
use crate::ledger::Event;
use crate::work_orders::Orders;
use crate::work_orders::decide::{Command, Delegate};

/// Answers the question with this id; of one with choices the answer is one of them.
pub async fn answer_question(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    question: &str,
    answer: &str,
) -> Result<Vec<Event>> {
    let (question, answer) = (question.to_owned(), answer.to_owned());
    let command = Command::Delegate(Delegate::AnswerQuestion { question, answer });
    super::change(orders, asker, order_id, command).await
}
