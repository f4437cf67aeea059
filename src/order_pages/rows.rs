//! What can be ticked, as a row: the box, who and when, evidence, and what may be done with it.

use super::demands::DemandView;
use super::notes::EvidenceLink;
use super::stops::StopView;
use super::text::{self, Html};
use super::view::OrderView;
use crate::foundation::{Action, Grant};
use crate::web::{markdown, words};
use crate::work_orders::decide::{Command, Proof};
use crate::work_orders::left::goes_on_in;
use crate::work_orders::model::{
    Answer, AskKind, Found, Item, Materiality, Step, Target, Tick, TickHow, Ticks,
};

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
    /// How it stands, for what a device keeps about it.
    pub standing: String,
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
    /// Why it cannot be ticked; empty where it can, or is.
    pub why_not: String,
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
    /// What an item asks for, where this person may answer it now.
    pub asks: Option<Question>,
    /// The asset that it is done at, where it asks for the scan of one.
    pub stop: Option<StopView>,
    /// How an item is answered, for whoever reads the plan and cannot answer; of a number its limits, also beside the answer.
    pub answered_by: String,
    /// What was answered: the class of its chip and its words.
    pub answer: Option<(&'static str, String)>,
    /// The item's id, where this person may say that it failed or does not apply.
    pub sets_aside: Option<SetAside>,
    /// Who said that it does not apply, and why.
    pub skipped: Option<Html>,
    /// How that may be taken back.
    pub take_up: Undo,
    /// Whether it failed, which order goes on with it, and whether this person may open one.
    pub failed: bool,
    pub followed_up: Option<String>,
    pub can_follow_up: bool,
    /// What it asks for beyond its words.
    pub asked: DemandView,
    /// What is wrong with it, while no other order goes on with it.
    pub trouble: Option<Trouble>,
}

/// What was found that is not as it should be, as a block under its row.
#[derive(Debug)]
pub struct Trouble {
    /// The block's class: `bad`, or empty for what is to be watched.
    pub tone: &'static str,
    pub head: String,
    pub words: String,
    /// What was said about it; empty for nothing.
    pub said: String,
    pub by: Html,
}

/// What an item asks for, as controls.
#[derive(Debug, Default)]
pub struct Question {
    pub item: String,
    /// Buttons: value and words. None: a field.
    pub buttons: Vec<(String, String)>,
    /// Whether the field takes a number.
    pub is_number: bool,
    /// It is answered by bringing a photo.
    pub is_photo: bool,
    /// It is answered by signing it on a page of its own.
    pub is_signature: bool,
    /// It is answered by the code of an asset, which is typed here where no label is scanned.
    pub is_scan: bool,
    /// Unit and limits in words.
    pub limits: String,
    /// The same one by one, as they were written, for a device that has no network to ask; empty for none.
    pub low: String,
    pub high: String,
    pub unit: String,
}

/// What may be said of an item that is not done.
#[derive(Debug)]
pub struct SetAside {
    pub item: String,
    /// Whether it may fail; an inspection has a button for that.
    pub may_fail: bool,
    pub may_skip: bool,
}

