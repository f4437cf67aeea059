//! What happened, in words, newest first; each line leads to the order as it stood then.

use super::gathered;
use super::signed::word;
use super::text;
use super::view::OrderView;
use crate::foundation::ActorKind;
use crate::ledger::Event;
use crate::work_orders::events::OrderEvent;
use crate::work_orders::model::{Assignee, Order, Target};

/// One event.
#[derive(Debug)]
pub struct HappeningView {
    pub words: String,
    /// Who and when.
    pub meta: text::Html,
    pub time: text::Html,
    /// The moment, for the look back.
    pub at: String,
}

/// The newest events.
pub(super) fn newest(view: &OrderView, count: usize) -> Vec<HappeningView> {
    view.events.iter().rev().take(count).map(|event| happening(view, event)).collect()
}

/// One line of the history.
pub(super) fn happening(view: &OrderView, event: &Event) -> HappeningView {
    let agent = if event.actor_kind == ActorKind::Agent { " (agent)" } else { "" };
    let words = match event.body {
        None => "something that has been erased".to_owned(),
        Some(_) => OrderEvent::from_json(&event.kind, event.data())
            .map_or_else(|_| event.kind.clone(), |happened| words(&view.order, &happened)),
    };
    HappeningView {
        words: words + &superseded_by(&view.order, &event.id),
        meta: text::Html::joined(
            [
                Some(text::Html::text(&format!("{}{agent}", event.actor_name()))),
                Some(text::moment(event.at, view.now)),
                text::claimed(event, view.now),
            ]
            .into_iter()
            .flatten(),
            ", ",
        ),
        time: text::moment(event.at, view.now),
        at: event.at.to_rfc3339(),
    }
}

/// The signatures that an event superseded.
fn superseded_by(order: &Order, event: &str) -> String {
    let by_it =
        order.signatures.iter().filter(|it| it.superseded.as_ref().is_some_and(|by| by.event == event));
    let names: Vec<String> =
        by_it.map(|it| format!("{} by {}", word(it.meaning).to_lowercase(), it.by.name)).collect();
    if names.is_empty() {
        String::new()
    } else {
        format!("; this superseded the signature {}", names.join(", "))
    }
}

fn words(order: &Order, event: &OrderEvent) -> String {
    match event {
        OrderEvent::Created { .. } => "wrote the order".to_owned(),
        OrderEvent::Imported { file, source, .. } => {
            let file = file.as_deref().unwrap_or("a file");
            format!("imported it from {file} (SHA-256 {})", source.short())
        }
        OrderEvent::PlanEdited { changes, reason } => with_reason(super::changes::words(changes), reason),
        OrderEvent::MadeFrom(from) => match &from.schedule {
            Some(by) => {
                let (code, keeper) = (&by.code, &by.keeper.name);
                format!(
                    "made it from procedure {} by schedule {code}, which {keeper} answers for",
                    from.words()
                )
            }
            None => format!("made it from procedure {}", from.words()),
        },
        OrderEvent::Related { kind, number, .. } => format!("{} {number}", kind.label().to_lowercase()),
        OrderEvent::Amended { about, text, reason, .. } => {
            let place = about.as_ref().map(|target| format!(" {}", name(order, target))).unwrap_or_default();
            with_reason(format!("amended{place} with {}", quoted(text)), reason)
        }
        OrderEvent::Unrelated { kind, order: other } => {
            let known = order.relations.iter().find(|it| it.order == *other && it.kind == *kind);
            let number = known.map_or("another order", |it| it.number.as_str());
            format!("no longer {} {number}", kind.label().to_lowercase())
        }
        OrderEvent::BlockPassed { order: other, reason } => {
            let known = order.relations.iter().find(|it| it.order == *other);
            let number = known.map_or("another order", |it| it.number.as_str());
            with_reason(format!("let it begin before {number} is done"), reason)
        }
        OrderEvent::Assigned { to, reason, .. } => with_reason(assigned(to.as_ref()), reason),
        OrderEvent::LogAdded { title, lines, .. } => {
            let first = Some(title).filter(|title| !title.is_empty()).or(lines.first());
            format!("logged {}", quoted(first.map_or("", String::as_str)))
        }
        OrderEvent::CommentAdded { text, .. } => format!("commented {}", quoted(text)),
        OrderEvent::SafetyAcknowledged { version } => format!("read the safety notes, version {version}"),
        OrderEvent::Transitioned { from, to, reason, signature, .. } => {
            let signed = signature.map(|meaning| format!(" and signed: {}", word(meaning).to_lowercase()));
            let signed = signed.unwrap_or_default();
            with_reason(format!("moved it from {} to {}{signed}", from.label(), to.label()), reason)
        }
        OrderEvent::ApprovalRenewed { note, signature, .. } => {
            let signed = signature.map(|meaning| format!(" and signed: {}", word(meaning).to_lowercase()));
            with_reason(format!("approved the changed plan{}", signed.unwrap_or_default()), note)
        }
        OrderEvent::MaterialitySet { target, from, to } => {
            format!(
                "set the importance of {} from {} to {}",
                name(order, target),
                u8::from(*from),
                u8::from(*to)
            )
        }
        _ => progress(order, event),
    }
}

