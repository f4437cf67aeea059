//! What can be ticked, as a row: the box, who and when, evidence, and what may be done with it.

use super::desk::Desk;
use super::text;
use crate::web::words;
use crate::work_orders::decide::Command;
use crate::work_orders::hooks::EvidenceLink;
use crate::work_orders::model::{Materiality, Target, Tick, TickHow, Ticks};

/// How a standing tick may be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undo {
    /// Not by this person, or not now.
    No,
    /// With one tap.
    Tap,
    /// With a reason.
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
    /// The text, for labels.
    pub text: String,
    /// The class of the box: `on`, `imported` or empty.
    pub mark: &'static str,
    /// Who ticked it and when, or where the tick comes from.
    pub done_by: String,
    /// Whether it can be ticked.
    pub can_tick: bool,
    /// Whether it may be left out.
    pub is_optional: bool,
    /// How it can be taken back.
    pub undo: Undo,
    /// Whether an imported tick can be vouched for.
    pub can_attest: bool,
    /// Vouching needs a note.
    pub needs_note: bool,
    /// Evidence.
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
    pub fn of(desk: &Desk, target: &Target, words: &str, weight: Materiality, ticks: &Ticks) -> Self {
        let current = ticks.current();
        let notes = desk.notes_on(target);
        Self {
            anchor: target.to_string().replace(':', "-"),
            target: target.to_string(),
            reference: desk.order.reference(target).unwrap_or_default(),
            html: text::inline(words),
            text: words.to_owned(),
            mark: mark_of(current),
            done_by: current.map(|tick| done_by(desk, tick)).unwrap_or_default(),
            can_tick: current.is_none() && desk.allows(Command::Tick { target: target.clone() }),
            is_optional: false,
            undo: undo_of(desk, target, current),
            can_attest: can_attest(desk, target, ticks, &desk.some_reason()),
            needs_note: !can_attest(desk, target, ticks, ""),
            links: notes.iter().flat_map(|note| note.links.clone()).collect(),
            stamp: notes
                .iter()
                .find_map(|note| note.standing.as_deref())
                .map(stamp)
                .or_else(|| ticks.is_unattested().then(|| stamp("unattested"))),
            claim_href: notes.iter().find_map(|note| note.claim_href.clone()),
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

fn done_by(desk: &Desk, tick: &Tick) -> String {
    if let Some(attested) = &tick.attested {
        return format!("attested by {}", text::by_at(Some(&attested.by), Some(attested.at), desk.now));
    }
    match tick.how {
        TickHow::Recorded => text::by_at(tick.by.as_ref(), tick.at, desk.now),
        TickHow::Imported => match &tick.by {
            Some(by) => format!("the file says {}", by.name),
            None => "from the file".to_owned(),
        },
    }
}

fn undo_of(desk: &Desk, target: &Target, current: Option<&Tick>) -> Undo {
    let would = |reason: String| desk.allows(Command::Undo { target: target.clone(), reason });
    match current {
        Some(_) if would(String::new()) => Undo::Tap,
        Some(_) if would(desk.some_reason()) => Undo::WithReason,
        _ => Undo::No,
    }
}

fn can_attest(desk: &Desk, target: &Target, ticks: &Ticks, note: &str) -> bool {
    ticks.is_unattested() && desk.allows(Command::Attest { target: target.clone(), note: note.to_owned() })
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
