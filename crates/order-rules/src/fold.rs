//! Events folded into an order. Folding a prefix shows the order as it was then: time travel.
//!
//! Folding never refuses: what was decided happened. An id that is not there changes nothing.

use super::delegation::{self, DelegationEvent};
use super::events::OrderEvent;
use super::gathered::{self, GatheredEvent};
use super::model::{
    Acknowledgement, Amendment, Answer, Attestation, Comment, Delegation, Hold, ImportRecord, LogEntry,
    Materiality, Order, OutcomeRecord, Plan, PlanChanged, Relation, RelationKind, Released, SignOff, SignOn,
    Skipped, Status, Step, StepState, Target, Tick, TickHow, Ticks, Transition, TransitionRecord, Undone,
    When, Who,
};
use super::plan_diff;
use super::signing::signatures;
use foundation::{Actor, ActorKind, Timestamp};

/// What the ledger stamps on an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventMeta {
    /// When, by the server's clock.
    pub at: Timestamp,
    pub actor_id: String,
    pub actor_kind: ActorKind,
    /// The name printed at that time.
    pub actor_name: String,
    pub event_id: String,
}

impl EventMeta {
    /// The stamp of an event made by `actor`.
    pub fn of(actor: &Actor, at: Timestamp, event_id: impl Into<String>) -> Self {
        Self {
            at,
            actor_id: actor.id.clone(),
            actor_kind: actor.kind,
            actor_name: actor.name.clone(),
            event_id: event_id.into(),
        }
    }

    /// Whoever did it, as stamped.
    pub fn who(&self) -> Who {
        Who { id: self.actor_id.clone(), kind: self.actor_kind, name: self.actor_name.clone() }
    }
}

/// The order made by some events, oldest first.
pub fn replay<'a>(events: impl IntoIterator<Item = (&'a OrderEvent, &'a EventMeta)>) -> Order {
    let mut order = Order::default();
    for (event, meta) in events {
        apply(&mut order, event, meta);
    }
    order
}

/// Lets one event happen to an order.
pub fn apply(order: &mut Order, event: &OrderEvent, meta: &EventMeta) {
    let assigned = order.assignee.as_ref().and_then(|it| it.account.clone());
    match event {
        OrderEvent::Created { order: id, number, plan, assignee } => {
            plan.put_into(order);
            order.id.clone_from(id);
            order.number = number.clone();
            order.assignee.clone_from(assignee);
            order.created = When::exact(meta.at);
            order.created_by = Some(meta.who());
        }
        OrderEvent::Imported { source, file, order: taken } => {
            *order = (**taken).clone();
            // Orders taken over before drafts were the rule carry their state themselves.
            let claimed = order.imported.take();
            let status = claimed.as_ref().map_or(order.status, |claimed| claimed.status);
            let own_number = claimed.as_ref().is_some_and(|claimed| claimed.own_number);
            let claims = claimed.map(|claimed| claimed.claims).unwrap_or_default();
            let (by, file) = (meta.who(), file.clone());
            order.imported =
                Some(ImportRecord { source: *source, file, by, at: meta.at, status, claims, own_number });
            // No file signs for anybody here.
            order.signatures.clear();
            order.changed_since_approval.clear();
            order.planners.clear();
            // Nor does a file say what it was made from here.
            order.made_from = None;
            // Nor who works on it, and what was asked and decided.
            order.delegation = Delegation::default();
            order.version = 0;
        }
        OrderEvent::PlanEdited { changes, reason } => {
            if let Ok(plan) = plan_diff::patch(&Plan::of(order), changes) {
                plan.put_into(order);
            }
            planned(order, meta);
            if order.status.is_approved() {
                changed_since(order, reason, meta);
            }
        }
        OrderEvent::ApprovalRenewed { .. } => {
            order.changed_since_approval.clear();
            approved(order, meta);
        }
        OrderEvent::Assigned { to, .. } => order.assignee.clone_from(to),
        OrderEvent::MadeFrom(from) => order.made_from = Some(from.clone()),
        OrderEvent::Related { kind, order: other, number, about } => order.relations.push(Relation {
            kind: *kind,
            order: other.clone(),
            number: number.clone(),
            about: about.clone(),
            by: meta.who(),
            at: meta.at,
            passed: None,
        }),
        OrderEvent::Amended { amendment, about, text, reason } => order.amendments.push(Amendment {
            id: amendment.clone(),
            about: about.clone(),
            text: text.clone(),
            reason: reason.clone(),
            by: meta.who(),
            at: meta.at,
        }),
        OrderEvent::Unrelated { kind, order: other } => {
            order.relations.retain(|it| it.kind != *kind || it.order != *other);
        }
        OrderEvent::BlockPassed { order: other, reason } => {
            let passed = Released { by: meta.who(), at: meta.at, reason: reason.clone() };
            let blocks = |it: &&mut Relation| it.kind == RelationKind::BlockedBy && it.order == *other;
            order.relations.iter_mut().filter(blocks).for_each(|it| it.passed = Some(passed.clone()));
        }
        OrderEvent::MaterialitySet { target, to, .. } => set_materiality(order, target, *to),
        OrderEvent::Gathered(event) => {
            if let GatheredEvent::PartPlanned { reason, .. } = event {
                planned(order, meta);
                if let Some(reason) = reason {
                    changed_since(order, reason, meta);
                }
            }
            if gathered::fold::apply(&mut order.gathered, event, meta) {
                performed(order, meta);
            }
        }
        OrderEvent::Delegated(event) => {
            delegation::fold::apply(&mut order.delegation, event, meta);
            if matches!(event, DelegationEvent::DecisionRecorded { .. }) && works_on(order, meta) {
                performed(order, meta);
            }
        }
        _ => apply_record(order, event, meta),
    }
    delegation::fold::follow(order, event, assigned.as_deref(), meta);
    signatures::follow(order, event, meta);
    order.version += 1;
}

