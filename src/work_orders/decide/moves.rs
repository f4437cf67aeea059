//! Moving an order from state to state.

use super::Case;
use crate::foundation::Result;
use crate::work_orders::events::OrderEvent;
use crate::work_orders::lifecycle::{self, Ask, Rule, TransitionId};
use crate::work_orders::model::{HoldCode, Outcome, Status, limits};

pub(super) fn transition(
    case: &Case<'_>,
    to: Status,
    reason: String,
    hold: Option<HoldCode>,
    outcome: Option<Outcome>,
) -> Result<Vec<OrderEvent>> {
    limits::check(&serde_json::json!({ "reason": reason }))?;
    let ask = Ask { reason: &reason, hold };
    let rule = lifecycle::check(case.order, to, case.asker, case.facts, ask)?;
    let hold = hold.filter(|_| to == Status::OnHold);
    let outcome = (rule.id == TransitionId::T8).then(|| outcome.unwrap_or_default());
    Ok(vec![event(rule, case.order.status, to, reason, hold, outcome)])
}

/// The start that the first tick in an approved order brings with it.
pub(super) fn start(case: &Case<'_>) -> Result<OrderEvent> {
    let to = Status::InProgress;
    let rule = lifecycle::check(case.order, to, case.asker, case.facts, Ask::default())?;
    Ok(event(rule, case.order.status, to, String::new(), None, None))
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
