//! The minutes of a week, and what comes of them on the days of a calendar; pure.

use chrono::{Datelike as _, Days, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::foundation::money::decimal;
use crate::foundation::{Error, Result};

/// The days of a week as fields and columns name them.
pub const WEEKDAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Minutes of a day.
const DAY: i64 = 1_440;

/// Days of the longest absence.
pub const LONGEST_ABSENCE: i64 = 366;

/// Minutes that somebody works on each day of the week, Monday first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Week(pub [i64; 7]);

impl Week {
    /// Reads hours as typed, one text a day: `8`, `7.5`, empty for none.
    pub fn parse(hours: [&str; 7]) -> Result<Self> {
        let mut minutes = [0; 7];
        for ((day, text), cell) in WEEKDAYS.into_iter().zip(hours).zip(&mut minutes) {
            let wrong = || Error::invalid(day, "write hours from 0 to 24, such as 8 or 7.5");
            let text = text.trim();
            let thousandths = if text.is_empty() { 0 } else { decimal(text, 3).ok_or_else(wrong)? };
            *cell = Some(thousandths.saturating_mul(60) / 1_000)
                .filter(|it| (0..=DAY).contains(it) && thousandths >= 0)
                .ok_or_else(wrong)?;
        }
        Ok(Self(minutes))
    }

    /// Minutes of the whole week.
    pub fn total(&self) -> i64 {
        self.0.iter().sum()
    }

    fn on(&self, day: NaiveDate) -> i64 {
        let place = usize::try_from(day.weekday().num_days_from_monday()).unwrap_or_default();
        self.0.get(place).copied().unwrap_or_default()
    }
}

/// A day such as `2026-11-23`, far from both ends of what can be counted.
pub fn read_day(field: &str, text: &str) -> Result<NaiveDate> {
    let day = NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").ok();
    let day = day.filter(|day| (1_900..=9_990).contains(&day.year()));
    day.ok_or_else(|| Error::invalid(field, "this is no day; write it like 2026-12-01"))
}

/// Minutes that somebody works on `days` days from `first` on: `set` are their weeks with the day from which each holds, in the order
/// of those days; on days that `is_off` names nobody works. None where nothing was set for any of the days, which is not zero.
pub fn minutes_in(
    set: &[(NaiveDate, Week)],
    first: NaiveDate,
    days: u64,
    is_off: impl Fn(NaiveDate) -> bool,
) -> Option<i64> {
    let dates = (0..days).filter_map(|place| first.checked_add_days(Days::new(place)));
    let known = dates.filter_map(|day| {
        let (_, week) = set.iter().rev().find(|(from, _)| *from <= day)?;
        Some(if is_off(day) { 0 } else { week.on(day) })
    });
    known.fold(None, |sum: Option<i64>, minutes| Some(sum.unwrap_or_default() + minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        read_day("day", text).unwrap()
    }

    #[test]
    fn hours_are_read_as_people_write_them_and_a_day_has_no_more_than_it_has() {
        let week = Week::parse(["8", "7.5", "7,25", "", " 0 ", "24", "0.017"]).unwrap();
        assert_eq!(week.0, [480, 450, 435, 0, 0, 1_440, 1]);
        for wrong in ["24.5", "-1", "x", "1:30", "99999999999999999999"] {
            let Err(Error::Invalid(errors)) = Week::parse(["8", wrong, "", "", "", "", ""]) else {
                panic!("{wrong}")
            };
            assert!(errors.get("tuesday").is_some(), "{wrong}");
        }
    }

    #[test]
    fn what_holds_is_what_was_set_last_and_nothing_set_is_unknown() {
        let set = [
            (day("2026-11-02"), Week([480, 480, 480, 480, 480, 0, 0])),
            (day("2026-11-25"), Week([240, 240, 240, 240, 240, 0, 0])),
        ];
        let none = |_| false;
        assert_eq!(minutes_in(&set, day("2026-11-16"), 7, none), Some(2_400));
        assert_eq!(
            minutes_in(&set, day("2026-11-23"), 7, none),
            Some(2 * 480 + 3 * 240),
            "from Wednesday on"
        );
        assert_eq!(minutes_in(&set, day("2026-10-26"), 7, none), None, "nothing was set, which is not zero");
        assert_eq!(minutes_in(&set, day("2026-10-31"), 7, none), Some(5 * 480), "from the day on");
        assert_eq!(minutes_in(&set, day("2026-11-16"), 7, |it| it == day("2026-11-18")), Some(4 * 480));
        assert_eq!(minutes_in(&[], day("2026-11-16"), 7, none), None);
    }

    #[test]
    fn a_day_is_a_day_of_the_calendar() {
        for wrong in ["", "2026-02-29", "26-11-23", "99999-01-01", "soon"] {
            assert!(read_day("day", wrong).is_err(), "{wrong}");
        }
    }
}