fn apply_record(order: &mut Order, event: &OrderEvent, meta: &EventMeta) {
    match event {
        OrderEvent::LogAdded { entry, title, lines, kind, corrects } => {
            // Whoever has the work and writes down what was done did part of it, ticks or not.
            if works_on(order, meta) {
                performed(order, meta);
            }
            order.log.push(LogEntry {
                id: entry.clone(),
                when: When::exact(meta.at),
                title: title.clone(),
                lines: lines.clone(),
                author: None,
                by: Some(meta.who()),
                kind: *kind,
                corrects: corrects.clone(),
            });
        }
        OrderEvent::CommentAdded { comment, text } => order.comments.push(Comment {
            id: comment.clone(),
            when: When::exact(meta.at),
            by: meta.who(),
            text: text.clone(),
        }),
        OrderEvent::SafetyAcknowledged { version } => order.safety.acknowledgements.push(Acknowledgement {
            version: *version,
            by: meta.who(),
            at: meta.at,
        }),
        OrderEvent::Transitioned { .. } => transition(order, event, meta),
        _ => apply_progress(order, event, meta),
    }
}

fn apply_progress(order: &mut Order, event: &OrderEvent, meta: &EventMeta) {
    match event {
        OrderEvent::ItemTicked { item, tick } => {
            add_tick(order, &Target::Item(item.clone()), tick, None, meta);
        }
        OrderEvent::ItemAnswered { item, tick, answer, .. } => {
            add_tick(order, &Target::Item(item.clone()), tick, Some(answer.clone()), meta);
        }
        OrderEvent::ItemSkipped { item, reason } => {
            let skipped = Skipped { by: meta.who(), at: meta.at, reason: reason.clone() };
            skip(order, item, Some(skipped), meta);
        }
        OrderEvent::ItemTakenUp { item, .. } => skip(order, item, None, meta),
        OrderEvent::StepTicked { step, tick } => {
            add_tick(order, &Target::Step(step.clone()), tick, None, meta);
        }
        OrderEvent::CriterionMet { criterion, tick } => {
            add_tick(order, &Target::Criterion(criterion.clone()), tick, None, meta);
        }
        OrderEvent::ItemTickUndone { item, tick, reason } => {
            undo(order, &Target::Item(item.clone()), tick, reason, meta);
        }
        OrderEvent::StepTickUndone { step, tick, reason } => {
            undo(order, &Target::Step(step.clone()), tick, reason, meta);
        }
        OrderEvent::CriterionUnmet { criterion, tick, reason } => {
            undo(order, &Target::Criterion(criterion.clone()), tick, reason, meta);
        }
        OrderEvent::TickAttested { target, tick, note } => attest(order, target, tick, note, meta),
        OrderEvent::StepMarked { step, to, .. } => mark(order, step, to, meta),
        OrderEvent::SignedOn {} => sign_on(order, meta),
        OrderEvent::SignedOff { account, reason } => sign_off(order, account, reason, meta),
        OrderEvent::CheckpointReleased { target, reason } => release(order, target, reason, meta),
        _ => {}
    }
}

