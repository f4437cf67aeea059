//! Ticking, taking back, vouching and marking.
//!
//! A tick is the technician's statement that it is done: who and when come from the server, an undone one
//! stays in the record, and only approved or running orders take any.

use super::{Case, isolation, moves};
use crate::checkpoints;
use crate::events::OrderEvent;
use crate::lifecycle::{self, Doing, require_reason};
use crate::model::{AskKind, Status, Step, StepState, Target, Tick, TickHow, Ticks, limits};
use foundation::{Action, Error, Result};

pub(super) fn tick(
    case: &Case<'_>,
    target: &Target,
    new_id: &mut dyn FnMut() -> String,
) -> Result<Vec<OrderEvent>> {
    let ticks = find(case, target)?;
    check_worker(case, Action::Tick)?;
    check_working(case)?;
    if let Some(standing) = ticks.current() {
        return Err(Error::refused(format!("This is ticked already, by {}.", name_of(standing))));
    }
    check_asked(case, target)?;
    check_step(case, target)?;
    check_evidence(case, target)?;
    let ticked = ticked(target, new_id());
    Ok(begin(case)?.into_iter().chain([ticked]).collect())
}

/// What lets a step go on that waits for others.
const BEFORE: &str = "Do what comes before it, or a supervisor lets work pass.";

fn find<'a>(case: &Case<'a>, target: &Target) -> Result<&'a Ticks> {
    let what = match target {
        Target::Item(_) => "the item",
        Target::Step(_) => "the step",
        Target::Criterion(_) => "the criterion",
    };
    case.order.ticks(target).ok_or_else(|| Error::not_found(what))
}

/// An item that asks for more is answered; one that does not apply is taken up first.
fn check_asked(case: &Case<'_>, target: &Target) -> Result<()> {
    let Target::Item(id) = target else { return Ok(()) };
    let Some((_, item)) = case.order.item(id) else { return Ok(()) };
    if item.asks.kind != AskKind::Tick {
        let asked = item.asks.kind.label().to_lowercase();
        return Err(Error::refused(format!("This item asks for {asked}: answer it.")));
    }
    match &item.skipped {
        Some(skipped) => Err(Error::refused(format!(
            "{} said that this does not apply. Take that back first.",
            skipped.by.name
        ))),
        None => Ok(()),
    }
}

/// Assigned technicians and agents, and supervisors as themselves.
pub(super) fn check_worker(case: &Case<'_>, action: Action) -> Result<()> {
    if case.may(action) {
        return Ok(());
    }
    Err(Error::forbidden(
        "This work is not assigned to you. A supervisor can assign it to you, or do it as themselves.",
    ))
}

pub(super) fn check_working(case: &Case<'_>) -> Result<()> {
    let what_to_do = match case.order.status {
        Status::Approved | Status::InProgress => return check_notes(case),
        Status::Draft | Status::Submitted => "Have it approved first.",
        Status::OnHold => "Resume it first.",
        _ => "Return it for rework or reopen it first.",
    };
    let label = case.order.status.label().to_lowercase();
    Err(Error::refused(format!("This order is {label}, so nothing can be ticked. {what_to_do}")))
}

/// The same rule as the start's: work that was handed over under way is nobody's to begin again.
fn check_notes(case: &Case<'_>) -> Result<()> {
    lifecycle::safety_gap(case.order, &case.asker.actor, Doing::Working).map_or(Ok(()), |gap| {
        Err(Error::refused(gap).by_rule("R39", "Acknowledge the present version of the safety notes."))
    })
}

pub(super) fn check_step(case: &Case<'_>, target: &Target) -> Result<()> {
    isolation::check(case)?;
    let Some(step) = case.order.step_of(target) else { return check_checkpoints(case, target) };
    if step.state.is_marked() {
        return Err(Error::refused(format!(
            "Step \"{}\" is marked {}. Reopen the step first.",
            step.title,
            step.state.as_str().replace('_', " ")
        )));
    }
    if matches!(target, Target::Step(_)) && !step.items.is_empty() {
        return Err(Error::refused(format!("Step \"{}\" has items: tick those.", step.title)));
    }
    check_asked_now(case, step, target)?;
    check_checkpoints(case, target)?;
    check_sequence(case, step)
}

/// What waits for an answer is not ticked before that answer is given.
fn check_asked_now(case: &Case<'_>, step: &Step, target: &Target) -> Result<()> {
    let item = step.items.iter().find(|item| matches!(target, Target::Item(id) if *id == item.id));
    if !step.not_asked && item.is_none_or(|item| !item.not_asked) {
        return Ok(());
    }
    let why = item.and_then(|item| case.order.not_asked(&item.demands));
    let why = why.or_else(|| case.order.not_asked(&step.demands)).unwrap_or_default();
    Err(Error::refused(format!("This is asked {why}, and it was not answered like that.")))
}

/// Nothing after a checkpoint is ticked before the checkpoint is done or somebody let work pass.
fn check_checkpoints(case: &Case<'_>, target: &Target) -> Result<()> {
    checkpoints::holding(case.order, target, case.facts)
        .map_or(Ok(()), |held| Err(Error::refused(held.says()).by_rule("R24", BEFORE)))
}

