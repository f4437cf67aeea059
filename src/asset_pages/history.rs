//! What happened to an asset, in words, newest first, with what was before.

use crate::assets::events::{AssetEvent, MeterRead};
use crate::assets::model::AssetName;
use crate::foundation::Timestamp;
use crate::ledger::Event;
use crate::order_pages::text::{self, Html};

/// One event.
pub struct HistoryLine {
    pub words: Vec<String>,
    /// Who and when.
    pub meta: Html,
}

/// Every event, the newest first.
pub fn lines(events: &[Event], now: Timestamp) -> Vec<HistoryLine> {
    events.iter().rev().map(|event| line(event, now)).collect()
}

fn line(event: &Event, now: Timestamp) -> HistoryLine {
    let words = match &event.body {
        None => vec!["Something that has been erased".to_owned()],
        Some(body) => AssetEvent::read(&event.kind, &body.data)
            .map_or_else(|_| vec![event.kind.clone()], |happened| words(&happened)),
    };
    let name = Html::text(&event.marked_name());
    HistoryLine { words, meta: Html::joined([name, text::moment(event.at, now)], ", ") }
}

fn words(happened: &AssetEvent) -> Vec<String> {
    match happened {
        AssetEvent::Created(it) => {
            let place =
                it.parent.as_ref().map(|parent| format!(", a part of {}", parent.code)).unwrap_or_default();
            vec![format!("{} was registered as {}{place}", it.facts.name, it.code)]
        }
        AssetEvent::Changed(it) => it
            .from
            .differences(&it.to)
            .into_iter()
            .map(|(label, from, to)| format!("{label}: {}. Before: {}", said(to), said(from)))
            .collect(),
        AssetEvent::Moved(it) => {
            vec![format!("Part of {}. Before: {}", above(it.to.as_ref()), above(it.from.as_ref()))]
        }
        AssetEvent::Retired(it) => vec![format!("Retired: {}", it.reason)],
        AssetEvent::TakenUp(it) => vec![format!("Taken up again: {}", it.reason)],
        AssetEvent::MeterAdded(it) => vec![format!("Meter added: {}", it.to.words())],
        AssetEvent::MeterChanged(it) => {
            vec![format!("Meter changed: {}. Before: {}", it.to.words(), it.from.words())]
        }
        AssetEvent::MeterRead(it) => vec![read(it)],
        AssetEvent::ReadingWithdrawn(it) => vec![format!("Reading withdrawn: {}. {}", it.was, it.reason)],
    }
}

fn read(it: &MeterRead) -> String {
    let mut words = format!("{}: {} {}", it.name, it.value, it.unit).trim_end().to_owned();
    if !it.beyond.is_empty() {
        words = format!("{words}, {}", it.beyond);
    }
    if let Some(below) = &it.below {
        words = format!("{words}; below the last reading {below}: {}", it.reason);
    }
    words
}

fn said(value: &str) -> &str {
    if value.is_empty() { "nothing" } else { value }
}

fn above(parent: Option<&AssetName>) -> String {
    parent.map_or_else(|| "nothing".to_owned(), |parent| format!("{} ({})", parent.name, parent.code))
}