fn transition(order: &mut Order, event: &OrderEvent, meta: &EventMeta) {
    let OrderEvent::Transitioned { transition, from, to, reason, hold, outcome, .. } = event else { return };
    order.status = *to;
    order.hold = hold.map(|code| Hold { code, reason: reason.clone(), since: meta.at });
    order.started |= *to == Status::InProgress;
    match *transition {
        Transition::Complete => {
            let outcome = outcome.unwrap_or_default();
            order.outcome = Some(OutcomeRecord { outcome, note: reason.clone() });
            performed(order, meta);
        }
        Transition::ReturnForRework | Transition::Reopen => order.outcome = None,
        Transition::Approve | Transition::TakeBack => order.changed_since_approval.clear(),
        _ => {}
    }
    if *transition == Transition::Approve {
        approved(order, meta);
    }
    order.transitions.push(TransitionRecord {
        id: *transition,
        from: *from,
        to: *to,
        by: meta.who(),
        at: meta.at,
        reason: reason.clone(),
        event: meta.event_id.clone(),
    });
}

/// The plan was approved, and is another now.
fn changed_since(order: &mut Order, reason: &str, meta: &EventMeta) {
    let (by, event, reason) = (meta.who(), meta.event_id.clone(), reason.to_owned());
    order.changed_since_approval.push(PlanChanged { by, at: meta.at, event, reason });
}

fn planned(order: &mut Order, meta: &EventMeta) {
    if !order.planners.contains(&meta.actor_id) {
        order.planners.push(meta.actor_id.clone());
    }
}

/// Whoever approves has seen what the others planned; what they planned themselves nobody else has seen yet.
fn approved(order: &mut Order, meta: &EventMeta) {
    order.planners.retain(|planner| *planner == meta.actor_id);
}

/// Whether they have the work, or work on it for whoever has it.
fn works_on(order: &Order, meta: &EventMeta) -> bool {
    order.is_assigned_to(&meta.actor_id) || order.delegation.is_held_by(&meta.actor_id)
}

fn performed(order: &mut Order, meta: &EventMeta) {
    if !order.performers.contains(&meta.actor_id) {
        order.performers.push(meta.actor_id.clone());
    }
}

/// Says that an item does not apply, or that it does after all; its step's state follows.
fn skip(order: &mut Order, item: &str, skipped: Option<Skipped>, meta: &EventMeta) {
    let holds = |step: &&mut Step| step.items.iter().any(|it| it.id == item);
    if let Some(step) = order.steps.iter_mut().find(holds) {
        step.items.iter_mut().filter(|it| it.id == item).for_each(|it| it.skipped.clone_from(&skipped));
        step.refresh();
    }
    order.refresh_asked();
    performed(order, meta);
}

fn add_tick(order: &mut Order, target: &Target, tick: &str, answer: Option<Answer>, meta: &EventMeta) {
    let tick = Tick {
        id: tick.to_owned(),
        how: TickHow::Recorded,
        by: Some(meta.who()),
        at: Some(meta.at),
        answer,
        event: Some(meta.event_id.clone()),
        attested: None,
        undone: None,
    };
    change_ticks(order, target, |ticks| ticks.0.push(tick));
    performed(order, meta);
}

