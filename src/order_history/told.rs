//! What happened to an order, in words: the sentence, why, and what stood there before and since.

use super::words::{Told, meaning, quoted};
use super::{changes, delegated, gathered};
use crate::web::words::importance;
use crate::work_orders::events::OrderEvent;
use crate::work_orders::model::{
    Assignee, Materiality, Meaning, Order, RelationKind, StepState, Target, Ticks,
};
use crate::work_orders::plan_diff::PlanChange;
use crate::work_orders::signing::statement::outcome_words;

/// The order just before an event; what is not in it any more or not yet is looked for in the order as it is.
#[derive(Clone, Copy)]
pub(super) struct Around<'a> {
    pub(super) before: &'a Order,
    pub(super) last: &'a Order,
}

/// What one event of the order says.
pub(super) fn told(around: Around<'_>, event: &OrderEvent) -> Told {
    match event {
        OrderEvent::Created { number, plan, .. } => {
            Told::new("wrote the order").values("", format!("{number} {}", plan.title).trim())
        }
        OrderEvent::Imported { file, source, order } => {
            let file = file.as_deref().unwrap_or("a file");
            let told = Told::new(format!("imported it from {file} (SHA-256 {})", source.short()));
            Told { is_claimed: true, ..told.values("", claimed(order)) }
        }
        OrderEvent::PlanEdited { changes, reason } => edited(around.before, changes, reason),
        OrderEvent::MadeFrom(from) => {
            let by = from
                .schedule
                .as_ref()
                .map(|by| format!(" by schedule {}, which {} answers for", by.code, by.keeper.name));
            let what = format!("made it from procedure {}{}", from.words(), by.unwrap_or_default());
            Told::new(what).values("", from.words())
        }
        OrderEvent::Amended { about, text, reason, .. } => {
            let place = about.as_ref().map(|target| format!(" {}", name(around, target))).unwrap_or_default();
            Told::new(format!("amended{place} with {}", quoted(text)))
                .values("", text.as_str())
                .because(reason)
        }
        OrderEvent::Assigned { from, to, reason } => assigned(from.as_ref(), to.as_ref()).because(reason),
        OrderEvent::LogAdded { title, lines, corrects, .. } => {
            logged(around, title, lines, corrects.as_deref())
        }
        OrderEvent::CommentAdded { text, .. } => {
            Told::new(format!("commented {}", quoted(text))).values("", text.as_str())
        }
        OrderEvent::SafetyAcknowledged { version } => {
            Told::new(format!("read the safety notes, version {version}"))
                .values("not read", format!("version {version} read"))
        }
        OrderEvent::MaterialitySet { target, from, to } => {
            let (old, new) = (weight(*from), weight(*to));
            Told::new(format!("set the importance of {} from {old} to {new}", name(around, target)))
                .values(old, new)
        }
        _ => relations(around, event),
    }
}

fn weight(materiality: Materiality) -> &'static str {
    importance(i32::from(u8::from(materiality)))
}

/// What a file says of work that was done, which counts for nothing here.
fn claimed(order: &Order) -> String {
    let ticks =
        order.steps.iter().flat_map(|step| step.items.iter().map(|item| &item.ticks).chain([&step.ticks]));
    let ticks = ticks.chain(order.criteria.iter().map(|criterion| &criterion.ticks));
    let count = ticks.filter(|ticks| ticks.is_ticked()).count();
    let status = order.imported.as_ref().map_or(order.status, |imported| imported.status).label();
    format!("{} {}; the file says: {status}, {count} ticked", order.number, order.title)
}

fn edited(before: &Order, made: &[PlanChange], reason: &str) -> Told {
    let text_of =
        |id: &str| before.document.iter().find(|block| block.id == id).map(|block| block.text.as_str());
    let each = changes::in_full(made, text_of);
    Told { each, ..Told::new(changes::words(made)) }.because(reason)
}

fn assigned(from: Option<&Assignee>, to: Option<&Assignee>) -> Told {
    let who = |it: Option<&Assignee>| it.map_or_else(|| "nobody".to_owned(), Assignee::marked_name);
    let what = to.map_or_else(
        || "took the assignment back".to_owned(),
        |to| format!("assigned it to {}", to.marked_name()),
    );
    Told::new(what).values(who(from), who(to))
}

