//! What was spent day by day: a chart, and the table that says the same.

use std::collections::BTreeMap;

use crate::fleet::costs::day_of;
use crate::fleet::model::{Group, Question, Sums};
use crate::foundation::Timestamp;
use crate::web::charts::{Course, Svg};
use crate::web::format::number;

use super::asked::Asked;
use super::text::{DASH, Figure, cost};

/// A day, in microseconds.
const DAY: i64 = 86_400_000_000;

/// Calls and spend by day.
pub(super) struct Days {
    pub(super) calls: Svg,
    /// What the chart of calls shows, in a sentence.
    pub(super) busiest: String,
    pub(super) chart: Svg,
    /// What the chart shows, in a sentence.
    pub(super) finding: String,
    /// The first and the last day.
    pub(super) ends: (String, String),
    /// The newest first.
    pub(super) rows: Vec<DayRow>,
}

/// One day.
pub(super) struct DayRow {
    pub(super) day: Figure,
    pub(super) calls: String,
    pub(super) cost: Figure,
    pub(super) errors: Figure,
}

impl Days {
    /// Every day of the time that was asked for, also those on which nothing came.
    pub(super) fn of(asked: &Asked, question: &Question, groups: &[Group]) -> Self {
        let sums: BTreeMap<i64, Sums> =
            groups.iter().filter_map(|group| Some((group.key.day?, group.sums))).collect();
        let of = |day: i64| (day, sums.get(&day).copied().unwrap_or_default());
        let days: Vec<(i64, Sums)> = all_days(question).map(of).collect();
        let counts: Vec<Option<i64>> = days.iter().map(|(_, sums)| Some(sums.calls)).collect();
        let values: Vec<Option<i64>> = days.iter().map(|(_, sums)| spent(sums)).collect();
        let end = |day: Option<&(i64, Sums)>| day.map(|(day, _)| short(*day)).unwrap_or_default();
        Self {
            calls: Course { values: &counts, goal: None, is_missed: false }.bars(),
            busiest: busiest(&days),
            chart: Course { values: &values, goal: None, is_missed: false }.bars(),
            finding: finding(&days),
            ends: (end(days.first()), end(days.last())),
            rows: days.iter().rev().map(|(day, sums)| row(asked, *day, sums)).collect(),
        }
    }
}

/// Every day that the time touches, the oldest first.
pub(super) fn all_days(question: &Question) -> std::ops::RangeInclusive<i64> {
    question.from.0.div_euclid(DAY)..=(question.to.0 - 1).div_euclid(DAY)
}

/// Nothing was spent on a day without calls; of calls without a price nobody knows.
fn spent(sums: &Sums) -> Option<i64> {
    if sums.is_nothing() { Some(0) } else { sums.cost().map(|cost| cost.0) }
}

fn busiest(days: &[(i64, Sums)]) -> String {
    match days.iter().max_by_key(|(_, sums)| sums.calls) {
        Some((day, sums)) if sums.calls > 0 => {
            let failed =
                if sums.errors > 0 { format!(", {} failed", number(sums.errors)) } else { String::new() };
            format!("Most calls came on {}: {}{failed}.", short(*day), number(sums.calls))
        }
        _ => "On no day a call came.".to_owned(),
    }
}

fn finding(days: &[(i64, Sums)]) -> String {
    match days.iter().max_by_key(|(_, sums)| sums.cost_nanos) {
        Some((day, sums)) if sums.cost_nanos > 0 => {
            format!("Most was spent on {}: {}.", short(*day), cost(sums))
        }
        _ => "On no day a cost is known.".to_owned(),
    }
}

fn row(asked: &Asked, day: i64, sums: &Sums) -> DayRow {
    let date = day_of(day);
    let traces = |further: Option<(&str, &str)>| {
        let days = [("from", date.as_str()), ("to", date.as_str())];
        asked.traces(&days.into_iter().chain(further).collect::<Vec<_>>())
    };
    DayRow {
        day: Figure::to(short(day), traces(None)),
        calls: number(sums.calls),
        cost: match spent(sums) {
            Some(0) if sums.is_nothing() => Figure::bare(DASH),
            _ => Figure::to(cost(sums), traces(Some(("sort", "cost")))),
        },
        errors: match sums.errors {
            0 => Figure::bare(if sums.calls > 0 { "none" } else { DASH }),
            errors => Figure::to(number(errors), traces(Some(("errors", "1")))),
        },
    }
}

/// `27 Nov`.
pub(super) fn short(day: i64) -> String {
    Timestamp(day.saturating_mul(DAY)).to_chrono().format("%-d %b").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fleet::model::Key;
    use crate::foundation::ProjectKey;

    #[test]
    fn every_day_stands_there_and_what_nobody_priced_is_a_dash() {
        let now = Timestamp(1_795_251_600_000_000);
        let asked = Asked::read(&BTreeMap::new(), now).unwrap();
        let question = Question::of(ProjectKey(1), now.plus_micros(-2 * DAY), now.plus_micros(1));
        let group = |day, sums| Group { key: Key { day: Some(day), ..Key::default() }, sums };
        let priced = Sums { calls: 2, errors: 1, cost_nanos: 5_000_000_000, ..Sums::default() };
        let unpriced = Sums { calls: 1, unpriced: 1, ..Sums::default() };
        let days = Days::of(&asked, &question, &[group(20_777, priced), group(20_778, unpriced)]);
        let costs: Vec<&str> = days.rows.iter().map(|row| row.cost.words.as_str()).collect();
        assert_eq!(costs, [DASH, "$5.00", DASH]);
        assert_eq!(
            days.rows[0].cost.href.as_deref(),
            Some("/traces?from=2026-11-21&sort=cost&to=2026-11-21")
        );
        assert_eq!(days.rows[2].cost.href, None);
        assert_eq!(days.busiest, "Most calls came on 20 Nov: 2, 1 failed.");
        assert_eq!(days.finding, "Most was spent on 20 Nov: $5.00.");
        assert_eq!(days.ends, ("19 Nov".to_owned(), "21 Nov".to_owned()));
    }
}
