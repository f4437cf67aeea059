//! The days of a budget as bars, each of which leads to its traces; and the table that says the same.

use crate::budgets::model::{Period, Standing};
use crate::budgets::reads::Day;
use crate::budgets::words;

use super::text::{place, short, traces};

/// The height of a chart, in pixels.
const HEIGHT: i64 = 140;
/// How much of its place a bar takes, in tenths of a per cent.
const FILLED: i64 = 720;

/// The use of some days.
pub(super) struct Chart {
    pub(super) bars: Vec<Bar>,
    /// How high the budget of a day stands, from the top; only where a day has one and it is drawn.
    pub(super) limit: Option<i64>,
    /// What the whole height stands for.
    pub(super) top: String,
    /// The first and the last day.
    pub(super) ends: (String, String),
    /// What is seen, in a sentence.
    pub(super) finding: String,
    /// The newest first.
    pub(super) rows: Vec<DayRow>,
}

/// One day.
pub(super) struct Bar {
    pub(super) x: String,
    pub(super) width: String,
    pub(super) y: i64,
    pub(super) height: i64,
    pub(super) tone: &'static str,
    pub(super) title: String,
    pub(super) href: String,
}

/// One day of the table.
pub(super) struct DayRow {
    pub(super) day: String,
    pub(super) used: String,
    pub(super) href: String,
    pub(super) note: &'static str,
}

impl Chart {
    /// Of days, the oldest first; the last one runs.
    pub(super) fn of(standing: &Standing, days: &[Day]) -> Self {
        let (about, amount) = (&standing.budget.about, standing.budget.terms.amount);
        let values: Vec<i64> = days.iter().map(|day| day.spent.of(about.unit).max(0)).collect();
        let most = values.iter().copied().max().unwrap_or_default();
        // A budget far above everything would press the bars flat.
        let limit =
            Some(amount).filter(|limit| about.period == Period::Day && *limit <= most.saturating_mul(4));
        let top = most.max(limit.unwrap_or_default()).max(1);
        let count = i64::try_from(days.len()).unwrap_or(i64::MAX).max(1);
        let high = |value: i64| scaled(value, top);
        let mut bars = Vec::new();
        for (at, (day, value)) in (0..).zip(days.iter().zip(&values)) {
            let height = if *value > 0 { high(*value).max(1) } else { 0 };
            bars.push(Bar {
                x: place(at * 1_000 / count),
                width: place(FILLED / count),
                y: HEIGHT - height,
                height,
                tone: if limit.is_some_and(|limit| *value > limit) { "over" } else { "" },
                title: format!("{}: {}", name(day), words::amount(about.unit, *value)),
                href: traces(about, day.from, Some(day.to)),
            });
        }
        let row = |(day, value): (&Day, &i64)| DayRow {
            day: name(day),
            used: words::amount(about.unit, *value),
            href: traces(about, day.from, Some(day.to)),
            note: match limit_of(standing) {
                Some(limit) if *value > limit => "over the budget",
                _ => "",
            },
        };
        let end = |day: Option<&Day>| day.map(name).unwrap_or_default();
        Self {
            limit: limit.map(|limit| HEIGHT - high(limit)),
            top: short(about.unit, top),
            ends: (end(days.first()), end(days.last())),
            finding: finding(standing, days, &values),
            rows: days.iter().zip(&values).rev().map(row).collect(),
            bars,
        }
    }
}

/// What a day may use, where the budget is one of a day.
fn limit_of(standing: &Standing) -> Option<i64> {
    let budget = &standing.budget;
    (budget.about.period == Period::Day).then_some(budget.terms.amount)
}

