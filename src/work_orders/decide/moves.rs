//! Moving an order from state to state.

use super::{Case, MoveTo, gathered};
use crate::foundation::Result;
use crate::work_orders::events::OrderEvent;
use crate::work_orders::lifecycle::{self, MoveInput, Rule};
use crate::work_orders::model::{HoldCode, Outcome, Status, Transition, limits};

pub(super) fn transition(case: &Case<'_>, asked: MoveTo) -> Result<Vec<OrderEvent>> {
    let MoveTo { to, reason, hold, outcome, is_confirmed, .. } = asked;
    limits::check(&serde_json::json!({ "reason": reason }))?;
    let outcome = outcome.unwrap_or_default();
    let rule = check(case, to, MoveInput { reason: &reason, hold, outcome, is_confirmed })?;
    let hold = hold.filter(|_| to == Status::OnHold);
    let outcome = (rule.id == Transition::Complete).then_some(outcome);
    let mut events = gathered::stops(case, rule, to);
    events.push(event(rule, case.order.status, to, reason, hold, outcome));
    Ok(events)
}

/// The start that the first tick in an approved order brings with it.
pub(super) fn start(case: &Case<'_>) -> Result<OrderEvent> {
    let to = Status::InProgress;
    let input = MoveInput { reason: "", hold: None, outcome: Outcome::NotAchieved, is_confirmed: false };
    Ok(event(check(case, to, input)?, case.order.status, to, String::new(), None, None))
}

fn check(case: &Case<'_>, to: Status, input: MoveInput<'_>) -> Result<&'static Rule> {
    lifecycle::check(case.order, to, case.asker, case.facts, input)
}

fn event(
    rule: &Rule,
    from: Status,
    to: Status,
    reason: String,
    hold: Option<HoldCode>,
    outcome: Option<Outcome>,
) -> OrderEvent {
    OrderEvent::Transitioned {
        transition: rule.id,
        from,
        to,
        reason,
        hold,
        outcome,
        signature: rule.signature,
    }
}