impl RowView {
    /// The row of one target.
    pub fn of(view: &OrderView, target: &Target, words: &str, weight: Materiality, ticks: &Ticks) -> Self {
        let current = ticks.current();
        let note = view.note_on(target).cloned().unwrap_or_default();
        let refusal = current.is_none().then(|| view.refusal(Command::Tick { target: target.clone() }));
        Self {
            anchor: target.to_string().replace(':', "-"),
            target: target.to_string(),
            standing: view.order.standing(target).unwrap_or_default(),
            reference: view.order.reference(target).unwrap_or_default(),
            html: markdown::inline(words),
            text: markdown::plain(words),
            depth: 0,
            mark: mark_of(current),
            done_by: current.map(|tick| done_by(view, tick)).unwrap_or_default(),
            can_tick: refusal == Some(None),
            why_not: refusal.flatten().unwrap_or_default(),
            is_optional: false,
            undo: undo_of(view, target, current),
            can_attest: can_attest(view, target, ticks, &view.some_reason()),
            needs_note: !can_attest(view, target, ticks, ""),
            links: note.links,
            stamp: note.standing.map(stamp).or_else(|| ticks.is_unattested().then(|| stamp("unattested"))),
            claim_href: note.claim_href,
            weight: weight_word(weight),
            asks: None,
            stop: None,
            answered_by: String::new(),
            answer: None,
            sets_aside: None,
            skipped: None,
            take_up: Undo::No,
            failed: false,
            followed_up: None,
            can_follow_up: false,
            asked: DemandView::default(),
            trouble: None,
        }
    }

    /// The row of an item, with what it asks for and what was found.
    pub fn of_item(view: &OrderView, step: &Step, item: &Item) -> Self {
        let row = Self::of(view, &Target::Item(item.id.clone()), &item.text, item.materiality, &item.ticks);
        let current = item.ticks.current();
        let failed = item.has_failed();
        let asks = question(view, item);
        let followed = goes_on_in(&view.order, &view.facts, &item.id)
            .or_else(|| goes_on_in(&view.order, &view.facts, &step.id).filter(|_| failed));
        let by = item.skipped.as_ref().map(|it| {
            let by = text::by_at(Some(&it.by), Some(it.at), view.now);
            Html::joined([Html::text(&format!("does not apply: {}", it.reason)), by], " · ")
        });
        Self {
            is_optional: !item.required,
            mark: match (item.not_asked || item.skipped.is_some(), item.found()) {
                (true, _) => "aside",
                (_, Some(Found::Failed)) => "failed",
                (_, Some(Found::Flagged)) => "flagged",
                _ => row.mark,
            },
            answered_by: if asks.is_none() { answered_by(item) } else { String::new() },
            asks,
            stop: StopView::of(view, &item.asks),
            answer: current
                .and_then(|tick| tick.answer.as_ref())
                .map(|answer| answer_words(answer, followed.is_some())),
            sets_aside: set_aside(view, item),
            take_up: take_up_of(view, item),
            skipped: by,
            followed_up: followed.map(|it| it.number.to_string()),
            can_follow_up: item.found().is_some_and(|found| found != Found::Good)
                && view.as_of.is_none()
                && view.who.may(Action::CreateDraft) > Grant::Never,
            failed: failed && !item.not_asked,
            asked: DemandView::of_item(view, item),
            trouble: if followed.is_none() && !item.not_asked {
                trouble(view, item, row.place())
            } else {
                None
            },
            ..row
        }
    }

    /// Whether it is answered by a photo now, so that a button for one stands in it already.
    pub fn is_photo(&self) -> bool {
        self.asks.as_ref().is_some_and(|asks| asks.is_photo && asks.buttons.is_empty())
    }

    /// Its place in the order: `3.2`.
    pub fn place(&self) -> &str {
        self.reference.rsplit('/').next().unwrap_or_default()
    }

    /// Whether anything stands beside the text.
    pub fn has_meta(&self) -> bool {
        let acts = self.undo != Undo::No || self.can_attest;
        let says = !self.done_by.is_empty() || self.stamp.is_some() || self.weight.is_some();
        let asks = self.sets_aside.is_some()
            || self.answer.is_some()
            || self.skipped.is_some()
            || self.followed_up.is_some();
        acts || says || asks || !self.links.is_empty() || self.claim_href.is_some()
    }

    /// What a tap on it is answered with, where it is open and nothing can be done about it now.
    pub fn says_why(&self) -> &str {
        if self.mark.is_empty() && self.asks.is_none() { &self.why_not } else { "" }
    }

