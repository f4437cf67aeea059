//! Steps as cards: the next one is open, the others fold.

use super::code::CodeView;
use super::notes::EvidenceLink;
use super::rows::{RowView, stamp};
use super::view::OrderView;
use crate::web::markdown;
use crate::work_orders::decide::Command;
use crate::work_orders::model::{Item, Step, StepState, Target};

/// One step.
#[derive(Debug)]
pub struct StepView {
    /// The element's id on the page.
    pub anchor: String,
    pub id: String,
    /// Its place, from 1.
    pub position: u32,
    pub title: String,
    /// The class of the place: `done`, `next` or empty.
    pub place: &'static str,
    /// What stands in the place: the number or a sign.
    pub sign: String,
    /// `2 of 3 items`.
    pub count: String,
    pub is_open: bool,
    pub is_optional: bool,
    /// The stamp's class and word.
    pub stamp: Option<(String, String)>,
    /// Why it is marked.
    pub reason: Option<String>,
    /// Notes as HTML.
    pub notes: String,
    pub code: Vec<CodeView>,
    /// Evidence for the step as a whole; a step without items shows it on its row.
    pub links: Vec<EvidenceLink>,
    /// Its items; for a step without any, the step itself.
    pub rows: Vec<RowView>,
    /// Imported ticks in it that this person may vouch for without a note.
    pub attestable: Vec<String>,
    /// Whether it can be marked failed, flagged.
    pub can_mark: bool,
    pub can_skip: bool,
    pub can_unmark: bool,
}

/// All steps.
pub fn all(view: &OrderView) -> Vec<StepView> {
    let next = next_of(view);
    view.order.steps.iter().map(|step| StepView::of(view, step, next.as_deref() == Some(&step.id))).collect()
}

/// The first required step that is open.
fn next_of(view: &OrderView) -> Option<String> {
    let mut open = view.order.steps.iter().filter(|step| step.required && step.state == StepState::Open);
    open.next().map(|step| step.id.clone())
}

impl StepView {
    /// Whether it is the one to do now.
    pub fn is_next(&self) -> bool {
        self.place == "next"
    }

    /// Whether its only row is the step itself.
    pub fn is_one_row(&self) -> bool {
        self.rows.first().is_some_and(|row| row.target.starts_with("step:"))
    }

    /// Whether anything stands between its title and its rows.
    pub fn has_inside(&self) -> bool {
        let texts = !self.notes.is_empty() || !self.code.is_empty() || self.reason.is_some();
        texts || !self.attestable.is_empty() || !self.links.is_empty()
    }

    fn of(view: &OrderView, step: &Step, is_next: bool) -> Self {
        let rows = rows_of(view, step);
        let attestable = rows.iter().filter(|row| row.can_attest && !row.needs_note);
        let attestable = attestable.map(|row| row.target.clone()).collect();
        let marked = step.state.is_marked();
        Self {
            anchor: format!("step-{}", step.id),
            id: step.id.clone(),
            position: step.position,
            title: step.title.clone(),
            place: if step.state == StepState::Done {
                "done"
            } else if is_next {
                "next"
            } else {
                ""
            },
            sign: sign_of(step),
            count: count_of(step),
            is_open: is_next || marked,
            is_optional: !step.required,
            stamp: stamp_of(view, step),
            reason: step.state.reason().map(str::to_owned),
            notes: if step.notes.is_empty() { String::new() } else { markdown::render(&step.notes) },
            code: step.code.iter().map(CodeView::of).collect(),
            links: if step.items.is_empty() { Vec::new() } else { links_of(view, step) },
            rows,
            attestable,
            can_mark: !marked && can_mark(view, step, StepState::Flagged { reason: view.some_reason() }),
            can_skip: !marked
                && can_mark(view, step, StepState::NotApplicable { reason: view.some_reason() }),
            can_unmark: marked && can_mark(view, step, StepState::Open),
        }
    }
}

fn links_of(view: &OrderView, step: &Step) -> Vec<EvidenceLink> {
    let note = view.note_on(&Target::Step(step.id.clone()));
    note.map(|note| note.links.clone()).unwrap_or_default()
}

fn rows_of(view: &OrderView, step: &Step) -> Vec<RowView> {
    if step.items.is_empty() {
        let target = Target::Step(step.id.clone());
        let whole = RowView::of(view, &target, "The whole step", step.materiality, &step.ticks);
        return vec![RowView { anchor: format!("whole-{}", step.id), ..whole }];
    }
    step.items.iter().map(|item| row_of(view, item)).collect()
}

fn row_of(view: &OrderView, item: &Item) -> RowView {
    let target = Target::Item(item.id.clone());
    let row = RowView::of(view, &target, &item.text, item.materiality, &item.ticks);
    RowView { is_optional: !item.required, ..row }
}

fn sign_of(step: &Step) -> String {
    match step.state {
        StepState::Done => "✓".to_owned(),
        StepState::Failed { .. } => "✕".to_owned(),
        StepState::Flagged { .. } => "!".to_owned(),
        StepState::NotApplicable { .. } => "–".to_owned(),
        StepState::Open => step.position.to_string(),
    }
}

fn count_of(step: &Step) -> String {
    match (step.items.len(), &step.state) {
        (0, StepState::Done) => "done, no items".to_owned(),
        (0, _) => "no items".to_owned(),
        (all, _) => format!("{} of {all} item{}", step.ticked_items(), if all == 1 { "" } else { "s" }),
    }
}

fn stamp_of(view: &OrderView, step: &Step) -> Option<(String, String)> {
    let note = view.note_on(&Target::Step(step.id.clone()));
    if step.state.is_marked() {
        return Some(stamp(step.state.as_str()));
    }
    if let Some(standing) = note.and_then(|note| note.standing) {
        return Some(stamp(standing));
    }
    let unattested = step.ticks.is_unattested() || step.items.iter().any(|item| item.ticks.is_unattested());
    unattested.then(|| stamp("unattested"))
}

fn can_mark(view: &OrderView, step: &Step, state: StepState) -> bool {
    view.allows(Command::MarkStep { step: step.id.clone(), state, reason: view.some_reason() })
}
