//! What only paper says: what was changed after it was first saved, blanks to fill in by hand, and how the claims stand.

use std::collections::BTreeMap;

use super::rows::RowView;
use super::text::{self, Html};
use super::view::OrderView;
use crate::work_orders::model::{Answer, AskKind, Item, Target, Tick, Ticks};

/// One recorded value that somebody took back.
#[derive(Debug)]
pub struct Was {
    /// `item:ID`.
    pub target: String,
    /// `3.2`.
    pub place: String,
    /// The old value in words.
    pub before: String,
    /// What stands now.
    pub after: String,
    pub by: Html,
    pub reason: String,
}

/// Every value that was taken back, by its place.
pub fn changed(view: &OrderView) -> Vec<Was> {
    let steps = view.order.steps.iter().flat_map(|step| {
        let items = step.items.iter().map(|item| (Target::Item(item.id.clone()), &item.ticks));
        items.chain([(Target::Step(step.id.clone()), &step.ticks)])
    });
    let criteria = view.order.criteria.iter().map(|it| (Target::Criterion(it.id.clone()), &it.ticks));
    steps.chain(criteria).flat_map(|(target, ticks)| of(view, &target, ticks)).collect()
}

fn of(view: &OrderView, target: &Target, ticks: &Ticks) -> Vec<Was> {
    let place = view.order.reference(target).unwrap_or_default();
    let now = ticks.current().map_or_else(|| "open".to_owned(), value_of);
    let old = ticks.0.iter().filter_map(|tick| Some((tick, tick.undone.as_ref()?)));
    let was = old.map(|(tick, undone)| Was {
        target: target.to_string(),
        place: place.rsplit('/').next().unwrap_or_default().to_owned(),
        before: value_of(tick),
        after: now.clone(),
        by: text::by_at(Some(&undone.by), Some(undone.at), view.now),
        reason: undone.reason.clone(),
    });
    was.collect()
}

fn value_of(tick: &Tick) -> String {
    tick.answer.as_ref().map_or_else(|| "done".to_owned(), Answer::words)
}

/// What is to be written by hand beside an item that is open, by its target.
pub fn blanks(view: &OrderView) -> BTreeMap<String, String> {
    let items = view.order.steps.iter().flat_map(|step| &step.items).filter(|item| !item.is_settled());
    items.filter_map(|item| Some((Target::Item(item.id.clone()).to_string(), blank_of(item)?))).collect()
}

fn blank_of(item: &Item) -> Option<String> {
    let boxes = |words: &[&str]| words.iter().map(|word| format!("☐ {word}")).collect::<Vec<_>>().join("   ");
    match item.asks.kind {
        AskKind::Tick => None,
        AskKind::Inspection => Some(boxes(&["Pass", "Flag", "Fail"])),
        AskKind::YesNo => Some(boxes(&["Yes", "No"])),
        AskKind::Choice => Some(boxes(&item.asks.options.iter().map(String::as_str).collect::<Vec<_>>())),
        AskKind::Number => Some(format!("______________ {}", item.asks.limits()).trim_end().to_owned()),
        AskKind::Text => Some("_".repeat(48)),
        AskKind::Photo => Some("Photo no. ______________".to_owned()),
        AskKind::Signature => Some(format!("Signature {}", "_".repeat(32))),
        AskKind::Scan => Some(format!("Code on the label of {}: {}", item.asks.asset, "_".repeat(20))),
    }
}

/// How often each verdict stands among these rows, and how many that are done nobody judged.
pub fn standings<'r>(rows: impl Iterator<Item = &'r RowView>) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows.filter(|row| row.is_ticked()) {
        let word = row.stamp.as_ref().map_or("not judged", |(_, word)| word.as_str());
        *counts.entry(word.to_owned()).or_default() += 1;
    }
    counts.into_iter().collect()
}