fn undo(order: &mut Order, target: &Target, tick: &str, reason: &str, meta: &EventMeta) {
    let undone = Undone { by: meta.who(), at: meta.at, reason: reason.to_owned() };
    change_ticks(order, target, |ticks| {
        if let Some(found) = ticks.0.iter_mut().find(|it| it.id == tick) {
            found.undone = Some(undone);
        }
    });
}

fn attest(order: &mut Order, target: &Target, tick: &str, note: &str, meta: &EventMeta) {
    let attested = Attestation { by: meta.who(), at: meta.at, note: note.to_owned() };
    change_ticks(order, target, |ticks| {
        if let Some(found) = ticks.0.iter_mut().find(|it| it.id == tick) {
            found.attested = Some(attested);
        }
    });
    performed(order, meta);
}

/// Whoever signs on is there for the work.
fn sign_on(order: &mut Order, meta: &EventMeta) {
    order.isolation.entries.push(SignOn { who: meta.who(), at: meta.at, off: None });
    performed(order, meta);
}

fn sign_off(order: &mut Order, account: &str, reason: &str, meta: &EventMeta) {
    let off = SignOff { by: meta.who(), at: meta.at, reason: reason.to_owned() };
    let mut standing = order.isolation.entries.iter_mut().filter(|entry| entry.off.is_none());
    if let Some(entry) = standing.find(|entry| entry.who.is(account)) {
        entry.off = Some(off);
    }
}

fn release(order: &mut Order, target: &Target, reason: &str, meta: &EventMeta) {
    let released = Some(Released { by: meta.who(), at: meta.at, reason: reason.to_owned() });
    match target {
        Target::Step(id) => {
            if let Some(step) = step_mut(order, id) {
                step.released = released;
            }
        }
        Target::Item(id) => {
            let items = order.steps.iter_mut().flat_map(|step| &mut step.items);
            items.filter(|item| item.id == *id).for_each(|item| item.released.clone_from(&released));
        }
        Target::Criterion(_) => {}
    }
}

fn mark(order: &mut Order, step: &str, to: &StepState, meta: &EventMeta) {
    if let Some(step) = step_mut(order, step) {
        step.state = to.clone();
        step.marked_by = to.is_marked().then(|| meta.who());
        step.refresh();
    }
    performed(order, meta);
}

/// Changes a target's ticks and lets its step's state follow.
fn change_ticks(order: &mut Order, target: &Target, change: impl FnOnce(&mut Ticks)) {
    let step = order.step_of(target).map(|step| step.id.clone());
    with_ticks(order, target, change);
    if let Some(step) = step.and_then(|id| step_mut(order, &id)) {
        step.refresh();
    }
    // An answer opens what waits for it, and closes it.
    order.refresh_asked();
}

fn with_ticks(order: &mut Order, target: &Target, change: impl FnOnce(&mut Ticks)) {
    let ticks = match target {
        Target::Item(id) => order
            .steps
            .iter_mut()
            .flat_map(|step| &mut step.items)
            .find(|it| it.id == *id)
            .map(|it| &mut it.ticks),
        Target::Step(id) => step_mut(order, id).map(|step| &mut step.ticks),
        Target::Criterion(id) => order.criteria.iter_mut().find(|it| it.id == *id).map(|it| &mut it.ticks),
    };
    if let Some(ticks) = ticks {
        change(ticks);
    }
}

fn step_mut<'a>(order: &'a mut Order, id: &str) -> Option<&'a mut Step> {
    order.steps.iter_mut().find(|step| step.id == id)
}

fn set_materiality(order: &mut Order, target: &Target, to: Materiality) {
    let place = match target {
        Target::Item(id) => order
            .steps
            .iter_mut()
            .flat_map(|step| &mut step.items)
            .find(|it| it.id == *id)
            .map(|it| &mut it.materiality),
        Target::Step(id) => step_mut(order, id).map(|step| &mut step.materiality),
        Target::Criterion(id) => {
            order.criteria.iter_mut().find(|it| it.id == *id).map(|it| &mut it.materiality)
        }
    };
    if let Some(place) = place {
        *place = to;
    }
}
