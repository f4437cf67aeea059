//! What the order records about the place of a claim: what was asked and answered, who marked it and when, who signed it, and
//! what the log says about its step. Pure, of the folded order and its events; whoever judges reads it beside the evidence.

use crate::foundation::Timestamp;
use crate::ledger::Event;
use crate::work_orders::model::{Answer, Asks, Found, LogEntry, Order, Queued, Step, Target, Tick, Who};
use crate::work_orders::signing::statement::meaning_words;

/// What is recorded of one claim.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// Limits and unit in words; empty where the item asks for no number.
    pub asked: String,
    pub answer: Option<Answered>,
    /// Who wrote a criterion into the plan; none for items and steps, whose plan claims nothing.
    pub written_by: Option<String>,
    pub mark: Option<Mark>,
    /// Nobody marked the criterion, and the order is completed all the same.
    pub left_unmarked: bool,
    /// The signatures under an item that asks for one.
    pub signatures: Vec<SignedBy>,
    /// Entries of the log about the step, the oldest first.
    pub log: Vec<Note>,
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// With its unit: `3.2 bar`.
    pub value: String,
    /// The class of the outcome's chip, and its words; the words are empty where nothing is odd.
    pub tone: &'static str,
    pub outcome: &'static str,
    /// `1.8 °C above the limit`; empty within the limits.
    pub beyond: String,
    pub note: String,
}

/// Somebody marking the place, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Empty where a file does not say.
    pub by: String,
    pub at: Option<Timestamp>,
    /// When the device says that it was, where one kept it without a network.
    pub on_device: Option<Timestamp>,
    /// Who vouches for what a file claims, and when.
    pub attested: Option<(String, Timestamp)>,
}

/// A signature under an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedBy {
    pub by: String,
    pub at: Timestamp,
    /// What was signed: the statement, or the meaning where no statement was kept.
    pub words: String,
    /// Whether it was superseded since.
    pub is_superseded: bool,
}

/// An entry of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    pub title: String,
    pub lines: Vec<String>,
    /// Empty where nobody says.
    pub by: String,
    /// As it is written.
    pub when: String,
}

impl Recorded {
    /// Whether the page has anything to say.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What is recorded about a claim at a place.
    pub fn of(order: &Order, events: &[Event], target: &Target, claim_id: &str) -> Self {
        let step = order.step_of(target);
        let mut recorded =
            Self { log: step.map(|step| notes(order, step)).unwrap_or_default(), ..Self::default() };
        let ticks = order.ticks(target);
        let tick = match target {
            // The claim is the criterion's own; whoever marked it last marks it.
            Target::Criterion(_) => ticks.and_then(|ticks| ticks.current()),
            _ => ticks.and_then(|ticks| ticks.0.iter().find(|tick| tick.id == claim_id)),
        };
        recorded.mark = tick.map(|tick| mark(tick, events));
        match target {
            Target::Criterion(_) => {
                recorded.written_by = order.author().map(name);
                recorded.left_unmarked = tick.is_none() && order.status.is_done();
            }
            Target::Item(id) => {
                let asks = order.item(id).map(|(_, item)| &item.asks);
                recorded.asked = asks.map(Asks::limits).unwrap_or_default();
                let answer = tick.and_then(|tick| tick.answer.as_ref());
                recorded.answer = answer.map(|answer| answered(answer, asks));
                recorded.signatures = signatures(order, id);
            }
            Target::Step(_) => {}
        }
        recorded
    }
}

fn answered(answer: &Answer, asks: Option<&Asks>) -> Answered {
    let (tone, outcome) = match answer.found {
        Found::Good => ("good", ""),
        Found::Flagged => ("waiting", "Flagged: to be watched"),
        Found::Failed => ("bad", "Failed: not met"),
    };
    Answered {
        value: answer.words(),
        tone,
        outcome,
        beyond: asks.and_then(|asks| asks.beyond(&answer.value)).unwrap_or_default(),
        note: answer.note.clone(),
    }
}

