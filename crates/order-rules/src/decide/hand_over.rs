//! Handing work on, also that of somebody who left: who gets it is asked whether they may have it, and the timer that whoever
//! had it left running stops with it. A sign-on to the isolation stays: a supervisor signs them off who knows that they are out.

use super::Case;
use crate::events::OrderEvent;
use crate::gathered::{GatheredEvent, StopCause};
use crate::lifecycle::require_reason;
use crate::model::{Assignee, Order, Transition, limits};
use foundation::{Action, Error, Grant, Result, Role, Unit, permission};

/// Somebody who is to have the work, as the project knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receiver {
    pub assignee: Assignee,
    pub roles: Vec<Role>,
    pub is_disabled: bool,
    /// The accounts that count as one with them.
    pub unit: Unit,
}

pub(super) fn hand_over(
    case: &Case<'_>,
    from: &str,
    to: Receiver,
    reason: String,
) -> Result<Vec<OrderEvent>> {
    if !case.may(Action::Assign) {
        return Err(Error::forbidden("Only a supervisor hands work over. Ask one."));
    }
    if case.order.status.is_done() {
        return Err(Error::refused("The work is completed; it cannot be given to somebody else now."));
    }
    if !case.order.is_assigned_to(from) {
        let has = case.order.assignee.as_ref().map_or("nobody", |it| it.name.as_str());
        return Err(Error::refused(format!("It is not theirs any more: {has} has it.")));
    }
    check_receiver(case, &to)?;
    limits::check(&serde_json::json!({ "reason": reason }))?;
    require_reason(&reason, case.facts, "Hand over")?;
    let timer = left_running(case, from);
    let assigned = OrderEvent::Assigned { from: case.order.assignee.clone(), to: Some(to.assignee), reason };
    Ok(timer.into_iter().chain([assigned]).collect())
}

/// The timer of whoever had the work stops with it.
pub(super) fn left_running(case: &Case<'_>, from: &str) -> Option<OrderEvent> {
    let timer = case.order.gathered.timer_of(from)?.id.clone();
    Some(GatheredEvent::TimerStopped { timer, account: from.to_owned(), cause: StopCause::HandedOver }.into())
}

/// Whoever gets the work must be there, may do work, and did not look at this work as its reviewer.
fn check_receiver(case: &Case<'_>, to: &Receiver) -> Result<()> {
    let name = &to.assignee.name;
    let account = to.assignee.account.as_deref().unwrap_or_default();
    if case.order.is_assigned_to(account) {
        return Err(Error::invalid("to", format!("{name} has it already: choose somebody else")));
    }
    if to.is_disabled {
        return Err(Error::invalid("to", format!("the account of {name} is disabled: choose somebody else")));
    }
    if permission::may(&to.roles, Action::Tick) == Grant::Never {
        return Err(Error::invalid(
            "to",
            format!("{name} has no role that does work here: choose a technician, a supervisor or an agent"),
        ));
    }
    check_no_reviewer(case.order, name, &to.unit)
}

/// Refuses to give the work to whoever verified it, or to an account that counts as one with them; `unit` is that of the
/// account called `name`. Asked for every way in which work is given.
pub fn check_no_reviewer(order: &Order, name: &str, unit: &Unit) -> Result<()> {
    let reviews = order.transitions.iter().filter(|it| it.id == Transition::Verify);
    if unit.contains_any(reviews.map(|it| it.by.id.as_str())) {
        return Err(Error::refused(format!(
            "{name}, or an account that counts as one with them, verified this work before it was reopened, so they cannot do \
             it. Choose somebody else."
        )));
    }
    Ok(())
}
