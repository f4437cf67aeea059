//! What a part of the plan asks for beyond its words, as it stands now: chips beside it, and who may let work pass.

use super::text::{self, Html};
use super::view::OrderView;
use crate::work_orders::checkpoints::{self, Checkpoint};
use crate::work_orders::decide::Command;
use crate::work_orders::lifecycle::lacking;
use crate::work_orders::model::{Criterion, Demands, Item, Released, Step, Target};
use crate::work_orders::pace;

/// What one part asks for.
#[derive(Debug, Default)]
pub struct DemandView {
    /// Tone and words.
    pub chips: Vec<(&'static str, String)>,
    /// What is let pass, where this person may: `item:ID`.
    pub release: Option<String>,
    /// Who let work pass, when and why.
    pub released: Option<Html>,
    /// It is not asked as things stand.
    pub not_asked: bool,
}

impl DemandView {
    /// Whether it asks for nothing.
    pub fn is_empty(&self) -> bool {
        self.chips.is_empty() && self.released.is_none() && self.release.is_none()
    }

    /// What an item asks for.
    pub fn of_item(view: &OrderView, item: &Item) -> Self {
        Self::common(
            view,
            &Target::Item(item.id.clone()),
            &item.demands,
            item.released.as_ref(),
            item.not_asked,
        )
    }

    /// What a step asks for; one that took too little time says both figures.
    pub fn of_step(view: &OrderView, step: &Step) -> Self {
        let target = Target::Step(step.id.clone());
        let mut asked = Self::common(view, &target, &step.demands, step.released.as_ref(), step.not_asked);
        let least = step.demands.least_seconds;
        if let Some(fast) = pace::too_fast(&view.order).into_iter().find(|it| it.step == step.id) {
            asked.chips.push(("waiting", fast.says()));
        } else if least > 0 {
            asked.chips.push(("", format!("takes at least {}", pace::words(i64::from(least)))));
        }
        asked
    }

    /// The evidence that a criterion asks for, and what of it is missing.
    pub fn of_criterion(view: &OrderView, criterion: &Criterion) -> Self {
        let words = criterion.demands.evidence.words();
        let lacks = lacking(&view.order, criterion, &view.facts);
        let mut chips: Vec<(&'static str, String)> = Vec::new();
        if !words.is_empty() {
            let tone = if lacks.is_empty() { "good" } else { "" };
            chips.push((tone, format!("asks for {}", words.join(", "))));
        }
        chips.extend(lacks.into_iter().map(|lack| ("waiting", lack)));
        Self { chips, ..Self::default() }
    }

    fn common(
        view: &OrderView,
        target: &Target,
        demands: &Demands,
        released: Option<&Released>,
        not_asked: bool,
    ) -> Self {
        let mut chips = Vec::new();
        if let Some(only) = &demands.only_if {
            chips.push(("", view.order.only_if(only)));
        }
        let checkpoint = checkpoints::of(&view.order, target, &view.facts);
        chips.extend(checkpoint.as_ref().map(checkpoint_chip));
        let release = Command::Release { target: target.clone(), reason: view.some_reason() };
        let may = checkpoint.is_some_and(|it| !it.is_passed) && view.allows(release);
        let released = released.map(|it| {
            let by = text::by_at(Some(&it.by), Some(it.at), view.now);
            Html::joined([Html::text(&format!("let pass: {}", it.reason)), by], " · ")
        });
        Self { chips, release: may.then(|| target.to_string()), released, not_asked }
    }
}

fn checkpoint_chip(checkpoint: &Checkpoint) -> (&'static str, String) {
    match (checkpoint.is_passed, checkpoint.has_failed) {
        (true, _) => ("", "checkpoint".to_owned()),
        (false, true) => ("bad", "checkpoint failed: nothing after it".to_owned()),
        (false, false) => ("waiting", "checkpoint: do it first".to_owned()),
    }
}
