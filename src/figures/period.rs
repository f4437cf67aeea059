//! The time that figures are of, as an address asks for it, cut into weeks or months; pure.
//!
//! Weeks begin on Monday and days at midnight, both in UTC: what is due on a day is due on that day in every zone, and the same address
//! shows everybody the same figures.

use std::collections::BTreeMap;

use chrono::{Datelike as _, Days, Months, NaiveDate};

use crate::foundation::{Error, Result, Timestamp};

use super::model::DAY;

/// Weeks or months that one page can hold.
pub const MOST: usize = 60;
/// What it is cut into.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    #[default]
    Week,
    Month,
}

/// One week or month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    pub first: NaiveDate,
    /// Where the next one begins.
    pub next: Timestamp,
    /// Whether it still runs.
    pub is_running: bool,
}

/// Some weeks or months.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    pub by: By,
    /// The first day, which a week or month begins with.
    pub from: NaiveDate,
    /// The last day; never later than today.
    pub to: NaiveDate,
    /// At least one, the oldest first.
    pub buckets: Vec<Bucket>,
    /// Its first moment.
    pub start: Timestamp,
    /// Its last moment, which has come already.
    pub as_of: Timestamp,
    pub now: Timestamp,
}

impl By {
    /// The word in an address.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// So many are shown where nothing is asked for.
    fn usual(self) -> usize {
        match self {
            Self::Week => 13,
            Self::Month => 12,
        }
    }

    /// The first day of the week or month that a day lies in.
    fn begin(self, day: NaiveDate) -> NaiveDate {
        let since = match self {
            Self::Week => u64::from(day.weekday().num_days_from_monday()),
            Self::Month => u64::from(day.day0()),
        };
        day.checked_sub_days(Days::new(since)).unwrap_or(day)
    }

    /// The first day of the next one, from a first day.
    fn next(self, first: NaiveDate) -> NaiveDate {
        let next = match self {
            Self::Week => first.checked_add_days(Days::new(7)),
            Self::Month => first.checked_add_months(Months::new(1)),
        };
        next.unwrap_or(first)
    }

    /// The first day of the one so many before.
    fn before(self, first: NaiveDate, many: usize) -> NaiveDate {
        let many = u32::try_from(many).unwrap_or_default();
        let before = match self {
            Self::Week => first.checked_sub_days(Days::new(u64::from(many) * 7)),
            Self::Month => first.checked_sub_months(Months::new(many)),
        };
        before.unwrap_or(first)
    }
}

impl Period {
    /// Reads `by` (`week` or `month`), `from` and `to` (days), or `last` (so many weeks or months up to `to`).
    pub fn read(asked: &BTreeMap<String, String>, now: Timestamp) -> Result<Self> {
        let given = |name: &str| asked.get(name).map(|text| text.trim()).filter(|text| !text.is_empty());
        let by = match given("by") {
            None | Some("week") => By::Week,
            Some("month") => By::Month,
            Some(_) => return Err(Error::invalid("by", "choose week or month")),
        };
        let today = now.to_chrono().date_naive();
        let to = given("to").map(|text| read_day("to", text)).transpose()?.unwrap_or(today);
        let from = match given("from") {
            Some(text) => by.begin(read_day("from", text)?),
            None => by.before(by.begin(to.min(today)), last(given("last"), by)? - 1),
        };
        if from > to {
            return Err(Error::invalid("to", "the last day comes before the first one"));
        }
        if from > today {
            return Err(Error::invalid("from", "this day has not come yet"));
        }
        Self::of(by, from, to.min(today), now)
    }

    fn of(by: By, from: NaiveDate, to: NaiveDate, now: Timestamp) -> Result<Self> {
        let mut buckets = Vec::new();
        let mut first = from;
        while first <= to {
            if buckets.len() == MOST {
                let message =
                    format!("at most {MOST} weeks or months can be shown; begin later, or choose months");
                return Err(Error::invalid("from", message));
            }
            let after = by.next(first);
            buckets.push(Bucket { first, next: midnight(after), is_running: midnight(after) > now });
            first = after;
        }
        let end = midnight(to.succ_opt().unwrap_or(to));
        Ok(Self { by, from, to, buckets, start: midnight(from), as_of: end.plus_micros(-1).min(now), now })
    }