fn mark(tick: &Tick, events: &[Event]) -> Mark {
    let event = events.iter().find(|event| Some(&event.id) == tick.event.as_ref());
    let queued = event.and_then(|event| Queued::of(&event.body.as_ref()?.data));
    Mark {
        by: tick.by.as_ref().map(name).unwrap_or_default(),
        at: tick.at,
        on_device: queued.map(|queued| queued.claimed),
        attested: tick.attested.as_ref().map(|it| (name(&it.by), it.at)),
    }
}

fn signatures(order: &Order, item: &str) -> Vec<SignedBy> {
    let of_item = order.signatures.iter().filter(|signature| signature.item.as_deref() == Some(item));
    of_item
        .map(|signature| SignedBy {
            by: name(&signature.by),
            at: signature.at,
            words: match &signature.signed {
                Some(signed) => signed.statement.clone(),
                None => meaning_words(signature.meaning).to_owned(),
            },
            is_superseded: signature.superseded.is_some(),
        })
        .collect()
}

/// Entries whose heading names the step or something in it, as a note that is begun at a row does.
fn notes(order: &Order, step: &Step) -> Vec<Note> {
    let texts = step.items.iter().map(|item| &item.text).chain([&step.title]);
    let names: Vec<String> = texts.map(|text| text.to_lowercase()).filter(|name| !name.is_empty()).collect();
    let numbered = format!("step {}", step.position);
    let is_about = |entry: &&LogEntry| {
        let title = entry.title.to_lowercase();
        let after = title.strip_prefix(&numbered);
        let is_numbered = after.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()));
        is_numbered || names.iter().any(|name| title.contains(name))
    };
    let note = |entry: &LogEntry| Note {
        title: entry.title.clone(),
        lines: entry.lines.clone(),
        by: entry.by.as_ref().map(name).or_else(|| entry.author.clone()).unwrap_or_default(),
        when: entry.when.raw.clone(),
    };
    order.log.iter().filter(is_about).map(note).collect()
}

fn name(who: &Who) -> String {
    who.marked_name()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::work_orders::model::{Criterion, Demands, Materiality, Status, Ticks};

    #[test]
    fn a_criterion_says_who_wrote_it_and_that_nobody_marked_it() {
        let id = "c1".to_owned();
        let criterion = Criterion {
            id: id.clone(),
            text: "No leak at 6 bar".to_owned(),
            demands: Demands::default(),
            materiality: Materiality::Important,
            ticks: Ticks::default(),
        };
        let mut order =
            Order { criteria: vec![criterion], created_by: Some(Who::named("Sam")), ..Order::default() };
        let at = |order: &Order| Recorded::of(order, &[], &Target::Criterion(id.clone()), &id);
        assert!(!at(&order).left_unmarked && at(&order).mark.is_none());
        order.status = Status::Completed;
        assert!(at(&order).left_unmarked, "{:?}", at(&order));
        assert_eq!(at(&order).written_by.as_deref(), Some("Sam"));
        let by = Who::named("Dana");
        if let Some(criterion) = order.criteria.first_mut() {
            criterion.ticks.0.push(Tick { by: Some(by), ..Tick::imported("t") });
        }
        assert!(!at(&order).left_unmarked);
        assert_eq!(at(&order).mark.map(|mark| mark.by), Some("Dana".to_owned()));
    }

    #[test]
    fn an_answer_outside_its_limits_says_how_far_and_what_follows() {
        let asks =
            Asks { unit: "bar".to_owned(), least: "2".to_owned(), most: "3".to_owned(), ..Asks::default() };
        for (value, found, outcome, beyond) in [
            ("2.5 bar", Found::Good, "", ""),
            ("3.5 bar", Found::Flagged, "Flagged: to be watched", "0.5 bar above the limit"),
            ("1 bar", Found::Failed, "Failed: not met", "1 bar below the limit"),
        ] {
            let answer = Answer { value: value.to_owned(), found, note: "seen".to_owned(), how: None };
            let shown = answered(&answer, Some(&asks));
            assert_eq!(
                (shown.outcome, shown.beyond.as_str(), shown.note.as_str()),
                (outcome, beyond, "seen"),
                "{value}"
            );
        }
    }
}