fn finding(standing: &Standing, days: &[Day], values: &[i64]) -> String {
    let unit = standing.budget.about.unit;
    let most = days.iter().zip(values).max_by_key(|(_, value)| **value).filter(|(_, value)| **value > 0);
    let Some((day, value)) = most else {
        return format!("Nothing was used in the last {} days.", days.len());
    };
    let most = format!("Most was used on {}: {}", name(day), words::amount(unit, *value));
    match limit_of(standing).map(|limit| values.iter().filter(|value| **value > limit).count()) {
        None => format!("{most}."),
        Some(0) => format!("{most}. No day was over the budget."),
        Some(1) => format!("{most}. 1 of {} days was over the budget.", days.len()),
        Some(over) => format!("{most}. {over} of {} days were over the budget.", days.len()),
    }
}

/// `Thu 26 Nov`.
fn name(day: &Day) -> String {
    day.day.format("%a %-d %b").to_string()
}

/// A value as pixels of the height.
fn scaled(value: i64, top: i64) -> i64 {
    let pixels = i128::from(value.clamp(0, top)) * i128::from(HEIGHT) / i128::from(top.max(1));
    i64::try_from(pixels).unwrap_or(HEIGHT)
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::budgets::model::{About, AtEnd, Budget, Scope, Terms, Unit};
    use crate::budgets::reads::Spent;
    use crate::foundation::Timestamp;

    fn standing(period: Period, amount: i64) -> Standing {
        let (scope, name, unit) = (Scope::Persona, "planner".to_owned(), Unit::Tokens);
        let about = About { scope, name, unit, period, zone: "UTC".to_owned(), already_used: 0 };
        let terms = Terms { amount, warn_at: Vec::new(), at_end: AtEnd::Tells };
        let (set_at, changed_at) = (Timestamp(0), Timestamp(0));
        Standing {
            budget: Budget {
                id: "b".to_owned(),
                about,
                terms,
                set_at,
                changed_at,
                ended_at: None,
                version: 1,
            },
            used: 0,
            remaining: amount,
            burn_per_hour: 0.0,
            exhausted_at: None,
            usual_error: None,
            is_young: false,
            unpriced: 0,
            from: Timestamp(0),
            to: None,
        }
    }

    fn days(tokens: &[i64]) -> Vec<Day> {
        let first = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
        let day = |(at, tokens): (u64, &i64)| Day {
            day: first.checked_add_days(chrono::Days::new(at)).unwrap(),
            from: Timestamp(0),
            to: Timestamp(1),
            spent: Spent { tokens: *tokens, ..Spent::default() },
        };
        (0..).zip(tokens).map(day).collect()
    }

    #[test]
    fn bars_stand_on_zero_and_what_is_over_the_budget_of_a_day_says_so() {
        let chart = Chart::of(&standing(Period::Day, 50), &days(&[0, 100, 25, 50]));
        let heights: Vec<(i64, i64, &str)> =
            chart.bars.iter().map(|bar| (bar.y, bar.height, bar.tone)).collect();
        assert_eq!(heights, [(140, 0, ""), (0, 140, "over"), (105, 35, ""), (70, 70, "")]);
        assert_eq!(chart.limit, Some(70));
        assert_eq!((chart.bars[1].x.as_str(), chart.bars[1].width.as_str()), ("25.0", "18.0"));
        assert_eq!(
            chart.finding,
            "Most was used on Sat 21 Nov: 100\u{a0}tokens. 1 of 4 days was over the budget."
        );
        assert_eq!((chart.rows[0].day.as_str(), chart.rows[2].note), ("Mon 23 Nov", "over the budget"));
    }

    #[test]
    fn a_budget_that_no_day_can_reach_is_no_line() {
        let chart = Chart::of(&standing(Period::Day, 1_000), &days(&[0, 100]));
        assert_eq!(chart.limit, None);
        let month = Chart::of(&standing(Period::Month, 50), &days(&[100]));
        assert_eq!(
            (month.limit, month.finding.as_str()),
            (None, "Most was used on Fri 20 Nov: 100\u{a0}tokens.")
        );
        let none = Chart::of(&standing(Period::Day, 50), &days(&[0, 0]));
        assert_eq!(none.finding, "Nothing was used in the last 2 days.");
    }
}
