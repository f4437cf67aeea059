//! Parts: how many of a planned one are wanted, and what was used of it or of something else.

use super::{Case, check_recording, check_writer};
use crate::decide::needs_reason;
use crate::events::OrderEvent;
use crate::gathered::GatheredEvent;
use crate::gathered::events::PartAmount;
use crate::lifecycle::require_reason;
use crate::model::{Quantity, limits};
use foundation::{Action, Error, Result};

/// The most lines of one order.
const MOST: usize = 1_000;

pub(super) fn plan(
    case: &Case<'_>,
    part: String,
    amount: PartAmount,
    reason: String,
    new_id: &mut dyn FnMut() -> String,
) -> Result<Vec<OrderEvent>> {
    if !case.may(Action::EditPlan) {
        return Err(Error::forbidden(
            "The plan is changed by its author while it is a draft, and by supervisors.",
        ));
    }
    if case.order.status.is_done() {
        return Err(Error::refused("The work is done, so its plan stands."));
    }
    let Some(planned) = case.order.parts.iter().find(|it| it.id == part) else {
        return Err(Error::invalid("part", "this order plans no such part"));
    };
    check(case, &amount, "")?;
    limits::check(&serde_json::json!({ "reason": reason }))?;
    let is_explained = needs_reason(case.order);
    if is_explained {
        require_reason(&reason, case.facts, "Change what is planned")?;
    }
    let (name, reason) = (planned.text.clone(), is_explained.then_some(reason));
    Ok(vec![GatheredEvent::PartPlanned { line: new_id(), part, name, amount, reason }.into()])
}

pub(super) fn take(
    case: &Case<'_>,
    part: Option<String>,
    name: String,
    amount: PartAmount,
    new_id: &mut dyn FnMut() -> String,
) -> Result<Vec<OrderEvent>> {
    check_writer(case)?;
    let start = check_recording(case, &amount.source, "source")?;
    let name = match &part {
        Some(part) => {
            let planned = case.order.parts.iter().find(|it| it.id == *part);
            planned.ok_or_else(|| Error::invalid("part", "this order plans no such part"))?.text.clone()
        }
        None if name.trim().is_empty() => return Err(Error::invalid("name", "say what was used")),
        None => name.trim().to_owned(),
    };
    check(case, &amount, &name)?;
    if amount.quantity == Quantity(0) {
        return Err(Error::invalid("quantity", "say how many were used"));
    }
    let used = GatheredEvent::PartUsed { line: new_id(), part, name, amount };
    Ok(start.into_iter().chain([used.into()]).collect())
}

/// A new line in place of the old one; none used takes it back.
pub(super) fn correct(
    case: &Case<'_>,
    line: String,
    amount: PartAmount,
    reason: String,
    new_id: &mut dyn FnMut() -> String,
) -> Result<Vec<OrderEvent>> {
    let Some(old) = case.order.gathered.used.iter().find(|it| it.id == line) else {
        return Err(Error::not_found("the used part"));
    };
    check_writer(case)?;
    if !old.by.is(case.asker.id()) && !case.may(Action::UndoOthersTick) {
        return Err(Error::forbidden(
            "A used part is corrected by whoever wrote it down or by a supervisor.",
        ));
    }
    if old.superseded_by.is_some() {
        return Err(Error::refused("This line was corrected already: correct the newest one."));
    }
    check_recording(case, &reason, "reason")?;
    limits::check(&serde_json::json!({ "reason": reason }))?;
    require_reason(&reason, case.facts, "Correct a used part")?;
    check(case, &amount, &old.name)?;
    Ok(vec![GatheredEvent::PartUseCorrected { line: new_id(), corrects: line, amount, reason }.into()])
}

fn check(case: &Case<'_>, amount: &PartAmount, name: &str) -> Result<()> {
    // The unit is a word beside a number.
    if amount.unit.chars().count() > 20 {
        return Err(Error::invalid("unit", "at most 20 characters, such as pcs or m"));
    }
    limits::check(&serde_json::json!({ "name": name, "unit": amount.unit, "source": amount.source }))?;
    let gathered = &case.order.gathered;
    if gathered.used.len() + gathered.planned.len() >= MOST {
        return Err(Error::refused(format!(
            "An order takes at most {MOST} lines of parts. Open a follow-up order."
        )));
    }
    Ok(())
}