fn progress(order: &Order, event: &OrderEvent) -> String {
    let item = |id: &String| name(order, &Target::Item(id.clone()));
    let step = |id: &String| name(order, &Target::Step(id.clone()));
    let criterion = |id: &String| name(order, &Target::Criterion(id.clone()));
    match event {
        OrderEvent::ItemTicked { item: id, .. } => format!("ticked {}", item(id)),
        OrderEvent::ItemAnswered { item: id, answer, signature: Some(_), .. } => {
            with_reason(format!("signed {}", item(id)), &answer.note)
        }
        OrderEvent::ItemAnswered { item: id, answer, .. } => {
            with_reason(format!("answered {}: {}", item(id), answer.value), &answer.note)
        }
        OrderEvent::ItemSkipped { item: id, reason } => {
            with_reason(format!("set aside {}", item(id)), reason)
        }
        OrderEvent::ItemTakenUp { item: id, reason } => {
            with_reason(format!("took up again {}", item(id)), reason)
        }
        OrderEvent::StepTicked { step: id, .. } => format!("ticked {}", step(id)),
        OrderEvent::CriterionMet { criterion: id, .. } => format!("marked as met: {}", criterion(id)),
        OrderEvent::ItemTickUndone { item: id, reason, .. } => {
            with_reason(format!("undid {}", item(id)), reason)
        }
        OrderEvent::StepTickUndone { step: id, reason, .. } => {
            with_reason(format!("undid {}", step(id)), reason)
        }
        OrderEvent::CriterionUnmet { criterion: id, reason, .. } => {
            with_reason(format!("marked as not met: {}", criterion(id)), reason)
        }
        OrderEvent::StepMarked { step: id, to, reason, .. } => {
            let why = to.reason().unwrap_or(reason);
            with_reason(format!("marked {} {}", step(id), text::words(to.as_str())), why)
        }
        OrderEvent::SignedOn {} => "signed on to the isolation".to_owned(),
        OrderEvent::SignedOff { reason, .. } if reason.is_empty() => "signed off the isolation".to_owned(),
        OrderEvent::SignedOff { account, reason } => {
            let entry = order.isolation.entries.iter().find(|entry| entry.who.is(account));
            let who = entry.map_or("somebody", |entry| entry.who.name.as_str());
            with_reason(format!("signed {who} off the isolation"), reason)
        }
        OrderEvent::CheckpointReleased { target, reason } => {
            with_reason(format!("let work pass {}", name(order, target)), reason)
        }
        OrderEvent::TickAttested { target, note, .. } => {
            with_reason(format!("attested {}", name(order, target)), note)
        }
        OrderEvent::Gathered(event) => gathered::history::words(order, event),
        other => other.kind().to_owned(),
    }
}

fn name(order: &Order, target: &Target) -> String {
    let text = match target {
        Target::Item(id) => order.item(id).map(|(_, item)| item.text.as_str()),
        Target::Step(id) => order.step(id).map(|step| step.title.as_str()),
        Target::Criterion(id) => order.criterion(id).map(|criterion| criterion.text.as_str()),
    };
    quoted(text.unwrap_or("something that is no longer planned"))
}

fn assigned(to: Option<&Assignee>) -> String {
    to.map_or_else(|| "took the assignment back".to_owned(), |to| format!("assigned it to {}", to.name))
}

fn with_reason(what: String, reason: &str) -> String {
    if reason.trim().is_empty() { what } else { format!("{what}: {}", reason.trim()) }
}

/// Characters of a text that are quoted in a line.
pub(super) const QUOTED: usize = 80;

pub(in crate::order_pages) fn quoted(text: &str) -> String {
    quoted_to(text, QUOTED)
}

/// The same of so many characters at most.
pub(super) fn quoted_to(text: &str, most: usize) -> String {
    let short: String = text.chars().take(most).collect();
    let more = if short.len() < text.len() { "…" } else { "" };
    format!("“{short}{more}”")
}
