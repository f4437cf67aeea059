//! What was spent, by whom, to the billionth of a dollar: sums as programs are told them, and as lines of a file.

use std::collections::BTreeMap;

use crate::db::{AnyConnection, snapshot};
use crate::foundation::{Result, Timestamp};

use super::model::{Dimension, Group, NONE, Question, Sums, total};
use super::reads::Reader;

/// Days of a period, at most.
pub const MOST_DAYS: i64 = 3_650;
/// Days of a period where nothing is said.
pub const USUAL_DAYS: i64 = 30;

/// An hour, in microseconds.
const HOUR: i64 = 3_600_000_000;
/// A day, in microseconds.
const DAY: i64 = 24 * HOUR;

/// What was spent in a period.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Costs {
    /// By name; what names nobody stands under [`NONE`].
    pub by: BTreeMap<String, Sums>,
    pub total: Sums,
}

/// From when to when the last so many days are: whole hours, the one that runs among them, as sums are kept by hour.
pub fn period(days: i64, now: Timestamp) -> (Timestamp, Timestamp) {
    let to = Timestamp((now.0.div_euclid(HOUR) + 1).saturating_mul(HOUR));
    (to.plus_micros(-days.clamp(1, MOST_DAYS) * DAY), to)
}

/// What was spent, by one dimension.
pub fn costs(conn: &mut AnyConnection, question: &Question, by: Dimension) -> Result<Costs> {
    let groups = lines(conn, question, &[by])?;
    let mut costs = Costs { by: BTreeMap::new(), total: total(&groups) };
    for group in groups {
        let name = group.key.name(by).unwrap_or(NONE).to_owned();
        costs.by.entry(name).or_default().add(&group.sums);
    }
    Ok(costs)
}

/// The same by several, as lines in the order of their names.
pub fn lines(conn: &mut AnyConnection, question: &Question, by: &[Dimension]) -> Result<Vec<Group>> {
    snapshot(conn, |conn| Ok(Reader::of(conn, question)?.by(by)))
}

/// Dollars with all nine digits behind the point.
pub fn nine_digits(nanos: i64) -> String {
    let (sign, nanos) = (if nanos < 0 { "-" } else { "" }, nanos.unsigned_abs());
    format!("{sign}{}.{:09}", nanos / 1_000_000_000, nanos % 1_000_000_000)
}

/// Dollars as a number of JSON: exact, with one digit behind the point at least.
pub fn dollars(nanos: i64) -> String {
    let text = nine_digits(nanos);
    let bare = text.trim_end_matches('0');
    if bare.ends_with('.') { format!("{bare}0") } else { bare.to_owned() }
}

/// The columns of a file of lines by these dimensions, whose first is the day.
pub fn head(by: &[Dimension]) -> Vec<&'static str> {
    let names = by.iter().map(|dimension| dimension.as_str());
    names.chain(["invocations", "input_tokens", "output_tokens", "cost"]).collect()
}

/// One line of such a file; what is not known is empty.
pub fn cells(group: &Group, by: &[Dimension]) -> Vec<String> {
    let key = |dimension: &Dimension| match (dimension, group.key.day) {
        (Dimension::Day, Some(day)) => day_of(day),
        _ => group.key.name(*dimension).unwrap_or(NONE).to_owned(),
    };
    let Sums { calls, input, output, .. } = group.sums;
    let tokens = |count: i64| group.sums.tokens().map(|_| count.to_string()).unwrap_or_default();
    let cost = group.sums.cost().map(|cost| nine_digits(cost.0)).unwrap_or_default();
    by.iter().map(key).chain([calls.to_string(), tokens(input), tokens(output), cost]).collect()
}

/// A day since 1970 as `2026-11-21`.
pub fn day_of(day: i64) -> String {
    Timestamp(day.saturating_mul(DAY)).to_chrono().format("%Y-%m-%d").to_string()
}

#[cfg(test)]
mod tests {
    use super::super::model::Key;
    use super::*;

    #[test]
    fn dollars_are_exact() {
        for (nanos, number, digits) in [
            (0, "0.0", "0.000000000"),
            (1, "0.000000001", "0.000000001"),
            (3_750_000, "0.00375", "0.003750000"),
            (12_000_000_000, "12.0", "12.000000000"),
            (-1_500_000_000, "-1.5", "-1.500000000"),
            (i64::MAX, "9223372036.854775807", "9223372036.854775807"),
            (i64::MIN, "-9223372036.854775808", "-9223372036.854775808"),
        ] {
            assert_eq!([dollars(nanos), nine_digits(nanos)], [number, digits]);
        }
    }

    #[test]
    fn a_line_says_what_is_known_and_leaves_the_rest_empty() {
        let by = [Dimension::Day, Dimension::Model, Dimension::Agent];
        let key = Key { day: Some(20_778), model: Some("m".to_owned()), ..Key::default() };
        let sums = Sums { calls: 2, unpriced: 2, ..Sums::default() };
        assert_eq!(cells(&Group { key, sums }, &by), ["2026-11-21", "m", NONE, "2", "", "", ""]);
        assert_eq!(
            head(&by),
            ["day", "model", "agent", "invocations", "input_tokens", "output_tokens", "cost"]
        );
    }

    #[test]
    fn a_period_ends_with_the_hour_that_runs_and_is_held_in_bounds() {
        let now = Timestamp(1_795_251_600_000_000 + 5);
        let (from, to) = period(30, now);
        assert_eq!((to.micros_since(from), to.micros_since(now)), (30 * DAY, HOUR - 5), "the hour that runs");
        assert_eq!(period(0, now), period(1, now));
    }
}
