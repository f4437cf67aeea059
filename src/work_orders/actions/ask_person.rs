//! Asking a person something about an order.

use crate::foundation::{Asker, Error, Result};
use crate::work_orders::Orders;
pub use crate::work_orders::decide::NewQuestion as Question;
use crate::work_orders::decide::{Command, Delegate};

/// Asks it; gives the question's id, by which [`super::super::reads::questions_of`] finds the answer.
pub async fn ask_person(
    orders: &Orders,
    asker: &Asker,
    order_id: &str,
    question: Question,
) -> Result<String> {
    let command = Command::Delegate(Delegate::AskPerson(question));
    let events = super::change(orders, asker, order_id, command).await?;
    let asked = events.iter().find(|event| event.kind == "work_order.question_asked.v1");
    super::named_in(asked, "question").ok_or_else(|| Error::internal("a question was asked without its id"))
}
