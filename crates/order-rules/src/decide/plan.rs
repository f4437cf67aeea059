//! Changing the plan, the assignee and the weight of claims.
//!
//! Progress survives every edit: nothing that carries a tick, that somebody set aside, or to which a file, evidence, a verdict, a
//! question or another order belongs, can be removed, and what keeps its id keeps its ticks.

use std::collections::HashSet;

use super::Case;
use super::carried::carried;
use super::create::check_plan;
use super::hand_over::{check_no_reviewer, left_running};
use crate::events::OrderEvent;
use crate::lifecycle::require_reason;
use crate::model::{
    AskKind, Assignee, Item, Materiality, Order, Plan, Status, Step, Target, TypeClass, limits,
};
use crate::plan_diff;
use foundation::{Action, Error, Result, Unit};

pub(super) fn edit(
    case: &Case<'_>,
    mut plan: Plan,
    reason: String,
    new_id: &mut dyn FnMut() -> String,
) -> Result<Vec<OrderEvent>> {
    check_editor(case)?;
    plan.fill_ids(new_id);
    edited(case, &plan, reason)
}

/// The event of a plan whose parts all have their ids.
pub(super) fn edited(case: &Case<'_>, plan: &Plan, reason: String) -> Result<Vec<OrderEvent>> {
    limits::check(&serde_json::json!({ "reason": reason }))?;
    check_plan(plan)?;
    check_progress_kept(case, plan)?;
    let changes = plan_diff::diff(&Plan::of(case.order), plan)?;
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    if needs_reason(case.order) {
        require_reason(&reason, case.facts, "Change the plan")?;
        check_type_kept(case, plan)?;
    }
    let weights = weights_carried(case.order, plan);
    Ok(std::iter::once(OrderEvent::PlanEdited { changes, reason }).chain(weights).collect())
}

/// What a supervisor said about the importance of an item holds for it also where it goes to another step.
fn weights_carried(order: &Order, plan: &Plan) -> Vec<OrderEvent> {
    let goes = |from: &Step, item: &Item| {
        let others = plan.steps.iter().filter(|to| to.id != from.id);
        others.flat_map(|to| &to.items).any(|it| it.id == item.id)
    };
    let items = order.steps.iter().flat_map(|step| step.items.iter().map(move |item| (step, item)));
    let weighed = items.filter(|(from, item)| item.materiality != Materiality::Normal && goes(from, item));
    let weight = |(_, item): (&Step, &Item)| OrderEvent::MaterialitySet {
        target: Target::Item(item.id.clone()),
        from: Materiality::Normal,
        to: item.materiality,
    };
    weighed.map(weight).collect()
}

/// Whether a change of the plan is explained: somebody approved it, also where it is on hold before it was started.
pub fn needs_reason(order: &Order) -> bool {
    order.started || order.status.is_approved()
}

/// By which rules an order is approved, verified and closed follows from its type: nobody goes around them by renaming it.
fn check_type_kept(case: &Case<'_>, plan: &Plan) -> Result<()> {
    if TypeClass::of(&case.order.order_type) == TypeClass::of(&plan.order_type) {
        return Ok(());
    }
    Err(Error::refused(
        "What type of work it is stands once the order is approved: it was approved by the rules of that type. Write what is \
         different into the description, or go on in a follow-up order.",
    ))
}

/// Drafts: author or supervisor. Later: a supervisor, and an approved plan goes back first.
pub(super) fn check_editor(case: &Case<'_>) -> Result<()> {
    let order = case.order;
    match order.status {
        Status::Draft | Status::Submitted | Status::InProgress | Status::OnHold
            if case.may(Action::EditPlan) =>
        {
            Ok(())
        }
        Status::Draft => Err(Error::forbidden("A draft is edited by its author or a supervisor.")),
        Status::Submitted | Status::InProgress | Status::OnHold => Err(Error::forbidden(
            "This plan is past its draft: only a supervisor changes it. Ask one, or comment.",
        )),
        Status::Approved => {
            Err(Error::refused("This plan is approved. A supervisor takes it back for a plan change first."))
        }
        _ => Err(Error::refused(format!(
            "This order is {}: its plan stands. Return it for rework or reopen it first.",
            order.status.label().to_lowercase()
        ))),
    }
}

/// What carries a record stays: its ticks, and what belongs to it beside them, which would hang in the air.
fn check_progress_kept(case: &Case<'_>, plan: &Plan) -> Result<()> {
    let kept: HashSet<&str> = plan.ids().collect();
    for step in &case.order.steps {
        check_step_kept(step, plan)?;
    }
    let lost = case.order.criteria.iter().find(|it| it.ticks.has_history() && !kept.contains(it.id.as_str()));
    if let Some(criterion) = lost {
        return Err(Error::refused(format!(
            "The criterion \"{}\" carries a record and cannot be removed. Leave it as not met, and say in the log why.",
            criterion.text
        )));
    }
    check_carried_kept(case, plan)
}

