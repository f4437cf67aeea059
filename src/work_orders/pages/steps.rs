//! Steps as cards: the next one is open, the others fold.

use super::code::CodeView;
use super::desk::Desk;
use super::rows::{RowView, stamp};
use crate::web::markdown;
use crate::work_orders::EvidenceLink;
use crate::work_orders::decide::Command;
use crate::work_orders::model::{Item, Step, StepState, Target};

/// One step.
#[derive(Debug)]
pub struct StepView {
    /// The element's id on the page.
    pub anchor: String,
    /// The step's id.
    pub id: String,
    /// Its place, from 1.
    pub position: u32,
    /// Its title.
    pub title: String,
    /// The class of the place: `done`, `next` or empty.
    pub place: &'static str,
    /// What stands in the place: the number or a sign.
    pub sign: String,
    /// `2 of 3 items`.
    pub count: String,
    /// Whether it is shown opened.
    pub is_open: bool,
    /// Whether it may be left out.
    pub is_optional: bool,
    /// The stamp's class and word.
    pub stamp: Option<(String, String)>,
    /// Why it is marked.
    pub reason: Option<String>,
    /// Notes as HTML.
    pub notes: String,
    /// Code blocks.
    pub code: Vec<CodeView>,
    /// Evidence for the step as a whole; a step without items shows it on its row.
    pub links: Vec<EvidenceLink>,
    /// Its items; for a step without any, the step itself.
    pub rows: Vec<RowView>,
    /// Imported ticks in it that this person may vouch for without a note.
    pub attestable: Vec<String>,
    /// Whether it can be marked failed, flagged.
    pub can_mark: bool,
    /// Whether it can be marked not applicable.
    pub can_skip: bool,
    /// Whether its mark can be taken away.
    pub can_unmark: bool,
}

/// All steps.
pub fn all(desk: &Desk) -> Vec<StepView> {
    let next = next_of(desk);
    desk.order.steps.iter().map(|step| StepView::of(desk, step, next.as_deref() == Some(&step.id))).collect()
}

/// The first required step that is open.
fn next_of(desk: &Desk) -> Option<String> {
    let mut open = desk.order.steps.iter().filter(|step| step.required && step.state == StepState::Open);
    open.next().map(|step| step.id.clone())
}

impl StepView {
    /// Whether it is the one to do now.
    pub fn is_next(&self) -> bool {
        self.place == "next"
    }

    /// Whether anything stands between its title and its rows.
    pub fn has_inside(&self) -> bool {
        let texts = !self.notes.is_empty() || !self.code.is_empty() || self.reason.is_some();
        texts || !self.attestable.is_empty() || !self.links.is_empty()
    }

    fn of(desk: &Desk, step: &Step, is_next: bool) -> Self {
        let rows = rows_of(desk, step);
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
            stamp: stamp_of(desk, step),
            reason: step.state.reason().map(str::to_owned),
            notes: if step.notes.is_empty() { String::new() } else { markdown::render(&step.notes) },
            code: step.code.iter().map(CodeView::of).collect(),
            links: if step.items.is_empty() { Vec::new() } else { links_of(desk, step) },
            rows,
            attestable,
            can_mark: !marked && can_mark(desk, step, StepState::Flagged { reason: desk.some_reason() }),
            can_skip: !marked
                && can_mark(desk, step, StepState::NotApplicable { reason: desk.some_reason() }),
            can_unmark: marked && can_mark(desk, step, StepState::Open),
        }
    }
}

fn links_of(desk: &Desk, step: &Step) -> Vec<EvidenceLink> {
    let notes = desk.notes_on(&Target::Step(step.id.clone()));
    notes.iter().flat_map(|note| note.links.iter().cloned()).collect()
}

fn rows_of(desk: &Desk, step: &Step) -> Vec<RowView> {
    if step.items.is_empty() {
        let target = Target::Step(step.id.clone());
        let whole = RowView::of(desk, &target, "The whole step", step.materiality, &step.ticks);
        return vec![RowView { anchor: format!("whole-{}", step.id), ..whole }];
    }
    step.items.iter().map(|item| row_of(desk, item)).collect()
}

fn row_of(desk: &Desk, item: &Item) -> RowView {
    let target = Target::Item(item.id.clone());
    let row = RowView::of(desk, &target, &item.text, item.materiality, &item.ticks);
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

fn stamp_of(desk: &Desk, step: &Step) -> Option<(String, String)> {
    let notes = desk.notes_on(&Target::Step(step.id.clone()));
    if step.state.is_marked() {
        return Some(stamp(step.state.as_str()));
    }
    if let Some(standing) = notes.iter().find_map(|note| note.standing.as_deref()) {
        return Some(stamp(standing));
    }
    let unattested = step.ticks.is_unattested() || step.items.iter().any(|item| item.ticks.is_unattested());
    unattested.then(|| stamp("unattested"))
}

fn can_mark(desk: &Desk, step: &Step, state: StepState) -> bool {
    desk.allows(Command::MarkStep { step: step.id.clone(), state, reason: desk.some_reason() })
}
