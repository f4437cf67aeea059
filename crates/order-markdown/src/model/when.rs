//! Times as somebody wrote them, with the precision they really have.
//!
//! `2026-02-01 12:XX UTC` is kept as written and means some moment of that hour: a start and a length
//! are known, minutes are never invented. A text without a zone is read as UTC.

use chrono::{DateTime, Months, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use foundation::Timestamp;

/// How exactly a time is known, vaguest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// The text names no moment we can read.
    #[default]
    Unknown,
    Year,
    Month,
    Day,
    Hour,
    Minute,
    /// To the second or finer.
    Second,
    /// Stamped by this server's clock.
    Exact,
}

/// A time as written: the text, the earliest moment it can mean and how exact it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct When {
    /// The text as written.
    pub raw: String,
    /// The earliest moment it can mean; none when it cannot be read.
    pub from: Option<Timestamp>,
    pub precision: Precision,
}

impl When {
    /// A moment stamped by this server.
    pub fn exact(at: Timestamp) -> Self {
        Self { raw: at.to_minute(), from: Some(at), precision: Precision::Exact }
    }

    /// Reads what somebody wrote: a date, perhaps a time, `X` or `?` for digits not known, perhaps a zone.
    pub fn read(raw: &str) -> Self {
        let raw = raw.trim().to_owned();
        let (from, precision) = read_moment(&raw).map_or((None, Precision::Unknown), |(from, precision)| {
            (Some(Timestamp(from.and_utc().timestamp_micros())), precision)
        });
        Self { raw, from, precision }
    }

    /// The first moment it cannot mean any more.
    pub fn until(&self) -> Option<Timestamp> {
        let from = self.from?.to_chrono();
        let until = match self.precision {
            Precision::Unknown => return None,
            Precision::Year => from.checked_add_months(Months::new(12))?,
            Precision::Month => from.checked_add_months(Months::new(1))?,
            Precision::Day => from + TimeDelta::days(1),
            Precision::Hour => from + TimeDelta::hours(1),
            Precision::Minute => from + TimeDelta::minutes(1),
            Precision::Second => from + TimeDelta::seconds(1),
            Precision::Exact => from + TimeDelta::microseconds(1),
        };
        Some(micros(until))
    }

    /// Whether it is vaguer than a minute.
    pub fn is_imprecise(&self) -> bool {
        self.precision < Precision::Minute
    }

    /// Whether it must be earlier than `other`, however both are read.
    pub fn is_surely_before(&self, other: &Self) -> bool {
        matches!((self.until(), other.from), (Some(until), Some(from)) if until <= from)
    }
}

fn micros(moment: DateTime<Utc>) -> Timestamp {
    Timestamp(moment.timestamp_micros())
}

fn read_moment(raw: &str) -> Option<(NaiveDateTime, Precision)> {
    let upper = raw.to_ascii_uppercase();
    let split = upper.find([' ', 'T']).unwrap_or(upper.len());
    let (date, rest) = (upper.get(..split)?, upper.get(split..)?.trim_start_matches([' ', 'T']));
    let (clock, offset_minutes) = split_zone(rest)?;
    // A day that begins with its day or its month may be either: only a year first is read.
    let date = date.replace(['.', '/'], "-");
    if date.find('-').unwrap_or(date.len()) != 4 {
        return None;
    }
    let mut parts = parts_of(&date, '-', 3)?;
    parts.extend(parts_of(clock, ':', 3)?);
    let known: Vec<u32> = parts.iter().map_while(|part| *part).collect();
    let at = |i: usize, otherwise: u32| known.get(i).copied().unwrap_or(otherwise);
    let year = i32::try_from(*known.first()?).ok()?;
    let day = NaiveDate::from_ymd_opt(year, at(1, 1), at(2, 1))?;
    let moment = day.and_hms_opt(at(3, 0), at(4, 0), at(5, 0))?;
    let precision = precision_of(known.len(), parts.len());
    Some((moment.checked_sub_signed(TimeDelta::minutes(offset_minutes))?, precision))
}

fn precision_of(known: usize, written: usize) -> Precision {
    match known.min(written) {
        1 => Precision::Year,
        2 => Precision::Month,
        3 => Precision::Day,
        4 => Precision::Hour,
        5 => Precision::Minute,
        _ => Precision::Second,
    }
}

