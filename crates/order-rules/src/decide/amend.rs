//! Amendments: what somebody adds to the record of an order that has ended. Nothing that stands there changes.

use super::Case;
use crate::events::OrderEvent;
use crate::lifecycle::require_reason;
use crate::model::{Target, limits};
use foundation::{Action, Error, Result};

/// The most amendments that an order takes.
const MOST: usize = 200;

pub(super) fn amend(
    case: &Case<'_>,
    about: Option<Target>,
    text: String,
    reason: String,
    new_id: &mut dyn FnMut() -> String,
) -> Result<Vec<OrderEvent>> {
    if about.as_ref().is_some_and(|target| case.order.ticks(target).is_none()) {
        return Err(Error::invalid("target", "this order has no such step, item or criterion"));
    }
    if !case.asker.is_person() || !case.may(Action::Amend) {
        return Err(Error::forbidden("An order that has ended is amended by supervisors and auditors."));
    }
    if !case.order.status.is_final() {
        return Err(Error::refused("This order has not ended: correct it where it is wrong, or log it."));
    }
    if case.order.amendments.len() >= MOST {
        return Err(Error::refused(format!(
            "An order takes at most {MOST} amendments. Open a follow-up order."
        )));
    }
    limits::check(&serde_json::json!({ "text": text, "reason": reason }))?;
    if text.trim().is_empty() {
        return Err(Error::invalid("text", "write what is to be known beside the record"));
    }
    require_reason(&reason, case.facts, "Amend an order that has ended")?;
    Ok(vec![OrderEvent::Amended { amendment: new_id(), about, text, reason }])
}
