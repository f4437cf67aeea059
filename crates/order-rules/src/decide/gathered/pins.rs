//! Pins on pictures: where on a photo something is to be seen, in a few words. They are placed by whoever may bring evidence
//! and taken back like ticks: one's own at once, later with a reason, and not at all once the work is signed.

use super::Case;
use crate::events::OrderEvent;
use crate::gathered::GatheredEvent;
use crate::lifecycle::require_reason;
use crate::model::{OrderFile, StepState, limits};
use foundation::{Action, Error, Result};

/// The whole width and height.
const WHOLE: u16 = 10_000;
/// The most pins of one picture; more hide it.
const MOST: usize = 50;
/// The most characters of a pin.
const LONGEST: usize = 200;

pub(super) fn place(
    case: &Case<'_>,
    file: String,
    (x, y): (u16, u16),
    text: &str,
    new_id: &mut dyn FnMut() -> String,
) -> Result<Vec<OrderEvent>> {
    if !case.may(Action::AddEvidence) {
        return Err(Error::forbidden(
            "Pins are placed by the author, the people who work on the order, supervisors and auditors.",
        ));
    }
    let Some(known) = case.order.gathered.file(&file) else { return Err(Error::not_found("the photo")) };
    if known.withdrawn.is_some() {
        return Err(Error::refused("This photo was taken back: nothing is pinned on it any more."));
    }
    if known.picture.is_none() {
        return Err(Error::refused(
            "This file is no picture that can be shown, so nothing can be pinned on it.",
        ));
    }
    if known.pins.iter().filter(|pin| pin.removed.is_none()).count() >= MOST {
        return Err(Error::refused(format!("A photo takes at most {MOST} pins. Take a second photo.")));
    }
    for (field, share) in [("x", x), ("y", y)] {
        if share > WHOLE {
            return Err(Error::invalid(field, "write a place from 0 to 100 percent"));
        }
    }
    let text = text.trim();
    limits::check(&serde_json::json!({ "text": text }))?;
    if text.is_empty() {
        return Err(Error::invalid("text", "write what is to be seen there"));
    }
    if text.chars().count() > LONGEST {
        return Err(Error::invalid(
            "text",
            format!("a pin takes at most {LONGEST} characters; write more into the log"),
        ));
    }
    if case.order.status.is_done() && require_reason(text, case.facts, "Pin after completion").is_err() {
        return Err(Error::invalid(
            "text",
            "the order is completed: say at more length what is to be seen and why now",
        ));
    }
    Ok(vec![GatheredEvent::PinPlaced { pin: new_id(), file, x, y, text: text.to_owned() }.into()])
}

pub(super) fn remove(case: &Case<'_>, pin: String, reason: String) -> Result<Vec<OrderEvent>> {
    let on = |file: &&OrderFile| file.pins.iter().any(|it| it.id == pin);
    let Some(file) = case.order.gathered.files.iter().find(on) else {
        return Err(Error::not_found("the pin"));
    };
    let Some(known) = file.pins.iter().find(|it| it.id == pin) else {
        return Err(Error::not_found("the pin"));
    };
    let is_own = known.by.is(case.asker.id());
    if !(is_own && case.may(Action::AddEvidence) || case.may(Action::UndoOthersTick)) {
        return Err(Error::forbidden("A pin is taken back by whoever placed it or by a supervisor."));
    }
    if known.removed.is_some() {
        return Err(Error::refused("This pin was taken back already."));
    }
    if case.order.status.is_done() {
        return Err(Error::refused(format!(
            "This order is {}: its evidence stands. Return it for rework or reopen it first.",
            case.order.status.label().to_lowercase()
        )));
    }
    limits::check(&serde_json::json!({ "reason": reason }))?;
    if !is_own || pin_needs_reason(case, file) {
        require_reason(&reason, case.facts, "Take a pin back")?;
    }
    Ok(vec![
        GatheredEvent::PinRemoved { pin, file: file.id.clone(), reason: reason.trim().to_owned() }.into(),
    ])
}

/// Once the step is done the picture shows what was done: a change of it is explained.
fn pin_needs_reason(case: &Case<'_>, file: &OrderFile) -> bool {
    let step = file.place.target().and_then(|target| case.order.step_of(&target));
    step.is_some_and(|step| step.state != StepState::Open)
}
