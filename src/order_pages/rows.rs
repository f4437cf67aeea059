//! What can be ticked, as a row: the box, who and when, evidence, and what may be done with it.

use super::notes::EvidenceLink;
use super::text::{self, Html};
use super::view::OrderView;
use crate::web::{markdown, words};
use crate::work_orders::decide::Command;
use crate::work_orders::model::{Materiality, Target, Tick, TickHow, Ticks};

/// How a standing tick may be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undo {
    /// Not by this person, or not now.
    No,
    Tap,
    WithReason,
}

/// One row.
#[derive(Debug)]
pub struct RowView {
    /// The element's id on the page.
    pub anchor: String,
    /// `item:ID`.
    pub target: String,
    /// `WO-2026-001/3.2`.
    pub reference: String,
    /// Escaped text.
    pub html: String,
    /// The text without marks, for labels.
    pub text: String,
    /// How deep it stands in its list, at most 4.
    pub depth: u8,
    /// The class of the box: `on`, `imported` or empty.
    pub mark: &'static str,
    /// Who ticked it and when, or where the tick comes from.
    pub done_by: Html,
    pub can_tick: bool,
    pub is_optional: bool,
    pub undo: Undo,
    pub can_attest: bool,
    /// Vouching needs a note.
    pub needs_note: bool,
    pub links: Vec<EvidenceLink>,
    /// The stamp's class and word.
    pub stamp: Option<(String, String)>,
    /// Where the claim is judged.
    pub claim_href: Option<String>,
    /// A word on an unusual weight.
    pub weight: Option<&'static str>,
}

impl RowView {
    /// The row of one target.
    pub fn of(view: &OrderView, target: &Target, words: &str, weight: Materiality, ticks: &Ticks) -> Self {
        let current = ticks.current();
        let note = view.note_on(target).cloned().unwrap_or_default();
        Self {
            anchor: target.to_string().replace(':', "-"),
            target: target.to_string(),
            reference: view.order.reference(target).unwrap_or_default(),
            html: markdown::inline(words),
            text: markdown::plain(words),
            depth: 0,
            mark: mark_of(current),
            done_by: current.map(|tick| done_by(view, tick)).unwrap_or_default(),
            can_tick: current.is_none() && view.allows(Command::Tick { target: target.clone() }),
            is_optional: false,
            undo: undo_of(view, target, current),
            can_attest: can_attest(view, target, ticks, &view.some_reason()),
            needs_note: !can_attest(view, target, ticks, ""),
            links: note.links,
            stamp: note.standing.map(stamp).or_else(|| ticks.is_unattested().then(|| stamp("unattested"))),
            claim_href: note.claim_href,
            weight: weight_word(weight),
        }
    }

    /// Whether anything stands beside the text.
    pub fn has_meta(&self) -> bool {
        let acts = self.undo != Undo::No || self.can_attest;
        let says = !self.done_by.is_empty() || self.stamp.is_some() || self.weight.is_some();
        acts || says || !self.links.is_empty() || self.claim_href.is_some()
    }

    /// The box in a word.
    pub fn box_word(&self) -> &'static str {
        match self.mark {
            "on" => "done",
            "imported" => "ticked in the file",
            _ => "open",
        }
    }

    /// Whether it is ticked.
    pub fn is_ticked(&self) -> bool {
        !self.mark.is_empty()
    }
}

fn mark_of(current: Option<&Tick>) -> &'static str {
    match current {
        Some(tick) if tick.is_unattested() => "imported",
        Some(_) => "on",
        None => "",
    }
}

fn done_by(view: &OrderView, tick: &Tick) -> Html {
    if let Some(attested) = &tick.attested {
        let by = text::by_at(Some(&attested.by), Some(attested.at), view.now);
        return Html::joined([Html::text("attested by"), by], " ");
    }
    match tick.how {
        TickHow::Recorded => text::by_at(tick.by.as_ref(), tick.at, view.now),
        TickHow::Imported => match &tick.by {
            Some(by) => Html::text(&format!("the file says {}", by.name)),
            None => Html::text("from the file"),
        },
    }
}

fn undo_of(view: &OrderView, target: &Target, current: Option<&Tick>) -> Undo {
    let would = |reason: String| view.allows(Command::Undo { target: target.clone(), reason });
    match current {
        Some(_) if would(String::new()) => Undo::Tap,
        Some(_) if would(view.some_reason()) => Undo::WithReason,
        _ => Undo::No,
    }
}

pub(super) fn can_attest(view: &OrderView, target: &Target, ticks: &Ticks, note: &str) -> bool {
    ticks.is_unattested() && view.allows(Command::Attest { target: target.clone(), note: note.to_owned() })
}

/// A standing's class and word.
pub fn stamp(standing: &str) -> (String, String) {
    let class = standing.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    (class, words::verdict(standing))
}

fn weight_word(weight: Materiality) -> Option<&'static str> {
    match weight {
        Materiality::Critical => Some("critical"),
        Materiality::Normal | Materiality::Important => None,
    }
}
