//! Checkpoints: parts of a plan after which nothing is ticked before they are done.
//!
//! A failed one holds until it is taken up again or an order goes on with what it left; a supervisor may let work pass
//! with a reason. What is not asked as things stand holds nothing.

use crate::facts::Facts;
use crate::left::goes_on_in;
use crate::model::{Item, Order, Step, StepState, Target};

/// A checkpoint of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    pub target: Target,
    /// `2.1`, or `2` for a whole step.
    pub reference: String,
    pub text: String,
    pub has_failed: bool,
    /// Whether work may go on past it.
    pub is_passed: bool,
}

impl Checkpoint {
    /// Why nothing goes on, and what to do.
    pub fn says(&self) -> String {
        let Self { reference, text, .. } = self;
        let what_to_do = if self.has_failed {
            "failed. Take it up again or open a follow-up order for it"
        } else {
            "is not done. Do it first"
        };
        format!(
            "{reference} \"{text}\" is a checkpoint and {what_to_do}; a supervisor can also let work pass it, with a reason."
        )
    }
}

/// The checkpoint that a part is, if it is one that is asked now.
pub fn of(order: &Order, target: &Target, facts: &Facts) -> Option<Checkpoint> {
    match target {
        Target::Step(id) => of_step(order, order.step(id)?, facts),
        Target::Item(id) => {
            let (step, item) = order.item(id)?;
            of_item(order, step, item, facts)
        }
        Target::Criterion(_) => None,
    }
}

/// The first checkpoint before a part that holds it up. Criteria come after everything.
pub fn holding(order: &Order, target: &Target, facts: &Facts) -> Option<Checkpoint> {
    let own = order.step_of(target);
    for step in &order.steps {
        let is_own = own.is_some_and(|own| own.id == step.id);
        let before = step.items.iter().take_while(|item| item.id != target.id());
        let items = before.filter_map(|item| of_item(order, step, item, facts));
        let whole = of_step(order, step, facts).filter(|_| !is_own);
        if let Some(held) = items.chain(whole).find(|checkpoint| !checkpoint.is_passed) {
            return Some(held);
        }
        if is_own {
            return None;
        }
    }
    None
}

fn of_step(order: &Order, step: &Step, facts: &Facts) -> Option<Checkpoint> {
    let is_followed = |id: &str| goes_on_in(order, facts, id).is_some();
    let failed = || step.asked_items().filter(|item| item.has_failed());
    let goes_on = is_followed(&step.id) || failed().all(|item| is_followed(&item.id));
    let is_done = match step.state {
        StepState::Open => false,
        StepState::Done => goes_on,
        StepState::Failed { .. } => is_followed(&step.id),
        StepState::Flagged { .. } | StepState::NotApplicable { .. } => true,
    };
    (step.demands.blocking && !step.not_asked).then(|| Checkpoint {
        target: Target::Step(step.id.clone()),
        reference: step.position.to_string(),
        text: step.title.clone(),
        has_failed: step.has_failed() || step.failed_items() > 0,
        is_passed: is_done || step.released.is_some(),
    })
}

fn of_item(order: &Order, step: &Step, item: &Item, facts: &Facts) -> Option<Checkpoint> {
    let place = 1 + step.items.iter().position(|it| it.id == item.id)?;
    let goes_on = || [&item.id, &step.id].into_iter().any(|id| goes_on_in(order, facts, id).is_some());
    let is_done = item.is_settled() && !item.has_failed();
    (item.demands.blocking && !item.not_asked).then(|| Checkpoint {
        target: Target::Item(item.id.clone()),
        reference: format!("{}.{place}", step.position),
        text: item.text.clone(),
        has_failed: item.has_failed(),
        is_passed: is_done || item.released.is_some() || item.has_failed() && goes_on(),
    })
}