fn logged(around: Around<'_>, title: &str, lines: &[String], corrects: Option<&str>) -> Told {
    let first = Some(title).filter(|title| !title.is_empty()).or(lines.first().map(String::as_str));
    let first = first.unwrap_or_default();
    let whole = |title: &str, lines: &[String]| {
        let parts = [title].into_iter().chain(lines.iter().map(String::as_str));
        parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
    };
    let old = corrects.and_then(|id| around.before.log.iter().find(|entry| entry.id == id));
    let old = old.map(|entry| whole(&entry.title, &entry.lines));
    let verb = if corrects.is_some() { "corrected the log to" } else { "logged" };
    Told::new(format!("{verb} {}", quoted(first))).values(old.unwrap_or_default(), whole(title, lines))
}

fn relations(around: Around<'_>, event: &OrderEvent) -> Told {
    match event {
        OrderEvent::Related { kind, number, .. } => {
            let new = relation(*kind, number.as_str());
            Told::new(new.clone()).values("", new)
        }
        OrderEvent::Unrelated { kind, order: other } => {
            let old = relation(*kind, number_of(around, other, Some(*kind)));
            Told::new(format!("no longer {old}")).values(old, "")
        }
        OrderEvent::BlockPassed { order: other, reason } => {
            let number = number_of(around, other, None);
            Told::new(format!("let it begin before {number} is done"))
                .values(format!("blocked by {number}"), "may begin")
                .because(reason)
        }
        _ => moved(around, event),
    }
}

fn relation(kind: RelationKind, number: &str) -> String {
    format!("{} {number}", kind.label().to_lowercase())
}

fn number_of<'a>(around: Around<'a>, other: &str, kind: Option<RelationKind>) -> &'a str {
    let relations = around.before.relations.iter().chain(&around.last.relations);
    let mut known = relations.filter(|it| it.order == *other && kind.is_none_or(|kind| it.kind == kind));
    known.next().map_or("another order", |it| it.number.as_str())
}

fn moved(around: Around<'_>, event: &OrderEvent) -> Told {
    match event {
        OrderEvent::Transitioned { from, to, reason, signature, hold, outcome, .. } => {
            let waits = hold.map(|code| format!(", waits for {}", code.label().to_lowercase()));
            let ended = outcome.map(|outcome| format!(", {}", outcome_words(outcome)));
            let more = [waits, ended].into_iter().flatten().collect::<String>();
            let what = format!("moved it from {} to {}{}", from.label(), to.label(), signed(*signature));
            Told::new(what).values(from.label(), format!("{}{more}", to.label())).because(reason)
        }
        OrderEvent::ApprovalRenewed { note, signature, .. } => {
            let old = match around.before.changed_since_approval.len() {
                1 => "1 change that nobody had approved".to_owned(),
                waited => format!("{waited} changes that nobody had approved"),
            };
            let what = format!("approved the changed plan{}", signed(*signature));
            Told::new(what).values(old, "approved").because(note)
        }
        _ => passed(around, event),
    }
}

fn passed(around: Around<'_>, event: &OrderEvent) -> Told {
    match event {
        OrderEvent::SignedOn {} => {
            Told::new("signed on to the isolation").values("not signed on", "signed on")
        }
        OrderEvent::SignedOff { account, reason } => {
            let entry = around.before.isolation.entries.iter().find(|entry| entry.who.is(account));
            let who = entry.map_or("somebody", |entry| entry.who.name.as_str());
            let what = if reason.is_empty() {
                "signed off the isolation".to_owned()
            } else {
                format!("signed {who} off the isolation")
            };
            Told::new(what).values(format!("{who} signed on"), "signed off").because(reason)
        }
        OrderEvent::CheckpointReleased { target, reason } => {
            Told::new(format!("let work pass {}", name(around, target)))
                .values("holds the work", "passed")
                .because(reason)
        }
        _ => progress(around, event),
    }
}

fn signed(signature: Option<Meaning>) -> String {
    signature.map(|it| format!(" and signed: {}", meaning(it).to_lowercase())).unwrap_or_default()
}

