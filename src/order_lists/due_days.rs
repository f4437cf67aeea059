//! Days that an address asks for, as the reader's zone has them.

use chrono::{Datelike as _, Days, NaiveDate};

use crate::foundation::{Error, Result};
use crate::web::zone::Reading;
use crate::work_orders::reads::DueDays;

/// What an address says for open orders without a due day.
pub(super) const NO_DAY: &str = "none";

/// The day of a field `due` that names one, or the days from one to another (`2026-11-23..2026-12-20`); words are no days.
pub(super) fn asked(due: &str) -> Result<Option<DueDays>> {
    if !due.starts_with(|c: char| c.is_ascii_digit()) {
        return Ok(None);
    }
    let (first, last) = due.split_once("..").unwrap_or((due, due));
    let (first, last) = (read_day("due", first)?, read_day("due", last)?);
    let days = u64::try_from((last - first).num_days()).ok();
    let days = days.ok_or_else(|| Error::invalid("due", "the last day comes before the first one"))?;
    Ok(Some(between(first, days + 1, Reading::current())))
}

/// So many days from one on.
pub(super) fn between(first: NaiveDate, days: u64, reader: Reading) -> DueDays {
    let after = first.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX);
    let utc = Reading::default();
    DueDays {
        days: (utc.begins(first), utc.begins(after)),
        moments: (reader.begins(first), reader.begins(after)),
    }
}

/// A day such as `2026-11-26`.
pub(super) fn read_day(field: &'static str, text: &str) -> Result<NaiveDate> {
    let day = NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").ok();
    // Far from both ends of what can be counted.
    let day = day.filter(|day| (1_900..=9_990).contains(&day.year()));
    day.ok_or_else(|| Error::invalid(field, "this is no day; write it like 2026-12-01"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foundation::Timestamp;

    #[test]
    fn a_day_is_read_and_a_word_is_somebody_elses() {
        for (due, is_day) in [
            ("2028-02-29", true),
            ("2026-11-23..2026-12-20", true),
            ("", false),
            ("today", false),
            ("none", false),
        ] {
            assert_eq!(asked(due).unwrap().is_some(), is_day, "{due}");
        }
        for due in
            ["2027-02-29", "2026-1", "26-11-26", "99999-01-01", "2026-11-26x", "2026-11-26..2026-11-25"]
        {
            assert!(asked(due).is_err(), "{due}");
        }
    }

    #[test]
    fn what_was_written_as_a_day_is_bounded_in_utc_and_what_has_a_time_in_the_readers_zone() {
        let day = read_day("due", "2026-03-29").unwrap();
        let at = |text| Timestamp::parse_rfc3339(text).unwrap();
        let berlin = between(day, 1, Reading::of("Europe/Berlin", ""));
        assert_eq!(berlin.days, (at("2026-03-29T00:00:00Z"), at("2026-03-30T00:00:00Z")));
        assert_eq!(berlin.moments, (at("2026-03-28T23:00:00Z"), at("2026-03-29T22:00:00Z")));
    }
}