    /// The class of the box; what is open and answered by something else than a tick has no box to press.
    pub fn box_class(&self) -> &'static str {
        let is_asked = self.asks.is_some() || !self.answered_by.is_empty();
        if self.mark.is_empty() && is_asked { "otherwise" } else { self.mark }
    }

    /// The box in a word.
    pub fn box_word(&self) -> &'static str {
        match self.mark {
            "on" => "done",
            "imported" => "ticked in the file",
            "failed" => "failed",
            "flagged" => "flagged",
            "aside" if self.asked.not_asked => "not asked",
            "aside" => "does not apply",
            _ => "open",
        }
    }

    /// The sign in print, where there is no colour.
    pub fn paper_sign(&self) -> &'static str {
        match self.mark {
            "" => "☐",
            "failed" => "☒",
            "flagged" => "⚑",
            "aside" => "–",
            _ => "☑",
        }
    }

    /// Whether it is ticked.
    pub fn is_ticked(&self) -> bool {
        !self.mark.is_empty()
    }

    /// The id behind `item:`.
    pub fn item_id(&self) -> &str {
        self.target.split_once(':').map_or(self.target.as_str(), |(_, id)| id)
    }

    /// The sign in its box.
    pub fn sign(&self) -> &'static str {
        match self.mark {
            "" => "",
            "failed" => "✕",
            "flagged" => "!",
            "aside" => "–",
            _ => "✓",
        }
    }
}

fn question(view: &OrderView, item: &Item) -> Option<Question> {
    let asks = &item.asks;
    let button = |word: &str| (word.to_lowercase(), word.to_owned());
    let (buttons, sample): (Vec<(String, String)>, String) = match asks.kind {
        AskKind::Tick => return None,
        AskKind::Inspection => (vec![button("Pass"), button("Flag"), button("Fail")], "pass".to_owned()),
        AskKind::YesNo => (vec![button("Yes"), button("No")], "yes".to_owned()),
        AskKind::Number => (Vec::new(), "1".to_owned()),
        AskKind::Text => (Vec::new(), "x".to_owned()),
        AskKind::Scan => (Vec::new(), asks.asset.clone()),
        AskKind::Photo => return photo(view, item),
        AskKind::Signature => return signature(view, item),
        AskKind::Choice => {
            let options = asks.options.iter().map(|option| (option.clone(), option.clone())).collect();
            (options, asks.options.first().cloned().unwrap_or_default())
        }
    };
    let command = Command::Answer { item: item.id.clone(), given: sample, note: String::new() };
    view.allows(command).then(|| Question {
        item: item.id.clone(),
        buttons,
        is_number: asks.kind == AskKind::Number,
        is_scan: asks.kind == AskKind::Scan,
        limits: asks.limits(),
        low: asks.least.clone(),
        high: asks.most.clone(),
        unit: asks.unit.clone(),
        ..Question::default()
    })
}

fn answered_by(item: &Item) -> String {
    let limits = match item.asks.kind {
        AskKind::Choice => item.asks.options.join(", "),
        _ => item.asks.limits(),
    };
    let is_answered = item.ticks.current().is_some_and(|tick| tick.answer.is_some());
    match (item.asks.kind, is_answered, limits.as_str()) {
        (AskKind::Tick, ..) | (_, true, "") => String::new(),
        (AskKind::Number, true, _) => format!("asked for {limits}"),
        (_, true, _) => String::new(),
        (kind, false, "") => kind.label().to_owned(),
        (kind, false, _) => format!("{}: {limits}", kind.label()),
    }
}

/// An item that asks for a photo is answered by bringing one, or by one that was brought before.
fn photo(view: &OrderView, item: &Item) -> Option<Question> {
    let of = |buttons| Question { item: item.id.clone(), buttons, is_photo: true, ..Question::default() };
    let command = Command::Answer { item: item.id.clone(), given: "photo".to_owned(), note: String::new() };
    if view.allows(command) {
        return Some(of(vec![("photo".to_owned(), "Take the photo here as the answer".to_owned())]));
    }
    // What may be set aside may be answered: only the photo is missing.
    let aside = Command::SkipItem { item: item.id.clone(), reason: view.some_reason() };
    view.allows(aside).then(|| of(Vec::new()))
}