/// An ordered step waits for the required steps before it.
fn check_sequence(case: &Case<'_>, step: &Step) -> Result<()> {
    if !step.ordered {
        return Ok(());
    }
    let before = case.order.steps.iter().take_while(|earlier| earlier.id != step.id);
    let open = before.into_iter().find(|earlier| earlier.required && earlier.is_open());
    open.map_or(Ok(()), |open| {
        let refused = Error::refused(format!(
            "Step {} must come after step {} \"{}\", which is still open.",
            step.position, open.position, open.title
        ));
        Err(refused.by_rule("R24", BEFORE))
    })
}

/// Agents tick only what has evidence.
pub(super) fn check_evidence(case: &Case<'_>, target: &Target) -> Result<()> {
    // What is done under a trace is linked to it in the same transaction.
    let has_some = case.facts.evidence.evidenced.contains(target.id()) || case.asker.trace().is_some();
    if !has_some && !case.asker.is_person() {
        let refused = Error::refused("An agent ticks only what has evidence. Link a trace to it first.");
        return Err(
            refused.by_rule("R41", "Link a trace to it, bring a file, or send the call with a traceparent.")
        );
    }
    Ok(())
}

fn ticked(target: &Target, tick: String) -> OrderEvent {
    match target.clone() {
        Target::Item(item) => OrderEvent::ItemTicked { item, tick },
        Target::Step(step) => OrderEvent::StepTicked { step, tick },
        Target::Criterion(criterion) => OrderEvent::CriterionMet { criterion, tick },
    }
}

/// The start that the first act in an approved order brings with it.
pub(super) fn begin(case: &Case<'_>) -> Result<Option<OrderEvent>> {
    let approved = case.order.status == Status::Approved;
    approved.then(|| moves::start(case)).transpose()
}

pub(super) fn undo(case: &Case<'_>, target: &Target, reason: String) -> Result<Vec<OrderEvent>> {
    let ticks = find(case, target)?;
    if !case.may(Action::UndoOwnTick) && !case.may(Action::UndoOthersTick) {
        return Err(Error::forbidden("Ticks are taken back by whoever made them or by a supervisor."));
    }
    let Some(standing) = ticks.current() else {
        return Err(Error::refused("This is not ticked, so there is nothing to undo."));
    };
    check_undoer(case, standing)?;
    check_undoable(case)?;
    limits::check(&serde_json::json!({ "reason": reason }))?;
    let own = is_own(case, standing);
    // One's own slip is mended in one tap; once somebody judged on the tick, taking it back must be explained.
    let judged = case.facts.evidence.judged.contains(target.id());
    let signed = asks_signature(case, target);
    let what = match (own, signed) {
        (false, _) => "Undo another's tick",
        (true, true) => "Take a signature back",
        (true, false) => "Undo a judged tick",
    };
    if !own || judged || signed {
        require_reason(&reason, case.facts, what)?;
    }
    Ok(vec![undone(target, standing.id.clone(), reason)])
}

fn asks_signature(case: &Case<'_>, target: &Target) -> bool {
    case.order.item(target.id()).is_some_and(|(_, item)| item.asks.kind == AskKind::Signature)
}

fn is_own(case: &Case<'_>, tick: &Tick) -> bool {
    tick.how == TickHow::Recorded && tick.by.as_ref().is_some_and(|by| by.is(case.asker.id()))
}

fn check_undoer(case: &Case<'_>, standing: &Tick) -> Result<()> {
    if (is_own(case, standing) && case.may(Action::UndoOwnTick)) || case.may(Action::UndoOthersTick) {
        return Ok(());
    }
    let by = name_of(standing);
    Err(Error::forbidden(format!(
        "This was ticked by {by}: only they or a supervisor, with a reason, undo it."
    )))
}

pub(super) fn check_undoable(case: &Case<'_>) -> Result<()> {
    match case.order.status {
        Status::InProgress | Status::OnHold | Status::Approved => Ok(()),
        status => Err(Error::refused(format!(
            "This order is {}: its ticks stand. Return it for rework or reopen it first.",
            status.label().to_lowercase()
        ))),
    }
}

fn undone(target: &Target, tick: String, reason: String) -> OrderEvent {
    match target.clone() {
        Target::Item(item) => OrderEvent::ItemTickUndone { item, tick, reason },
        Target::Step(step) => OrderEvent::StepTickUndone { step, tick, reason },
        Target::Criterion(criterion) => OrderEvent::CriterionUnmet { criterion, tick, reason },
    }
}

