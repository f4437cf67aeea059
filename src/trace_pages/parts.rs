//! Small shown things that both pages share: kinds, levels, tokens.

use crate::web::format;
use trace_model::{Counter as Which, Known, Level, ObservationKind, TokenCounts};

/// Models named at once.
const MOST_MODELS: usize = 6;

/// A kind of observation as a badge: a letter, a word and the colour's class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KindBadge {
    /// `G`.
    pub letter: &'static str,
    /// `generation`; also the style's class.
    pub word: &'static str,
}

impl KindBadge {
    /// The badge of a kind.
    pub fn of(kind: ObservationKind) -> Self {
        let (letter, word) = match kind {
            ObservationKind::Span => ("S", "span"),
            ObservationKind::Generation => ("G", "generation"),
            ObservationKind::Event => ("E", "event"),
            ObservationKind::Agent => ("A", "agent"),
            ObservationKind::Tool => ("T", "tool"),
            ObservationKind::Chain => ("C", "chain"),
            ObservationKind::Retriever => ("R", "retriever"),
            ObservationKind::Evaluator => ("V", "evaluator"),
            ObservationKind::Embedding => ("M", "embedding"),
            ObservationKind::Guardrail => ("U", "guardrail"),
        };
        Self { letter, word }
    }
}

/// The chip of a level: its tone and word; none for the ordinary level.
pub fn level_chip(level: Level) -> Option<(&'static str, &'static str)> {
    match level {
        Level::Error => Some(("bad", "Error")),
        Level::Warning => Some(("waiting", "Warning")),
        Level::Debug => Some(("", "Debug")),
        Level::Default => None,
    }
}

/// The names of models, the first few; a client may send any number.
pub fn models(names: &str) -> String {
    let mut all = names.split(", ");
    let first: Vec<&str> = all.by_ref().take(MOST_MODELS).collect();
    let (first, more) = (format::shown(&first.join(", ")), all.count());
    if more == 0 {
        first
    } else {
        format!("{first} and {} more", format::number(i64::try_from(more).unwrap_or(i64::MAX)))
    }
}

/// One of the five disjoint token counters as shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counter {
    /// `cache read`.
    pub word: &'static str,
    /// The style's class.
    pub class: &'static str,
    /// The count, grouped.
    pub count: String,
    /// Left edge in the bar of 1000 units.
    pub x: i64,
    /// Width in the bar of 1000 units.
    pub width: i64,
}

/// The counters that are not zero; nothing when all are.
pub fn counters(counts: &TokenCounts) -> Vec<Counter> {
    drawn(counts, Known::ALL)
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(_, counter)| counter)
        .collect()
}

/// All five, a dash for what nobody counted; nothing when nobody counted anything.
pub fn five(counts: &TokenCounts, known: Known) -> Vec<Counter> {
    let all = drawn(counts, known).into_iter().map(|(_, counter)| counter);
    all.filter(|_| known != Known::NONE).collect()
}

fn drawn(counts: &TokenCounts, known: Known) -> Vec<(i64, Counter)> {
    let total = counts.total().max(1);
    let mut before = 0_i64;
    let names = [
        ("input", "input"),
        ("cache read", "cache-read"),
        ("cache write", "cache-write"),
        ("output", "output"),
        ("reasoning", "reasoning"),
    ];
    let one = |(which, (word, class)): (Which, (&'static str, &'static str))| {
        let number = counts.get(which);
        let x = thousandths(before, total);
        before = before.saturating_add(number);
        let count = if known.has(which) { format::number(number) } else { "–".to_owned() };
        (number, Counter { word, class, count, x, width: thousandths(before, total) - x })
    };
    Which::ALL.into_iter().zip(names).map(one).collect()
}

fn thousandths(part: i64, whole: i64) -> i64 {
    i64::try_from(i128::from(part) * 1_000 / i128::from(whole)).unwrap_or(1_000).clamp(0, 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_of_tokens_is_full_and_without_gaps() {
        let counts =
            TokenCounts { uncached_input: 620, cached_read: 310, output: 188, ..TokenCounts::default() };
        let shown = counters(&counts);
        assert_eq!(shown.iter().map(|c| c.word).collect::<Vec<_>>(), ["input", "cache read", "output"]);
        assert_eq!(shown.iter().map(|c| c.width).sum::<i64>(), 1_000);
        assert!(shown.windows(2).all(|pair| pair[0].x + pair[0].width == pair[1].x));
        assert!(counters(&TokenCounts::default()).is_empty());
        let known = Known::NONE.with(Which::UncachedInput).with(Which::Output).with(Which::Reasoning);
        let shown: Vec<_> = five(&counts, known).into_iter().map(|counter| counter.count).collect();
        assert_eq!(shown, ["620", "–", "–", "188", "0"]);
        assert!(five(&counts, Known::NONE).is_empty());
    }

    #[test]
    fn every_kind_has_its_own_letter() {
        let mut letters: Vec<_> = ObservationKind::ALL.map(|kind| KindBadge::of(kind).letter).to_vec();
        letters.sort_unstable();
        letters.dedup();
        assert_eq!(letters.len(), ObservationKind::ALL.len());
    }
}
