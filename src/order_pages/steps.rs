//! Steps as cards: the next one is open, the others fold.

use super::demands::DemandView;
use super::document::PartView;
use super::notes::EvidenceLink;
use super::rows::{RowView, stamp};
use super::view::OrderView;
use crate::foundation::{Action, Grant};
use crate::work_orders::decide::Command;
use crate::work_orders::left::goes_on_in;
use crate::work_orders::lifecycle::sent_back;
use crate::work_orders::model::{Found, Item, Status, Step, StepState, Target};

/// One step.
#[derive(Debug)]
pub struct StepView {
    /// The element's id on the page.
    pub anchor: String,
    pub id: String,
    /// Its place, from 1.
    pub position: u32,
    pub title: String,
    /// The class of the place: `done`, `failed`, `next` or empty.
    pub place: &'static str,
    /// What stands in the place: the number or a sign.
    pub sign: String,
    /// `2 of 3`.
    pub count: String,
    pub is_open: bool,
    pub is_optional: bool,
    /// The stamp's class and word.
    pub stamp: Option<(String, String)>,
    /// Why it is marked.
    pub reason: Option<String>,
    pub failed: bool,
    /// The number of the order that goes on with what it left.
    pub followed_up: Option<String>,
    /// Whether this person may open one.
    pub can_follow_up: bool,
    /// Evidence for the step as a whole; a step without items shows it on its row.
    pub links: Vec<EvidenceLink>,
    /// What stands in it, in the order of the document; for a step without items, the step itself first.
    pub parts: Vec<PartView>,
    /// Imported ticks in it that this person may vouch for without a note.
    pub attestable: Vec<String>,
    /// Whether it can be marked failed, flagged.
    pub can_mark: bool,
    pub can_skip: bool,
    pub can_unmark: bool,
    /// What it asks for beyond its words.
    pub asked: DemandView,
}

/// The first required step that is open.
fn next_of(view: &OrderView) -> Option<String> {
    let mut open = view.order.steps.iter().filter(|step| step.required && step.is_open());
    open.next().map(|step| step.id.clone())
}

impl StepView {
    /// Whether something in it is neither done nor set aside.
    pub fn leaves_open(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, PartView::Row(row) if row.box_word() == "open"))
    }

    /// Whether it is the one to do now.
    pub fn is_next(&self) -> bool {
        self.place == "next"
    }

    /// Whether its only row is the step itself.
    pub fn is_one_row(&self) -> bool {
        self.rows().next().is_some_and(|row| row.target.starts_with("step:"))
    }

    /// Whether anything stands between its title and its parts.
    pub fn has_inside(&self) -> bool {
        self.reason.is_some() || !self.attestable.is_empty() || !self.links.is_empty()
    }

    /// What can be ticked in it.
    pub fn rows(&self) -> impl Iterator<Item = &RowView> {
        self.parts.iter().filter_map(|part| match part {
            PartView::Row(row) => Some(&**row),
            _ => None,
        })
    }

    /// A step, with nothing in it yet but itself where it has no items.
    pub fn of(view: &OrderView, step: &Step) -> Self {
        let is_next = next_of(view).as_deref() == Some(&step.id);
        let marked = step.state.is_marked();
        Self {
            anchor: format!("step-{}", step.id),
            id: step.id.clone(),
            position: step.position,
            title: step.title.clone(),
            place: if step.state == StepState::Done && step.failed_items() == 0 {
                "done"
            } else if step.has_failed() || step.failed_items() > 0 {
                "failed"
            } else if is_next {
                "next"
            } else {
                ""
            },
            sign: sign_of(step),
            count: count_of(step),
            is_open: is_next || marked || is_looked_at_again(view, step),
            is_optional: !step.required,
            stamp: stamp_of(view, step),
            reason: step.state.reason().map(str::to_owned),
            failed: step.has_failed(),
            followed_up: goes_on_in(&view.order, &view.facts, &step.id).map(|it| it.number.to_string()),
            can_follow_up: marked && view.as_of.is_none() && view.who.may(Action::CreateDraft) > Grant::Never,
            links: if step.items.is_empty() { Vec::new() } else { links_of(view, step) },
            parts: whole_row(view, step).into_iter().map(|row| PartView::Row(Box::new(row))).collect(),
            attestable: attestable(view, step),
            can_mark: !marked && can_mark(view, step, StepState::Flagged { reason: view.some_reason() }),
            can_skip: !marked
                && can_mark(view, step, StepState::NotApplicable { reason: view.some_reason() }),
            can_unmark: marked && can_mark(view, step, StepState::Open),
            asked: DemandView::of_step(view, step),
        }
    }
}

/// Whether what is done in it needs a second look: something stands against it, or somebody sent the whole work back.
fn is_looked_at_again(view: &OrderView, step: &Step) -> bool {
    let is_sent_back = view.order.status == Status::InProgress && sent_back(&view.order).is_some();
    is_sent_back || step.items.iter().any(|item| needs_a_look(view, item))
}

/// Whether an item stands against the step's being done: failed, flagged, or refuted by whoever judged it.
fn needs_a_look(view: &OrderView, item: &Item) -> bool {
    let note = view.note_on(&Target::Item(item.id.clone()));
    item.found().is_some_and(|found| found != Found::Good)
        || note.and_then(|note| note.standing).is_some_and(|standing| standing == "refuted")
}

fn links_of(view: &OrderView, step: &Step) -> Vec<EvidenceLink> {
    let note = view.note_on(&Target::Step(step.id.clone()));
    note.map(|note| note.links.clone()).unwrap_or_default()
}

/// The row of a step that has no items.
fn whole_row(view: &OrderView, step: &Step) -> Option<RowView> {
    step.items.is_empty().then(|| {
        let target = Target::Step(step.id.clone());
        let whole = RowView::of(view, &target, "The whole step", step.materiality, &step.ticks);
        RowView { anchor: format!("whole-{}", step.id), ..whole }
    })
}

/// The row of an item, and how deep it stands in its list.
pub fn row_of(view: &OrderView, step: &Step, item: &Item, depth: u8) -> RowView {
    RowView { depth: depth.min(4), ..RowView::of_item(view, step, item) }
}

/// Ticks of the file in it that this person may vouch for without a note.
fn attestable(view: &OrderView, step: &Step) -> Vec<String> {
    let items = step.items.iter().map(|item| (Target::Item(item.id.clone()), &item.ticks));
    let all = items.chain([(Target::Step(step.id.clone()), &step.ticks)]);
    let mine = all.filter(|(target, ticks)| super::rows::can_attest(view, target, ticks, ""));
    mine.map(|(target, _)| target.to_string()).collect()
}

fn sign_of(step: &Step) -> String {
    match step.state {
        StepState::Done if step.failed_items() > 0 => "✕".to_owned(),
        StepState::Done => "✓".to_owned(),
        StepState::Failed { .. } => "✕".to_owned(),
        StepState::Flagged { .. } => "!".to_owned(),
        StepState::NotApplicable { .. } => "–".to_owned(),
        StepState::Open if step.numbers_itself() => String::new(),
        StepState::Open => step.position.to_string(),
    }
}

fn count_of(step: &Step) -> String {
    if step.not_asked {
        return "not asked".to_owned();
    }
    match (step.asked_items().count(), &step.state) {
        (0, StepState::Done) => "1 of 1".to_owned(),
        (0, _) => "0 of 1".to_owned(),
        (all, _) => {
            let failed = match step.failed_items() {
                0 => String::new(),
                failed => format!(" · {failed} failed"),
            };
            format!("{} of {all}{failed}", step.ticked_items())
        }
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