fn progress(around: Around<'_>, event: &OrderEvent) -> Told {
    let item = |id: &String| Target::Item(id.clone());
    let step = |id: &String| Target::Step(id.clone());
    let criterion = |id: &String| Target::Criterion(id.clone());
    match event {
        OrderEvent::ItemTicked { item: id, .. } => ticked(around, "ticked", &item(id)),
        OrderEvent::StepTicked { step: id, .. } => ticked(around, "ticked", &step(id)),
        OrderEvent::CriterionMet { criterion: id, .. } => ticked(around, "marked as met:", &criterion(id)),
        OrderEvent::ItemTickUndone { item: id, reason, .. } => {
            undone(around, "undid", &item(id)).because(reason)
        }
        OrderEvent::StepTickUndone { step: id, reason, .. } => {
            undone(around, "undid", &step(id)).because(reason)
        }
        OrderEvent::CriterionUnmet { criterion: id, reason, .. } => {
            undone(around, "marked as not met:", &criterion(id)).because(reason)
        }
        _ => answered(around, event),
    }
}

fn answered(around: Around<'_>, event: &OrderEvent) -> Told {
    let item = |id: &String| Target::Item(id.clone());
    match event {
        OrderEvent::ItemAnswered { item: id, answer, signature, .. } => {
            let what = match signature {
                Some(_) => format!("signed {}", name(around, &item(id))),
                None => format!("answered {}: {}", name(around, &item(id)), answer.words()),
            };
            let old = standing(around, &item(id));
            Told::new(what).values(old, answer.words()).because(&answer.note)
        }
        OrderEvent::ItemSkipped { item: id, reason } => {
            Told::new(format!("set aside {}", name(around, &item(id))))
                .values("to be done", "does not apply")
                .because(reason)
        }
        OrderEvent::ItemTakenUp { item: id, reason } => {
            Told::new(format!("took up again {}", name(around, &item(id))))
                .values("does not apply", "to be done")
                .because(reason)
        }
        OrderEvent::StepMarked { step: id, from, to, reason } => {
            let why = to.reason().unwrap_or(reason);
            let what = format!("marked {} {}", name(around, &Target::Step(id.clone())), state(to));
            Told::new(what).values(state(from), state(to)).because(why)
        }
        OrderEvent::TickAttested { target, note, .. } => {
            Told::new(format!("attested {}", name(around, target)))
                .values("nobody's word", "attested")
                .because(note)
        }
        OrderEvent::Gathered(event) => gathered::told(around, event),
        OrderEvent::Delegated(event) => delegated::told(around, event),
        other => Told::new(other.kind()),
    }
}

fn ticked(around: Around<'_>, verb: &str, target: &Target) -> Told {
    Told::new(format!("{verb} {}", name(around, target))).values(standing(around, target), done(target))
}

fn undone(around: Around<'_>, verb: &str, target: &Target) -> Told {
    Told::new(format!("{verb} {}", name(around, target))).values(standing(around, target), open(target))
}

fn done(target: &Target) -> &'static str {
    if matches!(target, Target::Criterion(_)) { "met" } else { "done" }
}

fn open(target: &Target) -> &'static str {
    if matches!(target, Target::Criterion(_)) { "not met" } else { "open" }
}

/// What stood at a part just before: its answer, that it was ticked and by whom, or that it was open.
fn standing(around: Around<'_>, target: &Target) -> String {
    let tick = around.before.ticks(target).and_then(Ticks::current);
    let Some(tick) = tick else { return open(target).to_owned() };
    let what = tick.answer.as_ref().map_or(done(target), |answer| answer.value.as_str());
    match &tick.by {
        Some(by) if tick.answer.is_none() => format!("{what}, by {}", by.marked_name()),
        _ if tick.is_unattested() => format!("{what}, as the file says"),
        _ => what.to_owned(),
    }
}

fn state(state: &StepState) -> String {
    state.as_str().replace('_', " ")
}

/// A part by what it said at that time.
pub(super) fn name(around: Around<'_>, target: &Target) -> String {
    let text = text_in(around.before, target).or_else(|| text_in(around.last, target));
    quoted(text.unwrap_or("something that is no longer planned"))
}

fn text_in<'a>(order: &'a Order, target: &Target) -> Option<&'a str> {
    match target {
        Target::Item(id) => order.item(id).map(|(_, item)| item.text.as_str()),
        Target::Step(id) => order.step(id).map(|step| step.title.as_str()),
        Target::Criterion(id) => order.criterion(id).map(|criterion| criterion.text.as_str()),
    }
}
