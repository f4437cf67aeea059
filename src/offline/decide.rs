//! Whether an entry still fits the order as it stands now, and what keeping one's own answer means. Pure.
//!
//! Only the part an entry is about counts: what others did elsewhere in the order changes nothing for it.

use super::clock::MOST_SKEW_MICROS;
use super::model::{Entry, Said, What};
use crate::foundation::{Action, Asker, Error, Result, Timestamp};
use crate::work_orders::decide::{Command, decide};
use crate::work_orders::events::OrderEvent;
use crate::work_orders::facts::Facts;
use crate::work_orders::fold::{EventMeta, apply};
use crate::work_orders::lifecycle::{require_reason, tie};
use crate::work_orders::model::{Order, Skipped, Status, Target, Tick, Who};

/// What is to happen with an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// The order decides on it as on anything else.
    Apply,
    /// The record holds the very same of the same account: a press whose answer was lost, or the other device of one person.
    WasThere,
    /// Something else stands there; what, if anything does, and why that is in the way.
    Conflict(Option<Said>, String),
    /// No device of ours would have made it.
    Refuse(String),
}

/// Holds an entry against the order. `after` is how its part stood once the entry it follows was recorded; none where that was
/// not recorded. `now` is when it was received.
pub fn judge(order: &Order, entry: &Entry, account: &str, after: Option<&str>, now: Timestamp) -> Judgement {
    if let Some(why) = not_open(order, entry, account) {
        return Judgement::Refuse(why);
    }
    let Some(target) = entry.what.target().filter(|_| entry.what.is_answer()) else {
        let was_there = note_was_there(order, entry, account, now);
        return if was_there { Judgement::WasThere } else { Judgement::Apply };
    };
    let Some(now) = order.standing(&target) else {
        return Judgement::Conflict(None, "This part is no longer planned.".to_owned());
    };
    let seen = if entry.seen.after.is_some() { after } else { entry.seen.standing.as_deref() };
    if seen == Some(now.as_str()) {
        return Judgement::Apply;
    }
    if answer_was_there(order, &entry.what, &target, account) {
        return Judgement::WasThere;
    }
    let theirs = standing_said(order, &target);
    let why = match &theirs {
        Some(_) if standing(order, &target).is_some_and(|it| it.by().is_some_and(|by| by.is(account))) => {
            "You recorded something else here meanwhile.".to_owned()
        }
        Some(said) => format!("{} recorded something here meanwhile.", said.who),
        None => "What this follows was not recorded.".to_owned(),
    };
    Judgement::Conflict(theirs, why)
}

/// Ticks wait only on work that has begun, for somebody who has read its safety notes.
fn not_open(order: &Order, entry: &Entry, account: &str) -> Option<String> {
    if !entry.what.is_answer() {
        return None;
    }
    if !order.started || order.status == Status::Approved {
        return Some(format!("{} has not been started: that needs the network.", order.number));
    }
    let is_read = order.safety.notes.is_empty() || order.safety.is_acknowledged_by(account);
    (!is_read).then(|| format!("Read the safety notes of {} first; then send it again.", order.number))
}

/// A press whose answer was lost is in the record from when it was made. The same words of another time are said once more: "no
/// leak" each hour is a line each hour.
fn note_was_there(order: &Order, entry: &Entry, account: &str, now: Timestamp) -> bool {
    let made = entry.claimed.plus_micros(now.micros_since(entry.sent));
    let is_then =
        |at: Option<Timestamp>| at.is_some_and(|at| at.micros_since(made).abs() <= MOST_SKEW_MICROS);
    match &entry.what {
        What::Comment { text } => order
            .comments
            .iter()
            .any(|it| it.by.is(account) && it.text.trim() == text.trim() && is_then(it.when.from)),
        What::Log { title, lines } => order.log.iter().any(|it| {
            let own = it.by.as_ref().is_some_and(|by| by.is(account));
            own && it.title == *title && it.lines == *lines && is_then(it.when.from)
        }),
        _ => false,
    }
}

/// Why a number that was typed without a network cannot be told from another: whoever typed it says which one is meant.
pub fn doubt(order: &Order, entry: &Entry) -> Option<String> {
    let What::Answer { item, given, .. } = &entry.what else { return None };
    let (_, item) = order.item(item)?;
    item.asks.doubt(given).map(|doubt| format!("{doubt}."))
}

fn answer_was_there(order: &Order, what: &What, target: &Target, account: &str) -> bool {
    let Some(last) = order.ticks(target).and_then(|ticks| ticks.0.last()) else { return false };
    let by_same = last.by.as_ref().is_some_and(|by| by.is(account));
    match (what, &last.undone) {
        (What::Undo { .. }, Some(undone)) => by_same && undone.by.is(account),
        (What::Tick { .. }, None) => by_same && last.answer.is_none(),
        (What::Answer { given, note, .. }, None) => {
            // As it would be recorded: `4,5` is `4.5 °C`.
            let read = order.item(target.id()).and_then(|(_, item)| item.asks.read(given).ok());
            let is_same = |it: &crate::work_orders::model::Answer| {
                read.as_ref().is_some_and(|read| read.value.eq_ignore_ascii_case(&it.value))
                    && it.note.trim() == note.trim()
            };
            by_same && last.answer.as_ref().is_some_and(is_same)
        }
        _ => false,
    }
}