/// The components of a date or clock; `None` inside stands for a digit not known.
fn parts_of(text: &str, separator: char, most: usize) -> Option<Vec<Option<u32>>> {
    if text.is_empty() {
        return Some(Vec::new());
    }
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    let parts: Vec<&str> = whole.split(separator).collect();
    let fine = parts.len() <= most && parts.iter().all(|part| is_component(part));
    fine.then(|| parts.iter().map(|part| part.parse().ok()).collect())
}

fn is_component(part: &str) -> bool {
    let known = |b: u8| b.is_ascii_digit() || b == b'X' || b == b'?';
    matches!(part.len(), 2 | 4) && part.bytes().all(known)
}

/// The clock and the zone's offset in minutes; a zone we do not know cannot be read.
fn split_zone(rest: &str) -> Option<(&str, i64)> {
    let rest = rest.trim();
    for utc in ["UTC", "GMT", "Z"] {
        if let Some(clock) = rest.strip_suffix(utc) {
            return Some((clock.trim_end(), 0));
        }
    }
    let Some(sign) = rest.rfind(['+', '-']) else { return Some((rest, 0)) };
    let (clock, zone) = (rest.get(..sign)?, rest.get(sign..)?);
    let digits: String = zone.chars().filter(char::is_ascii_digit).collect();
    let (hours, minutes) =
        (digits.get(..2)?.parse::<i64>().ok()?, digits.get(2..)?.parse::<i64>().unwrap_or(0));
    let offset = hours * 60 + minutes;
    Some((clock.trim_end(), if zone.starts_with('-') { -offset } else { offset }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(raw: &str) -> (Option<String>, Precision) {
        let when = When::read(raw);
        (when.from.map(Timestamp::to_minute), when.precision)
    }

    #[test]
    fn vague_times_keep_their_text_and_their_precision() {
        let cases = [
            ("2026-02-01 12:16 UTC", Some("2026-02-01 12:16 UTC"), Precision::Minute),
            ("2026-02-01 12:XX UTC", Some("2026-02-01 12:00 UTC"), Precision::Hour),
            ("2026-02-01 12:?? UTC", Some("2026-02-01 12:00 UTC"), Precision::Hour),
            ("2026-02-01 XX:XX", Some("2026-02-01 00:00 UTC"), Precision::Day),
            ("2026-02-01", Some("2026-02-01 00:00 UTC"), Precision::Day),
            ("2026-02-XX", Some("2026-02-01 00:00 UTC"), Precision::Month),
            ("2026", Some("2026-01-01 00:00 UTC"), Precision::Year),
            ("2026.02.01", Some("2026-02-01 00:00 UTC"), Precision::Day),
            ("2026/02/01 12:16", Some("2026-02-01 12:16 UTC"), Precision::Minute),
            ("05-06-20", None, Precision::Unknown),
            ("01.02.2026", None, Precision::Unknown),
            ("2026-02-01T13:16:30.5+01:00", Some("2026-02-01 12:16 UTC"), Precision::Second),
            ("2026-02-01 07:16 -05:00", Some("2026-02-01 12:16 UTC"), Precision::Minute),
            ("2026-02-01 12:16 CET", None, Precision::Unknown),
            ("2026-02-31 12:16 UTC", None, Precision::Unknown),
            ("yesterday", None, Precision::Unknown),
            ("", None, Precision::Unknown),
            ("2026-02-01 25:00", None, Precision::Unknown),
        ];
        for (raw, from, precision) in cases {
            assert_eq!(read(raw), (from.map(str::to_owned), precision), "{raw}");
            assert_eq!(When::read(raw).raw, raw);
        }
    }

    #[test]
    fn an_hour_is_before_only_what_lies_wholly_after_it() {
        let vague = When::read("2026-02-01 12:XX UTC");
        assert!(!vague.is_surely_before(&When::read("2026-02-01 12:59 UTC")));
        assert!(vague.is_surely_before(&When::read("2026-02-01 13:00 UTC")));
        assert!(!When::read("soon").is_surely_before(&vague));
        assert!(vague.is_imprecise() && !When::read("2026-02-01 12:16").is_imprecise());
    }
}
