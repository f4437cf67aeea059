//! Steps, items and criteria with how far they are.

use serde::Serialize;
use utoipa::ToSchema;

use super::{AskWord, Person, moment};
use crate::work_orders::model::{Criterion, Item, Order, Skipped, Step, Target, Tick, TickHow, Ticks};

/// A step.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StepView {
    pub id: String,
    /// As ticks take it, where it has no items.
    pub target: String,
    /// As people write it: `3`.
    pub place: String,
    pub title: String,
    pub required: bool,
    /// `open`, `done`, `flagged`, `failed` or `not_applicable`.
    pub state: String,
    /// Why it is flagged, failed or does not apply.
    pub reason: Option<String>,
    /// It waits for an answer that nobody gave.
    pub not_asked: bool,
    pub items: Vec<ItemView>,
    /// Every tick of the step itself, the oldest first; of a step without items.
    pub ticks: Vec<TickView>,
}

/// An item to tick or answer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ItemView {
    pub id: String,
    /// As ticks take it: `item:ID`.
    pub target: String,
    /// As people write it: `3.2`.
    pub place: String,
    pub text: String,
    pub required: bool,
    pub asks: AskWord,
    /// It waits for an answer that nobody gave.
    pub not_asked: bool,
    /// Whether a tick or an answer stands that counts here.
    pub is_done: bool,
    pub has_failed: bool,
    /// Who said that it does not apply, while that stands.
    pub skipped: Option<SkippedView>,
    /// Every tick and answer, the oldest first; the last one stands unless it was taken back.
    pub ticks: Vec<TickView>,
}

/// A criterion.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CriterionView {
    pub id: String,
    pub target: String,
    /// As people write it: `C1`.
    pub place: String,
    pub text: String,
    /// Every time somebody said that it is met, the oldest first.
    pub ticks: Vec<TickView>,
}

/// A tick, or an answer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TickView {
    /// The id of the claim that it makes.
    pub id: String,
    /// Whether only a file says so and nobody here vouches for it.
    pub is_claimed_by_file: bool,
    pub by: Option<Person>,
    #[schema(format = DateTime)]
    pub at: Option<String>,
    /// What was answered: `Pass`, `3.2 bar`.
    pub answer: Option<String>,
    /// `good`, `flagged` or `failed`, of an answer.
    pub found: Option<String>,
    /// How the code of a scan came here: `label`, from the page that the label opens, or `typed`. Neither proves that anybody stood there.
    pub scanned: Option<String>,
    pub note: String,
    pub attested_by: Option<Person>,
    /// How it was taken back, if it was.
    pub undone: Option<SkippedView>,
}

/// Somebody setting something aside, and why.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SkippedView {
    pub by: Person,
    #[schema(format = DateTime)]
    pub at: String,
    pub reason: String,
}

impl StepView {
    /// The step of an order.
    pub fn of(order: &Order, step: &Step) -> Self {
        let place = step.position.to_string();
        let items = (1_u32..).zip(&step.items);
        Self {
            id: step.id.clone(),
            target: Target::Step(step.id.clone()).to_string(),
            title: step.title.clone(),
            required: step.required,
            state: step.state.as_str().to_owned(),
            reason: step.state.reason().map(str::to_owned),
            not_asked: step.not_asked,
            items: items.map(|(at, item)| ItemView::of(format!("{place}.{at}"), item)).collect(),
            ticks: ticks(order.ticks(&Target::Step(step.id.clone()))),
            place,
        }
    }
}

impl ItemView {
    fn of(place: String, item: &Item) -> Self {
        Self {
            id: item.id.clone(),
            target: Target::Item(item.id.clone()).to_string(),
            place,
            text: item.text.clone(),
            required: item.required,
            asks: AskWord(item.asks.kind),
            not_asked: item.not_asked,
            is_done: item.ticks.counts() && !item.has_failed(),
            has_failed: item.has_failed(),
            skipped: item.skipped.as_ref().map(SkippedView::from),
            ticks: ticks(Some(&item.ticks)),
        }
    }
}

impl CriterionView {
    /// The criterion at a place, from 1.
    pub fn of(place: u32, criterion: &Criterion) -> Self {
        Self {
            id: criterion.id.clone(),
            target: Target::Criterion(criterion.id.clone()).to_string(),
            place: format!("C{place}"),
            text: criterion.text.clone(),
            ticks: ticks(Some(&criterion.ticks)),
        }
    }
}

fn ticks(all: Option<&Ticks>) -> Vec<TickView> {
    all.map(|all| all.0.iter().map(TickView::from).collect()).unwrap_or_default()
}

impl From<&Tick> for TickView {
    fn from(tick: &Tick) -> Self {
        let answer = tick.answer.as_ref();
        Self {
            id: tick.id.clone(),
            is_claimed_by_file: tick.how == TickHow::Imported && tick.attested.is_none(),
            by: tick.by.as_ref().map(Person::from),
            at: tick.at.map(moment),
            answer: answer.map(|answer| answer.value.clone()),
            found: answer.map(|answer| answer.found.as_str().to_owned()),
            scanned: answer.and_then(|answer| answer.how).map(|how| how.as_str().to_owned()),
            note: answer.map(|answer| answer.note.clone()).unwrap_or_default(),
            attested_by: tick.attested.as_ref().map(|it| Person::from(&it.by)),
            undone: tick.undone.as_ref().map(|it| SkippedView {
                by: Person::from(&it.by),
                at: moment(it.at),
                reason: it.reason.clone(),
            }),
        }
    }
}

impl From<&Skipped> for SkippedView {
    fn from(skipped: &Skipped) -> Self {
        let Skipped { by, at, reason } = skipped;
        Self { by: Person::from(by), at: moment(*at), reason: reason.clone() }
    }
}