/// What was recorded last at a part, for whoever compares it with their own.
pub fn standing_said(order: &Order, target: &Target) -> Option<Said> {
    if let Target::Item(id) = target
        && let Some(skipped) = order.item(id).and_then(|(_, item)| item.skipped.as_ref())
    {
        let words = format!("does not apply: {}", skipped.reason);
        return Some(Said { who: skipped.by.marked_name(), at: skipped.at, words });
    }
    let last = order.ticks(target)?.0.last()?;
    if let Some(undone) = &last.undone {
        let words = format!("taken back: {}", value_of(last));
        return Some(Said { who: undone.by.marked_name(), at: undone.at, words });
    }
    let who = last.by.as_ref().map_or_else(|| "The imported file".to_owned(), Who::marked_name);
    Some(Said { who, at: last.at.unwrap_or(Timestamp(0)), words: value_of(last) })
}

fn value_of(tick: &Tick) -> String {
    tick.answer.as_ref().map_or_else(|| "done".to_owned(), |answer| answer.value.clone())
}

/// Puts an answer in the place of the one that stands: that one is taken back with the reason, and both stay in the record.
/// Refused to whoever may not, and once somebody judged on what stands there.
pub fn keep_own(
    order: &Order,
    entry: &Entry,
    who: &Asker,
    facts: &Facts,
    reason: &str,
    at: Timestamp,
    new_id: &mut dyn FnMut() -> String,
) -> Result<Vec<OrderEvent>> {
    let missing = || Error::refused("Nothing of another stands here any more. Load the page again.");
    let target = entry.what.target().ok_or_else(missing)?;
    let standing = standing(order, &target).ok_or_else(missing)?;
    require_reason(reason, facts, "Keep your own answer")?;
    if matches!(entry.what, What::Undo { .. }) {
        // Taking back is no answer of one's own: whoever may do it may do it here, and nobody else.
        let undo = Command::Undo { target, reason: reason.trim().to_owned() };
        return decide(order, undo, who, facts, new_id);
    }
    may_replace(order, &target, &standing, who, facts)?;
    let undone = standing.taken_back(&target, reason.trim().to_owned());
    let mut next = order.clone();
    apply(&mut next, &undone, &EventMeta::of(&who.actor, at, ""));
    let answer = decide(&next, entry.what.command(Vec::new(), 0), who, facts, new_id)?;
    Ok([undone].into_iter().chain(answer).collect())
}

/// Whether an entry may be kept where something stands at its part, by whoever gives a good reason; the refusal says why not.
pub fn may_keep(order: &Order, entry: &Entry, who: &Asker, facts: &Facts, at: Timestamp) -> Result<()> {
    let reason = "x".repeat(usize::from(facts.policy.min_reason.max(1)));
    keep_own(order, entry, who, facts, &reason, at, &mut || "new".to_owned()).map(drop)
}

/// Whether one's own answer may take the place of what stands at its part now.
fn may_replace(
    order: &Order,
    target: &Target,
    standing: &Standing<'_>,
    who: &Asker,
    facts: &Facts,
) -> Result<()> {
    let tie = tie(order, &who.actor);
    let is_own = standing.by().is_some_and(|by| by.is(who.id()));
    who.must_for(if is_own { Action::UndoOwnTick } else { Action::KeepOwnAnswer }, &tie)?;
    let is_judged = facts.evidence.judged.contains(target.id());
    if is_judged && !who.may_for(Action::UndoOthersTick, &tie) {
        return Err(Error::forbidden(
            "Somebody has judged what stands here: only a supervisor takes it back now.",
        ));
    }
    Ok(())
}

/// What stands at a part and is in the way of another answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing<'a> {
    Ticked(&'a Tick),
    /// Somebody said that the item does not apply.
    Aside(&'a Skipped),
}

/// What stands at a part now; none where it is open.
pub fn standing<'a>(order: &'a Order, target: &Target) -> Option<Standing<'a>> {
    if let Target::Item(id) = target
        && let Some(skipped) = order.item(id).and_then(|(_, item)| item.skipped.as_ref())
    {
        return Some(Standing::Aside(skipped));
    }
    order.ticks(target)?.current().map(Standing::Ticked)
}

impl Standing<'_> {
    fn by(&self) -> Option<&Who> {
        match self {
            Self::Ticked(tick) => tick.by.as_ref(),
            Self::Aside(skipped) => Some(&skipped.by),
        }
    }

    fn taken_back(&self, target: &Target, reason: String) -> OrderEvent {
        match (self, target.clone()) {
            (Self::Aside(_), target) => OrderEvent::ItemTakenUp { item: target.id().to_owned(), reason },
            (Self::Ticked(tick), Target::Item(item)) => {
                OrderEvent::ItemTickUndone { item, tick: tick.id.clone(), reason }
            }
            (Self::Ticked(tick), Target::Step(step)) => {
                OrderEvent::StepTickUndone { step, tick: tick.id.clone(), reason }
            }
            (Self::Ticked(tick), Target::Criterion(criterion)) => {
                OrderEvent::CriterionUnmet { criterion, tick: tick.id.clone(), reason }
            }
        }
    }
}
