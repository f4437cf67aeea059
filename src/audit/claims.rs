//! The claims an order makes, read off its state: pure, so that any past moment has its claims too.
//!
//! A tick on an item is a claim; a tick on a step only when the step has no items. A completion criterion is one from the
//! day it is written, so that the score knows what is still to be shown, and *unclaimed* until somebody ticks it or says
//! that the order is completed: nobody may judge before what nobody has claimed. Undo withdraws a claim, it does not
//! remove it. An imported tick is a claim that nobody may judge until somebody attests it.
//!
//! Which of them are counted as judged or waiting is said once, in [`super::to_judge`].

use crate::foundation::Timestamp;
use crate::work_orders::model::{Criterion, Order, Step, Target, Tick, Ticks, Who};

use super::model::ClaimSource;

/// A statement that can be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The tick's id, or the criterion's.
    pub id: String,
    pub target: Target,
    pub source: ClaimSource,
    /// How people name the place: `3.2`, `2`, `C1`.
    pub place: String,
    pub statement: String,
    /// The step they stand in; empty for a criterion.
    pub context: String,
    /// Its mass in the score: 1, 2 or 4; 0 for a statement that no reviewer gave weight.
    pub materiality: u32,
    /// Who answers for it; none while nobody does.
    pub author: Option<Who>,
    /// When it was made, if that is known.
    pub made_at: Option<Timestamp>,
    /// It came from a file and nobody vouches for it.
    pub unattested: bool,
    /// A criterion that nobody ticked, of an order that nobody says is completed.
    pub unclaimed: bool,
    pub withdrawn_at: Option<Timestamp>,
}

impl Claim {
    /// Whether it is one of those that are counted as judged or waiting.
    pub fn is_to_judge(&self, is_judged: bool) -> bool {
        self.withdrawn_at.is_none() && self.materiality > 0 && (is_judged || !self.unclaimed)
    }
}

/// Every claim the order makes or made, in the order of the page.
pub fn claims_of(order: &Order) -> Vec<Claim> {
    let steps = order.steps.iter().flat_map(step_claims);
    let criteria = (1..).zip(&order.criteria).map(|(place, c)| criterion_claim(order, place, c));
    steps.chain(criteria).collect()
}

fn step_claims(step: &Step) -> Vec<Claim> {
    if step.items.is_empty() {
        let claim = |tick: &Tick| Claim {
            target: Target::Step(step.id.clone()),
            source: ClaimSource::Step,
            place: step.position.to_string(),
            statement: step.title.clone(),
            materiality: weight(step.materiality),
            ..of_tick(tick)
        };
        return step.ticks.0.iter().map(claim).collect();
    }
    let items = (1..).zip(&step.items);
    items
        .flat_map(|(place, item)| {
            item.ticks.0.iter().map(move |tick: &Tick| Claim {
                target: Target::Item(item.id.clone()),
                source: ClaimSource::Item,
                place: format!("{}.{place}", step.position),
                statement: answered(&item.text, tick),
                context: step.title.clone(),
                materiality: weight(item.materiality),
                ..of_tick(tick)
            })
        })
        .collect()
}

/// What is claimed: the item, and what was found.
fn answered(text: &str, tick: &Tick) -> String {
    match &tick.answer {
        Some(answer) if answer.note.is_empty() => format!("{text}: {}", answer.words()),
        Some(answer) => format!("{text}: {} ({})", answer.words(), answer.note),
        None => text.to_owned(),
    }
}

fn criterion_claim(order: &Order, place: u32, criterion: &Criterion) -> Claim {
    let tick = standing_tick(&criterion.ticks);
    Claim {
        id: criterion.id.clone(),
        target: Target::Criterion(criterion.id.clone()),
        source: ClaimSource::Criterion,
        place: format!("C{place}"),
        statement: criterion.text.clone(),
        context: String::new(),
        materiality: weight(criterion.materiality),
        author: tick.and_then(author_of).or_else(|| order.created_by.clone()),
        made_at: tick.and_then(|tick| tick.at).or(order.created.from),
        unattested: tick.is_some_and(Tick::is_unattested),
        unclaimed: tick.is_none() && !order.status.is_done(),
        withdrawn_at: None,
    }
}

fn standing_tick(ticks: &Ticks) -> Option<&Tick> {
    ticks.current()
}

fn of_tick(tick: &Tick) -> Claim {
    Claim {
        id: tick.id.clone(),
        target: Target::Item(String::new()),
        source: ClaimSource::Item,
        place: String::new(),
        statement: String::new(),
        context: String::new(),
        materiality: 1,
        author: author_of(tick),
        made_at: tick.at,
        unattested: tick.is_unattested(),
        unclaimed: false,
        withdrawn_at: tick.undone.as_ref().map(|undone| undone.at),
    }
}

/// Who vouches for an imported tick answers for it; otherwise who ticked.
fn author_of(tick: &Tick) -> Option<Who> {
    let attested = tick.attested.as_ref().map(|attestation| attestation.by.clone());
    attested.or_else(|| tick.by.clone())
}

/// Whoever did part of the work, or has it assigned, is no independent judge of it.
pub fn performers(order: &Order) -> Vec<String> {
    order.doers().map(str::to_owned).collect()
}

fn weight(materiality: crate::work_orders::model::Materiality) -> u32 {
    u8::from(materiality).into()
}
