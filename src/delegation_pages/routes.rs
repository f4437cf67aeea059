//! Addresses of what people do about agents, questions and decisions of an order.

use super::acts;
use crate::foundation::Action;
use crate::web::Access::{May, MayOneOf};
use crate::web::{Access, Routes};

/// Whoever works on the order, and whoever supervises it.
const WITHDRAW: Access = MayOneOf(&[Action::Log, Action::UndoOthersTick]);

/// Registers the routes.
pub fn routes(routes: &mut Routes) {
    routes.post("/work-orders/{number}/claims/stop", May(Action::StopAgent), acts::stop);
    routes.post("/work-orders/{number}/claims/let-on", May(Action::StopAgent), acts::let_on);
    routes.post("/work-orders/{number}/questions", May(Action::Log), acts::ask);
    routes.post(
        "/work-orders/{number}/questions/{question}/answer",
        May(Action::AnswerQuestion),
        acts::answer,
    );
    routes.post("/work-orders/{number}/questions/{question}/withdraw", WITHDRAW, acts::withdraw);
    routes.post("/work-orders/{number}/decisions", May(Action::Log), acts::decide);
}