pub(super) fn attest(case: &Case<'_>, target: Target, note: String) -> Result<Vec<OrderEvent>> {
    let ticks = find(case, &target)?;
    if !case.asker.is_person() {
        return Err(Error::forbidden("Agents and services cannot attest. Ask the assignee or a supervisor."));
    }
    check_worker(case, Action::Attest)?;
    case.check_not_verified()?;
    let Some(tick) = ticks.current().filter(|tick| tick.attested.is_none()) else {
        return Err(Error::refused("Only what is ticked and what nobody attests yet can be attested."));
    };
    if asks_signature(case, &target) {
        return Err(Error::refused(
            "This item asks for a signature, and no word of a file stands for one. Take its tick back, then sign it.",
        ));
    }
    if !tick.is_unattested() {
        check_second(case, &target, tick)?;
    }
    let tick = tick.id.clone();
    limits::check(&serde_json::json!({ "note": note }))?;
    if case.order.status.is_done() {
        require_reason(&note, case.facts, "Attest after completion")?;
    }
    Ok(vec![OrderEvent::TickAttested { target, tick, note }])
}

/// A criterion that asks for somebody else's word takes it from nobody who counts as one with whoever marked it.
fn check_second(case: &Case<'_>, target: &Target, tick: &Tick) -> Result<()> {
    let asks = case.order.criterion(target.id()).is_some_and(|it| it.demands.evidence.attested);
    if !asks || !matches!(target, Target::Criterion(_)) {
        return Err(Error::refused("Only a tick from a file, or a criterion that asks for it, is attested."));
    }
    if tick.by.as_ref().is_some_and(|by| case.facts.people.unit.contains(&by.id)) {
        return Err(Error::refused(
            "You, or an account that counts as one with you, marked this as met. Somebody else vouches for it.",
        ));
    }
    Ok(())
}

/// Lets work go on past a checkpoint that is not done.
pub(super) fn release(case: &Case<'_>, target: Target, reason: String) -> Result<Vec<OrderEvent>> {
    find(case, &target)?;
    if !case.may(Action::LetPass) {
        return Err(Error::forbidden("Only a supervisor lets work go on past a checkpoint. Ask one."));
    }
    check_undoable(case)?;
    let Some(checkpoint) = checkpoints::of(case.order, &target, case.facts) else {
        return Err(Error::refused("This is no checkpoint, so nothing waits for it."));
    };
    if checkpoint.is_passed {
        return Err(Error::refused("Work goes on past this checkpoint already."));
    }
    limits::check(&serde_json::json!({ "reason": reason }))?;
    require_reason(&reason, case.facts, "Let work pass the checkpoint")?;
    Ok(vec![OrderEvent::CheckpointReleased { target, reason }])
}

pub(super) fn mark(case: &Case<'_>, step: &str, to: StepState, reason: String) -> Result<Vec<OrderEvent>> {
    let Some(step) = case.order.step(step) else { return Err(Error::not_found("the step")) };
    check_worker(case, Action::Tick)?;
    check_working(case)?;
    limits::check(&serde_json::json!({ "reason": reason, "state": to }))?;
    isolation::check(case)?;
    check_marker(case, step)?;
    check_mark(case, step, &to, &reason)?;
    // Flagged is done, with something to watch: what comes before it comes before it all the same.
    if matches!(to, StepState::Flagged { .. }) {
        check_checkpoints(case, &Target::Step(step.id.clone()))?;
        check_sequence(case, step)?;
    }
    let marked = OrderEvent::StepMarked { step: step.id.clone(), from: step.state.clone(), to, reason };
    Ok(begin(case)?.into_iter().chain([marked]).collect())
}

/// What somebody else marked a step as stands for an agent: taking it away would undo what another said.
fn check_marker(case: &Case<'_>, step: &Step) -> Result<()> {
    let is_own = step.marked_by.as_ref().is_some_and(|by| by.is(case.asker.id()));
    if case.asker.is_person() || !step.state.is_marked() || is_own {
        return Ok(());
    }
    let who = step.marked_by.as_ref().map_or("somebody", |by| by.name.as_str());
    let refused = Error::forbidden(format!(
        "Step \"{}\" is marked {} by {who}, and an agent changes no mark of another.",
        step.title,
        step.state.as_str().replace('_', " ")
    ));
    Err(refused.by_rule("R37", "A person takes the mark away or changes it; ask one."))
}

fn check_mark(case: &Case<'_>, step: &Step, to: &StepState, reason: &str) -> Result<()> {
    match to {
        StepState::Done => Err(Error::refused("A step becomes done by its ticks. Tick it or its items.")),
        StepState::Open if !step.state.is_marked() => {
            Err(Error::refused("This step carries no mark to take away. Undo its ticks instead."))
        }
        StepState::Open => require_reason(reason, case.facts, "Reopen the step"),
        StepState::NotApplicable { .. } if !case.may(Action::SkipStep) => Err(Error::forbidden(
            "Agents cannot say that a step does not apply. Flag it, and a person decides.",
        )),
        marked => require_reason(marked.reason().unwrap_or_default(), case.facts, "Mark the step"),
    }
}

pub(super) fn name_of(tick: &Tick) -> String {
    match (&tick.by, tick.how) {
        (Some(by), _) => by.marked_name(),
        (None, TickHow::Imported) => "the imported file".to_owned(),
        (None, TickHow::Recorded) => "somebody".to_owned(),
    }
}