    /// The last moment of each bucket that has come, the oldest first.
    pub fn ends(&self) -> Vec<Timestamp> {
        self.buckets.iter().map(|bucket| bucket.next.plus_micros(-1).min(self.as_of)).collect()
    }
}

fn last(text: Option<&str>, by: By) -> Result<usize> {
    let Some(text) = text else { return Ok(by.usual()) };
    let many = text.parse().ok().filter(|many| (1..=MOST).contains(many));
    many.ok_or_else(|| Error::invalid("last", format!("choose a number from 1 to {MOST}")))
}

/// A day such as `2026-11-26`, far from both ends of what can be counted.
fn read_day(field: &str, text: &str) -> Result<NaiveDate> {
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    let day = day.filter(|day| (1_900..=9_990).contains(&day.year()));
    day.ok_or_else(|| Error::invalid(field, "this is no day; write it like 2026-12-01"))
}

/// The first moment of a day.
pub fn midnight(day: NaiveDate) -> Timestamp {
    let since = day.signed_duration_since(NaiveDate::default()).num_days();
    Timestamp(since.saturating_mul(DAY))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Thursday.
    fn now() -> Timestamp {
        Timestamp::parse_rfc3339("2026-11-26T14:06:00Z").unwrap()
    }

    fn read(query: &[(&str, &str)]) -> Result<Period> {
        let asked = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Period::read(&asked, now())
    }

    fn told(query: &[(&str, &str)]) -> (String, String, usize) {
        let period = read(query).unwrap();
        (period.from.to_string(), period.to.to_string(), period.buckets.len())
    }

    fn owned(from: &str, to: &str, buckets: usize) -> (String, String, usize) {
        (from.to_owned(), to.to_owned(), buckets)
    }

    #[test]
    fn weeks_begin_on_monday_and_the_last_one_still_runs() {
        assert_eq!(told(&[]), owned("2026-08-31", "2026-11-26", 13));
        assert_eq!(told(&[("last", "1")]), owned("2026-11-23", "2026-11-26", 1));
        assert_eq!(told(&[("by", "month")]), owned("2025-12-01", "2026-11-26", 12));
        assert_eq!(
            told(&[("from", "2026-11-11"), ("to", "2026-11-18")]),
            owned("2026-11-09", "2026-11-18", 2)
        );
        assert_eq!(told(&[("last", "2"), ("to", "2026-11-15")]), owned("2026-11-02", "2026-11-15", 2));
        assert_eq!(told(&[("to", "2026-12-24"), ("last", "1")]), owned("2026-11-23", "2026-11-26", 1));
        let period = read(&[("last", "2")]).unwrap();
        assert_eq!(period.buckets.iter().map(|it| it.is_running).collect::<Vec<_>>(), [false, true]);
        assert_eq!(period.as_of, now());
        let sunday = Timestamp::parse_rfc3339("2026-11-22T23:59:59.999999Z").unwrap();
        assert_eq!(period.ends(), [sunday, now()]);
        let past = read(&[("from", "2026-11-09"), ("to", "2026-11-22")]).unwrap();
        assert_eq!((past.as_of, past.start), (sunday, midnight(past.from)));
        assert_eq!(past.start.to_rfc3339(), "2026-11-09T00:00:00.000000Z");
    }

    #[test]
    fn what_cannot_be_is_refused_by_its_field() {
        for (query, field) in [
            (vec![("by", "year")], "by"),
            (vec![("from", "soon")], "from"),
            (vec![("from", "2026-02-29")], "from"),
            (vec![("from", "2026-11-09"), ("to", "2026-11-01")], "to"),
            (vec![("from", "2027-01-01"), ("to", "2027-02-01")], "from"),
            (vec![("from", "1900-01-01")], "from"),
            (vec![("last", "10000")], "last"),
            (vec![("last", "0")], "last"),
            (vec![("last", "-1")], "last"),
            (vec![("to", "99999-01-01")], "to"),
        ] {
            let Err(Error::Invalid(errors)) = read(&query) else { panic!("{query:?}") };
            assert!(errors.get(field).is_some(), "{query:?}: {errors}");
        }
    }
}