/// An item may go to another step with what belongs to it; it may not go away, nor become something else.
fn check_carried_kept(case: &Case<'_>, plan: &Plan) -> Result<()> {
    let refused = |what: &str, text: &str, id: &str, instead: &str| {
        carried(case.order, case.facts, id).map_or(Ok(()), |carries| {
            Err(Error::refused(format!(
                "The {what} \"{text}\" carries a record and cannot be removed: {carries} belongs to it. {instead}"
            )))
        })
    };
    let not_applicable = "Leave it in the plan, and say while the work is done that it does not apply.";
    for step in &case.order.steps {
        if plan.steps.iter().all(|it| it.id != step.id) {
            refused("step", &step.title, &step.id, not_applicable)?;
        }
        for item in &step.items {
            if plan.steps.iter().flat_map(|it| &it.items).all(|it| it.id != item.id) {
                refused("item", &item.text, &item.id, not_applicable)?;
            }
        }
    }
    for criterion in &case.order.criteria {
        if plan.criteria.iter().all(|it| it.id != criterion.id) {
            let instead = "Leave it as not met, and say in the log why.";
            refused("criterion", &criterion.text, &criterion.id, instead)?;
        }
    }
    Ok(())
}

fn check_step_kept(step: &Step, plan: &Plan) -> Result<()> {
    let Some(planned) = plan.steps.iter().find(|it| it.id == step.id) else {
        return if step.has_progress() { Err(step_carries_record(&step.title)) } else { Ok(()) };
    };
    // What was ticked belongs to its step; what nobody ticked may go to another.
    let stays = |id: &str| planned.items.iter().any(|it| it.id == id);
    if let Some(lost) = step.items.iter().find(|it| it.has_history() && !stays(&it.id)) {
        return Err(item_carries_record(lost));
    }
    let same = |item: &Item| {
        planned.items.iter().any(|it| it.id == item.id && it.text == item.text && it.asks == item.asks)
    };
    let signed = |item: &&Item| item.asks.kind == AskKind::Signature && item.ticks.is_ticked();
    if let Some(changed) = step.items.iter().filter(signed).find(|item| !same(item)) {
        return Err(Error::refused(format!(
            "The item \"{}\" is signed, and its words are what was signed. Take the signature back first, with a reason.",
            changed.text
        )));
    }
    if step.ticks.is_ticked() && !planned.items.is_empty() {
        return Err(Error::refused(format!(
            "Step \"{}\" is ticked as a whole. Undo that tick before you give it items.",
            step.title
        )));
    }
    Ok(())
}

fn step_carries_record(title: &str) -> Error {
    Error::refused(format!(
        "The step \"{title}\" carries a record and cannot be removed. Mark it not applicable instead."
    ))
}

fn item_carries_record(item: &Item) -> Error {
    let text = &item.text;
    if !item.ticks.has_history() {
        return Error::refused(format!(
            "Somebody said that the item \"{text}\" does not apply, and why: it can be neither removed nor moved to another step. \
             Take that back first, or leave it as it is."
        ));
    }
    Error::refused(format!(
        "The item \"{text}\" carries a record, also where that was taken back: it can be neither removed nor moved to another \
         step. Say of it that it does not apply instead."
    ))
}

pub(super) fn assign(case: &Case<'_>, assignee: Option<Assignee>) -> Result<Vec<OrderEvent>> {
    if !case.may(Action::Assign) {
        return Err(Error::forbidden("Only a supervisor assigns work. Ask one."));
    }
    if case.order.status.is_done() {
        return Err(Error::refused("The work is completed; it cannot be given to somebody else now."));
    }
    limits::check(&assignee)?;
    if assignee.as_ref().is_some_and(|it| it.name.trim().is_empty()) {
        return Err(Error::invalid("assignee.name", "an assignee needs a name"));
    }
    if assignee == case.order.assignee {
        return Ok(Vec::new());
    }
    if let Some(Assignee { account: Some(account), name, .. }) = &assignee {
        check_no_reviewer(case.order, name, &Unit::of(account, []))?;
    }
    let from = case.order.assignee.clone();
    // The same account by another name still has the work.
    let account = |it: &Option<Assignee>| it.as_ref().and_then(|it| it.account.clone());
    let left = account(&from).filter(|had| account(&assignee).as_ref() != Some(had));
    let timer = left.and_then(|had| left_running(case, &had));
    let assigned = OrderEvent::Assigned { from, to: assignee, reason: String::new() };
    Ok(timer.into_iter().chain([assigned]).collect())
}

pub(super) fn set_materiality(
    case: &Case<'_>,
    target: Target,
    materiality: Materiality,
) -> Result<Vec<OrderEvent>> {
    if !case.may(Action::SetWeight) {
        return Err(Error::forbidden("Only a supervisor sets how much a claim weighs."));
    }
    let Some(from) = present_weight(case, &target) else {
        return Err(Error::not_found("the claim's subject"));
    };
    if case.order.status.is_done() || case.facts.evidence.judged.contains(target.id()) {
        return Err(Error::refused("The importance of a claim is set before anybody judges it, not after."));
    }
    if from == materiality {
        return Ok(Vec::new());
    }
    Ok(vec![OrderEvent::MaterialitySet { target, from, to: materiality }])
}

fn present_weight(case: &Case<'_>, target: &Target) -> Option<Materiality> {
    match target {
        Target::Item(id) => case.order.item(id).map(|(_, item)| item.materiality),
        Target::Step(id) => case.order.step(id).map(|step| step.materiality),
        Target::Criterion(id) => case.order.criterion(id).map(|criterion| criterion.materiality),
    }
}
