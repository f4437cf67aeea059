//! The history of a score as two lines and as a table. Lines are straight between verdicts, which stand at even distances.

use crate::foundation::Timestamp;
use crate::trust::history::Past;
use crate::trust::reads::Report;
use crate::trust::text;
use crate::web::format::Time;
use crate::web::words;

/// Units of the picture's width; its height is basis points.
const WIDTH: usize = 1_000;
/// Pixels of the plot, and above it.
const HEIGHT: i64 = 170;
const TOP: i64 = 10;
/// Pixels that the two names at the end keep from each other.
const APART: i64 = 16;
/// Refutations that are named.
const NAMED: usize = 4;

/// What the page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// Points of the two lines.
    pub assured: String,
    pub expected: String,
    pub marks: Vec<Mark>,
    /// How they end: words, and pixels from the top.
    pub ends: [(String, i64); 2],
    /// The first verdict and the last.
    pub span: Option<(Time, Time)>,
    /// The picture in a sentence.
    pub sentence: String,
    /// Newest first.
    pub rows: Vec<Moment>,
}

/// A refutation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Units from the left.
    pub x: usize,
    /// Where its words stand: per cent from the left, pixels from the top, whether they end there.
    pub percent: usize,
    pub y: i64,
    pub ends: bool,
    pub words: String,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    pub at: Time,
    pub assured: String,
    pub expected: String,
    pub given: Vec<Given>,
}

/// A verdict of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    pub claim: String,
    pub place: String,
    pub class: &'static str,
    pub word: String,
}

impl History {
    /// The history of a report; nothing where nobody judged.
    pub(super) fn of(past: &[Past], report: &Report, now: Timestamp) -> Self {
        let score = &report.explanation.score;
        let (Some(first), Some(last)) = (past.get(1), past.last()) else { return Self::default() };
        let mut values: Vec<(u32, u32)> = past.iter().map(|it| (it.assured, it.expected)).collect();
        // Without a verdict it moves too: claims are made, and verdicts grow old.
        values.extend(Some((score.assured, score.expected)).filter(|now| values.last() != Some(now)));
        let (assured, expected) = (text::whole(score.assured), text::whole(score.expected));
        let begun = past.first().map_or_else(String::new, |it| text::whole(it.assured));
        Self {
            assured: points(values.iter().map(|it| it.0)),
            expected: points(values.iter().map(|it| it.1)),
            marks: marks(past, values.len(), report),
            ends: ends(
                (format!("at least {assured}"), score.assured),
                (format!("likely {expected}"), score.expected),
            ),
            span: Some((Time::new(first.at, now), Time::new(last.at, now))),
            sentence: format!(
                "At least: from {begun} before the first verdict to {assured} now; likely {expected} of 100"
            ),
            rows: past.iter().skip(1).rev().map(|it| moment(it, report, now)).collect(),
        }
    }
}

fn points(values: impl ExactSizeIterator<Item = u32>) -> String {
    let last = values.len().saturating_sub(1).max(1);
    let point =
        |(place, value): (usize, u32)| format!("{},{}", place * WIDTH / last, 10_000 - value.min(10_000));
    values.enumerate().map(point).collect::<Vec<_>>().join(" ")
}

fn pixels(basis_points: u32) -> i64 {
    TOP + HEIGHT - i64::from(basis_points.min(10_000)) * HEIGHT / 10_000
}

/// Both names at the heights of their lines, moved apart where they would touch.
fn ends(a: (String, u32), b: (String, u32)) -> [(String, i64); 2] {
    let (mut low, mut high) = (pixels(a.1), pixels(b.1));
    let lack = APART - (low - high).abs();
    if lack > 0 {
        let (down, up) = (lack / 2, lack - lack / 2);
        if low >= high {
            (low, high) = (low + down, high - up);
        } else {
            (low, high) = (low - up, high + down);
        }
    }
    [(a.0, low + 4), (b.0, high + 4)]
}

fn place_of(report: &Report, claim: &str) -> String {
    report.claims.get(claim).map_or_else(String::new, |(place, _)| place.clone())
}

fn marks(past: &[Past], count: usize, report: &Report) -> Vec<Mark> {
    let last = count.saturating_sub(1).max(1);
    let refuted = |it: &Past| {
        let places = it.given.iter().filter(|(_, outcome)| *outcome == "refuted");
        places.map(|(claim, _)| place_of(report, claim)).collect::<Vec<_>>().join(", ")
    };
    let named =
        past.iter().enumerate().map(|(at, it)| (at, refuted(it))).filter(|(_, places)| !places.is_empty());
    let mark = |(row, (at, places)): (i64, (usize, String))| {
        let percent = at * 100 / last;
        Mark {
            x: at * WIDTH / last,
            percent,
            y: TOP + 12 + row % 2 * 14,
            ends: percent > 50,
            words: format!("{places} refuted"),
        }
    };
    (0..).zip(named).take(NAMED).map(mark).collect()
}

fn moment(it: &Past, report: &Report, now: Timestamp) -> Moment {
    let given = |(claim, outcome): &(String, &'static str)| Given {
        place: place_of(report, claim),
        claim: claim.clone(),
        class: outcome,
        word: words::verdict(outcome),
    };
    Moment {
        at: Time::new(it.at, now),
        assured: text::whole(it.assured),
        expected: text::whole(it.expected),
        given: it.given.iter().map(given).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_go_from_edge_to_edge_and_stay_inside() {
        assert_eq!(points([0, 2_500, 20_000].into_iter()), "0,10000 500,7500 1000,0");
        assert_eq!(points([5_000].into_iter()), "0,5000");
        assert_eq!((pixels(0), pixels(10_000), pixels(u32::MAX)), (180, 10, 10));
    }

    #[test]
    fn the_names_at_the_end_never_touch() {
        for (a, b) in [(0, 0), (1_700, 5_600), (5_000, 5_100), (5_100, 5_000), (10_000, 9_990)] {
            let [(_, low), (_, high)] = ends((String::new(), a), (String::new(), b));
            assert!((low - high).abs() >= APART, "{a} {b}: {low} {high}");
            assert!((pixels(a) + 4 - low).abs() <= APART, "{a} {b}");
        }
    }
}