/// An item that asks for a signature leads to the page on which it is signed.
fn signature(view: &OrderView, item: &Item) -> Option<Question> {
    let proof = Some(Proof::in_a_dry_run());
    let command =
        Command::SignItem { item: item.id.clone(), note: String::new(), proof, expected_version: None };
    view.allows(command).then(|| Question {
        item: item.id.clone(),
        is_signature: true,
        ..Question::default()
    })
}

/// With its note, unless that stands in the block under the row.
fn answer_words(answer: &Answer, is_followed: bool) -> (&'static str, String) {
    let class = match answer.found {
        Found::Good => "good",
        Found::Flagged => "waiting",
        Found::Failed => "bad",
    };
    let is_below = answer.found != Found::Good && !is_followed;
    let note = if answer.note.is_empty() || is_below { String::new() } else { format!(": {}", answer.note) };
    (class, format!("{}{note}", answer.words()))
}

fn trouble(view: &OrderView, item: &Item, place: &str) -> Option<Trouble> {
    let found = item.found().filter(|found| *found != Found::Good)?;
    let tick = item.ticks.current()?;
    let answer = tick.answer.as_ref()?;
    let beyond = item.asks.beyond(&answer.value);
    let (tone, head, words) = match (found, beyond) {
        (Found::Failed, None) => (
            "bad",
            format!("{place} needs a follow-up order before this one can be completed"),
            String::new(),
        ),
        (Found::Failed, Some(how)) => {
            ("bad", "Out of range".to_owned(), format!(", {how}. It needs a follow-up order."))
        }
        (_, Some(how)) => {
            ("bad", "Out of range".to_owned(), format!(", {how}. Kept as it was read, the work goes on."))
        }
        (_, None) => ("", "Flagged".to_owned(), ". The work goes on.".to_owned()),
    };
    Some(Trouble {
        tone,
        head,
        words,
        said: answer.note.clone(),
        by: text::by_at(tick.by.as_ref(), tick.at, view.now),
    })
}

fn set_aside(view: &OrderView, item: &Item) -> Option<SetAside> {
    let may_skip = view.allows(Command::SkipItem { item: item.id.clone(), reason: view.some_reason() });
    let fail = Command::Answer { item: item.id.clone(), given: "fail".to_owned(), note: view.some_reason() };
    let may_fail = item.asks.kind == AskKind::Tick && view.allows(fail);
    (may_skip || may_fail).then(|| SetAside { item: item.id.clone(), may_fail, may_skip })
}

fn take_up_of(view: &OrderView, item: &Item) -> Undo {
    let would = |reason: String| view.allows(Command::TakeUpItem { item: item.id.clone(), reason });
    match item.skipped {
        Some(_) if would(String::new()) => Undo::Tap,
        Some(_) if would(view.some_reason()) => Undo::WithReason,
        _ => Undo::No,
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
        let attested = Html::joined([Html::text("attested by"), by], " ");
        return match tick.how {
            TickHow::Imported => attested,
            TickHow::Recorded => {
                Html::joined([text::by_at(tick.by.as_ref(), tick.at, view.now), attested], " · ")
            }
        };
    }
    match tick.how {
        TickHow::Recorded => {
            let by = text::by_at(tick.by.as_ref(), tick.at, view.now);
            Html::joined([Some(by), view.claimed(tick.event.as_deref())].into_iter().flatten(), " · ")
        }
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
    let may_ask = ticks.is_unattested() || matches!(target, Target::Criterion(_)) && ticks.is_ticked();
    may_ask && view.allows(Command::Attest { target: target.clone(), note: note.to_owned() })
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
