//! How long calls took, day by day: the middle one as a line, with a band up to the one that 95 of 100 are not slower than.

use std::collections::HashMap;

use crate::fleet::costs::day_of;
use crate::fleet::model::Question;
use crate::fleet::reads::Spread;
use crate::web::charts::{Course, Svg};

use super::super::asked::Asked;
use super::super::days::{all_days, short};
use super::super::table::about;
use super::super::text::{DASH, Figure};

/// Latency by day.
pub(in crate::fleet_pages) struct Latency {
    pub(super) chart: Svg,
    /// What the chart shows, in a sentence.
    pub(super) finding: String,
    /// The first and the last day.
    pub(super) ends: (String, String),
    /// The newest first.
    pub(super) rows: Vec<Row>,
}

/// One day.
pub(in crate::fleet_pages) struct Row {
    pub(super) day: Figure,
    pub(super) p50: String,
    pub(super) p95: Figure,
}

impl Latency {
    /// Every day of the time that was asked for; one on which no call ended is a gap.
    pub(super) fn of(asked: &Asked, question: &Question, spreads: &[Spread]) -> Self {
        let by_day: HashMap<i64, &Spread> =
            spreads.iter().filter_map(|spread| Some((spread.name.as_ref()?.parse().ok()?, spread))).collect();
        let days: Vec<(i64, Option<&Spread>)> =
            all_days(question).map(|day| (day, by_day.get(&day).copied())).collect();
        let middle: Vec<Option<i64>> = days.iter().map(|(_, spread)| spread.map(|it| it.p50)).collect();
        let upper: Vec<Option<i64>> = days.iter().map(|(_, spread)| spread.map(|it| it.p95)).collect();
        let end = |day: Option<&(i64, Option<&Spread>)>| day.map(|(day, _)| short(*day)).unwrap_or_default();
        Self {
            chart: Course { values: &middle, goal: None, is_missed: false }.band(&upper),
            finding: finding(&days),
            ends: (end(days.first()), end(days.last())),
            rows: days.iter().rev().map(|(day, spread)| row(asked, *day, *spread)).collect(),
        }
    }
}

fn finding(days: &[(i64, Option<&Spread>)]) -> String {
    let timed = days.iter().filter_map(|(day, spread)| Some((day, (*spread)?)));
    match timed.max_by_key(|(_, spread)| spread.p95) {
        Some((day, spread)) => format!(
            "Slowest was {}: 95 of 100 calls were done in {}, half of them in {}.",
            short(*day),
            about(spread, spread.p95),
            about(spread, spread.p50)
        ),
        None => "On no day a call ended.".to_owned(),
    }
}

fn row(asked: &Asked, day: i64, spread: Option<&Spread>) -> Row {
    let date = day_of(day);
    let of_day = [("from", date.as_str()), ("to", date.as_str())];
    let slowest = of_day.into_iter().chain([("sort", "duration")]).collect::<Vec<_>>();
    Row {
        day: Figure::to(short(day), asked.traces(&of_day)),
        p50: spread.map_or_else(|| DASH.to_owned(), |spread| about(spread, spread.p50)),
        p95: match spread {
            Some(spread) => Figure::to(about(spread, spread.p95), asked.traces(&slowest)),
            None => Figure::bare(DASH),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::foundation::{ProjectKey, Timestamp};

    #[test]
    fn a_day_without_a_call_is_a_gap() {
        let now = Timestamp(1_795_251_600_000_000);
        let asked = Asked::read(&BTreeMap::new(), now).unwrap();
        let question = Question::of(ProjectKey(1), now.plus_micros(-2 * 86_400_000_000), now.plus_micros(1));
        let of = |day: i64, p50, p95| Spread { name: Some(day.to_string()), p50, p95, is_about: false };
        let told = Latency::of(
            &asked,
            &question,
            &[of(20_776, 1_000_000, 2_000_000), of(20_778, 3_000_000, 9_000_000)],
        );
        let p95: Vec<&str> = told.rows.iter().map(|row| row.p95.words.as_str()).collect();
        assert_eq!(p95, ["9.0 s", DASH, "2.0 s"]);
        assert_eq!(
            told.finding,
            "Slowest was 21 Nov: 95 of 100 calls were done in 9.0 s, half of them in 3.0 s."
        );
        assert_eq!(
            told.rows[0].p95.href.as_deref(),
            Some("/traces?from=2026-11-21&sort=duration&to=2026-11-21")
        );
    }
}
