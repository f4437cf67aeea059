//! Signing on and off under isolation.
//!
//! Whoever works signs on personally, and nobody signs off for another but a supervisor, who says why. Completing is
//! refused by its guard while anybody is signed on.

use super::Case;
use super::ticks::{begin, check_worker, check_working};
use crate::events::OrderEvent;
use crate::lifecycle::require_reason;
use crate::model::limits;
use foundation::{Action, Error, Result};

pub(super) fn sign_on(case: &Case<'_>) -> Result<Vec<OrderEvent>> {
    if !case.asker.is_person() {
        let refused = Error::forbidden("Only people who are there sign on to an isolation.");
        return Err(refused.by_rule("R40", "Nothing lifts it for a program: a person who is there signs on."));
    }
    check_worker(case, Action::Tick)?;
    if !case.order.isolation.required {
        return Err(Error::refused("This order asks for no isolation, so there is nothing to sign on to."));
    }
    check_working(case)?;
    if case.order.isolation.of(case.asker.id()).is_some() {
        return Err(Error::refused("You are signed on already."));
    }
    Ok(begin(case)?.into_iter().chain([OrderEvent::SignedOn {}]).collect())
}

pub(super) fn sign_off(case: &Case<'_>, account: String, reason: String) -> Result<Vec<OrderEvent>> {
    let is_own = account == case.asker.id();
    limits::check(&serde_json::json!({ "reason": reason }))?;
    if !is_own && !case.may(Action::LetPass) {
        return Err(Error::forbidden(
            "Each person signs off themselves. Where somebody cannot, a supervisor does it and says why.",
        ));
    }
    if case.order.isolation.of(&account).is_none() {
        return Err(Error::refused(if is_own {
            "You are not signed on."
        } else {
            "They are not signed on, or signed off meanwhile."
        }));
    }
    if !is_own {
        require_reason(&reason, case.facts, "Sign somebody else off")?;
    }
    let reason = if is_own { String::new() } else { reason };
    Ok(vec![OrderEvent::SignedOff { account, reason }])
}

/// Under isolation people tick only what they are signed on for, and a program only while somebody is there.
pub(super) fn check(case: &Case<'_>) -> Result<()> {
    let isolation = &case.order.isolation;
    let is_on = if case.asker.is_person() {
        isolation.of(case.asker.id()).is_some()
    } else {
        isolation.signed_on().next().is_some()
    };
    if !isolation.required || is_on {
        return Ok(());
    }
    let refused = Error::refused("This work is done under isolation. Sign on first, and off when you leave.");
    Err(refused.by_rule("R40", "Somebody who is there signs on to the isolation."))
}
