//! One figure as a card: the figure, its course, how it is computed, what is counted and what is left out.

use crate::figures::model::{Figure, Goal, Shape};
use crate::figures::period::{Bucket, By, Period};
use crate::figures::reads::beside::{Beside, Told};
use crate::figures::reads::measured::{Measured, Point};
use crate::figures::sums::percent;
use crate::foundation::Timestamp;
use crate::web::charts::{Course, Svg};
use crate::web::format::number;

use super::asked::{Asked, FIGURES};
use super::text;

/// One figure.
pub(super) struct Card {
    /// The word in its address.
    pub(super) word: &'static str,
    pub(super) title: &'static str,
    /// Its rows.
    pub(super) href: String,
    pub(super) rows: String,
    /// None where there is nothing to count; then `reason` says why.
    pub(super) value: Option<String>,
    pub(super) note: String,
    pub(super) reason: String,
    pub(super) is_missed: bool,
    pub(super) chart: Svg,
    /// What the chart shows, in words.
    pub(super) course: String,
    /// The first day of its first and of its last week or month.
    pub(super) ends: (String, String),
    pub(super) formula: &'static str,
    pub(super) counted: String,
    /// The rows above the line and those that are not, as links; none of a figure of times.
    pub(super) sides: Vec<Side>,
    pub(super) left_out: Vec<String>,
}

/// Some of the rows.
pub(super) struct Side {
    pub(super) words: String,
    pub(super) href: String,
}

impl Card {
    /// A figure as it was measured.
    pub(super) fn of(asked: &Asked, measured: &Measured, told: &Told) -> Self {
        let (figure, whole) = (measured.figure, &measured.whole);
        let path = format!("{FIGURES}/{}", figure.as_str());
        Self {
            word: figure.as_str(),
            title: figure.title(),
            href: asked.address(&path, &[]),
            rows: text::rows(figure, whole.counted),
            value: text::value(figure, whole),
            note: text::note(figure, whole),
            reason: reason(figure, told),
            is_missed: text::is_missed(figure, whole),
            chart: chart(measured),
            course: course(&asked.period, measured),
            ends: ends(&asked.period),
            formula: figure.formula(),
            counted: text::counted(measured),
            sides: sides(asked, &path, figure, whole),
            left_out: left_out(told, asked.period.now),
        }
    }
}

fn sides(asked: &Asked, path: &str, figure: Figure, whole: &Point) -> Vec<Side> {
    if figure.shape() == Shape::Time {
        return Vec::new();
    }
    let (above, below) = figure.sides();
    let all = [("in", whole.hits, above), ("out", whole.counted - whole.hits, below)];
    let some = all.into_iter().filter(|(_, count, _)| *count > 0);
    some.map(|(only, count, words)| Side {
        words: format!("{} {words}", number(count)),
        href: asked.address(path, &[("only", only)]),
    })
    .collect()
}

fn left_out(told: &Told, now: Timestamp) -> Vec<String> {
    let words = |beside: &Beside| {
        let more = if beside.is_more { " or more" } else { "" };
        format!("{}{more} {}", number(beside.count), beside.words)
    };
    let waiting = told.waiting.map(|(count, since)| {
        format!("{} wait now, the oldest for {}", number(count), text::span(now.micros_since(since)))
    });
    told.left_out.iter().map(words).chain(waiting).collect()
}

fn reason(figure: Figure, told: &Told) -> String {
    let next = told.next.map(|next| next.to_chrono().format("%-d %B %Y").to_string());
    next.map_or_else(
        || figure.nothing().to_owned(),
        |day| format!("{} The next one is due on {day}.", figure.nothing()),
    )
}

fn chart(measured: &Measured) -> Svg {
    let (figure, is_missed) = (measured.figure, text::is_missed(measured.figure, &measured.whole));
    let of = |value: fn(&Point) -> Option<i64>| measured.course.iter().map(value).collect::<Vec<_>>();
    let medians = || of(|point| point.spread.map(|spread| spread.median));
    let goal = figure.goal().map(|goal| match goal {
        Goal::Percent(least) => least,
        Goal::Within(most) => most,
    });
    match figure.shape() {
        Shape::Count => Course { values: &of(|point| Some(point.hits)), goal, is_missed }.bars(),
        Shape::Share => {
            Course { values: &of(|point| percent(point.hits, point.counted)), goal, is_missed }.line(100)
        }
        Shape::Time if figure == Figure::ReportToClosed => {
            let tenths = of(|point| point.spread.map(|spread| spread.slowest_tenth));
            Course { values: &medians(), goal, is_missed }.band(&tenths)
        }
        Shape::Time => Course { values: &medians(), goal, is_missed }.bars(),
    }
}

/// Every value with the week or month that it is of.
fn course(period: &Period, measured: &Measured) -> String {
    let one = |(bucket, point): (&Bucket, &Point)| {
        let late = (measured.figure.shape() == Shape::Count).then(|| number(point.hits));
        let value = late.or_else(|| text::value(measured.figure, point));
        format!("{} {}", label(period.by, bucket), value.unwrap_or_else(|| "nothing".to_owned()))
    };
    let all: Vec<String> = period.buckets.iter().zip(&measured.course).map(one).collect();
    let by = match period.by {
        By::Week => "By week",
        By::Month => "By month",
    };
    format!("{by}, from its first day: {}.", all.join(", "))
}

/// What a week or month is called.
pub(super) fn label(by: By, bucket: &Bucket) -> String {
    let pattern = match by {
        By::Week => "%-d %b",
        By::Month => "%b %Y",
    };
    bucket.first.format(pattern).to_string()
}

fn ends(period: &Period) -> (String, String) {
    let named = |bucket: Option<&Bucket>| bucket.map(|it| label(period.by, it)).unwrap_or_default();
    (named(period.buckets.first()), named(period.buckets.last()))
}
