//! The approval of a plan that was changed after somebody had approved it.
//!
//! Where a type is controlled, a plan is approved by somebody apart from its author and from everybody who changed it, and so is
//! every later change of it: by nobody who made one of the changes since. Work goes on meanwhile; completed it is once that approval is there. What is
//! asked rests on changes that were recorded, never on a signature that is lacking: a plan that nobody changed asks for
//! nothing, whatever the policy was when it was approved.

use super::{duties, guards, rule_for};
use crate::facts::Facts;
use crate::model::{Meaning, Order, Status};
use foundation::{Asker, Error, Result, Unit};

/// Whether changes of the plan wait for their approval.
pub fn awaits_approval(order: &Order, facts: &Facts) -> bool {
    facts.policy.controlled && order.status.is_approved() && !order.changed_since_approval.is_empty()
}

/// Whether these accounts made none of the changes, so that they may approve them.
pub fn may_renew(order: &Order, unit: &Unit) -> bool {
    order.changed_since_approval.iter().all(|change| !unit.contains(&change.by.id)) && !planned(order, unit)
}

/// Whether one of these accounts changed the plan since somebody else approved it.
pub fn planned(order: &Order, unit: &Unit) -> bool {
    unit.contains_any(order.planners.iter().map(String::as_str))
}

/// What a signature on the renewed approval means, where one is asked for; refused whoever may not give that approval, and where
/// nothing waits for it.
pub fn renewal(order: &Order, asker: &Asker, facts: &Facts) -> Result<Option<Meaning>> {
    let rule = rule_for(Status::Submitted, Status::Approved);
    let rule = rule.ok_or_else(|| Error::internal("no row approves a plan"))?;
    duties::check(rule, order, asker, facts)?;
    if !awaits_approval(order, facts) {
        return Err(Error::refused("No change of this plan waits for an approval."));
    }
    if !may_renew(order, &facts.people.unit) {
        return Err(Error::refused(
            "You, or an account that counts as one with you, changed this plan since it was approved. Another supervisor \
             approves the change.",
        ));
    }
    guards::plan_gap(order).map_or(Ok(()), |gap| Err(Error::refused(gap)))?;
    Ok(rule.signature_under(facts))
}

/// What lacks before the order can be completed.
pub(super) fn missing(order: &Order, facts: &Facts) -> Option<String> {
    let last = order.changed_since_approval.last().filter(|_| awaits_approval(order, facts))?;
    let name = &last.by.name;
    Some(format!(
        "The plan was changed by {name} after it was approved, and this type asks that somebody else approves that. Ask a \
         supervisor who did not change it."
    ))
}
