//! Answers of items, and items that do not apply.
//!
//! An answer is a technician's statement like a tick, and is taken back like one. A failed item does not stop the work: it
//! is settled, it is never counted as done, and before completion it has a follow-up order.

use super::ticks::{begin, check_evidence, check_step, check_worker, check_working};
use super::{Case, ticks};
use crate::events::OrderEvent;
use crate::lifecycle::require_reason;
use crate::model::{Answer, AskKind, Found, Item, Target, limits};
use foundation::{Action, Error, Result};

pub(super) fn answer(
    case: &Case<'_>,
    item: String,
    given: &str,
    note: String,
    new_id: &mut dyn FnMut() -> String,
) -> Result<Vec<OrderEvent>> {
    let target = Target::Item(item);
    let found = find(case, &target)?;
    check_worker(case, Action::Tick)?;
    check_working(case)?;
    check_open(found)?;
    check_step(case, &target)?;
    check_evidence(case, &target)?;
    limits::check(&serde_json::json!({ "answer": given, "reason": note }))?;
    let answer = found.asks.read(given).map_err(|expected| Error::invalid("answer", expected))?;
    if found.asks.kind == AskKind::Tick && answer.found == Found::Failed {
        require_reason(&note, case.facts, "Fail the item")?;
    }
    let answer = Answer { note, ..answer };
    let answered = OrderEvent::ItemAnswered { item: found.id.clone(), tick: new_id(), answer };
    Ok(begin(case)?.into_iter().chain([answered]).collect())
}

pub(super) fn skip(case: &Case<'_>, item: String, reason: String) -> Result<Vec<OrderEvent>> {
    let target = Target::Item(item);
    let found = find(case, &target)?;
    check_worker(case, Action::Tick)?;
    if !case.may(Action::SkipStep) {
        return Err(Error::forbidden(
            "Agents cannot say that an item does not apply. Log it, and a person decides.",
        ));
    }
    check_working(case)?;
    check_open(found)?;
    check_step(case, &target)?;
    limits::check(&serde_json::json!({ "reason": reason }))?;
    require_reason(&reason, case.facts, "Say that it does not apply")?;
    let skipped = OrderEvent::ItemSkipped { item: found.id.clone(), reason };
    Ok(begin(case)?.into_iter().chain([skipped]).collect())
}

pub(super) fn take_up(case: &Case<'_>, item: String, reason: String) -> Result<Vec<OrderEvent>> {
    let found = find(case, &Target::Item(item))?;
    let Some(skipped) = &found.skipped else {
        return Err(Error::refused(
            "Nobody said that this does not apply, so there is nothing to take back.",
        ));
    };
    let own = skipped.by.is(case.asker.id());
    let may = (own && case.may(Action::UndoOwnTick)) || case.may(Action::UndoOthersTick);
    if !may {
        return Err(Error::forbidden("This is taken back by whoever said it, or by a supervisor."));
    }
    ticks::check_undoable(case)?;
    limits::check(&serde_json::json!({ "reason": reason }))?;
    if !own {
        require_reason(&reason, case.facts, "Take up what another set aside")?;
    }
    Ok(vec![OrderEvent::ItemTakenUp { item: found.id.clone(), reason }])
}

fn find<'a>(case: &Case<'a>, target: &Target) -> Result<&'a Item> {
    case.order.item(target.id()).map(|(_, item)| item).ok_or_else(|| Error::not_found("the item"))
}

/// An item takes one answer; the next one comes after taking that back.
fn check_open(item: &Item) -> Result<()> {
    if let Some(standing) = item.ticks.current() {
        return Err(Error::refused(format!(
            "This is answered already, by {}. Undo that first.",
            ticks::name_of(standing)
        )));
    }
    match &item.skipped {
        Some(skipped) => Err(Error::refused(format!(
            "{} said that this does not apply. Take that back first.",
            skipped.by.name
        ))),
        None => Ok(()),
    }
}
