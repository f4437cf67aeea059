//! Times as clients write them: ISO 8601 in its many forms, and seconds since 1970 in four sizes.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime};

/// Reads a time as UTC nanoseconds; one without an offset is UTC. `None` for what is no time.
///
/// Taken besides RFC 3339: `+0000` and `+00`, no seconds, a blank for the `T`, small letters, a comma before the fraction, a
/// date alone, no dashes and colons, `UTC` or `GMT` behind it, a zone's name in brackets, RFC 2822, what JavaScript writes for a
/// date, and whole or broken numbers since 1970 as [`read_epoch`] reads them.
pub fn read_time(text: &str) -> Option<i64> {
    let text = text.trim();
    match DateTime::parse_from_rfc3339(text) {
        Ok(time) => time.timestamp_nanos_opt(),
        Err(_) => read_iso(text).or_else(|| read_epoch(text)).or_else(|| read_words(text)),
    }
}

/// `Mon, 30 Nov 2026 00:46:10 +0000`, `Mon Nov 30 2026 00:46:10 GMT+0000 (Coordinated Universal Time)`.
fn read_words(text: &str) -> Option<i64> {
    if let Ok(time) = DateTime::parse_from_rfc2822(text) {
        return time.timestamp_nanos_opt();
    }
    let text = text.split(" (").next()?.trim();
    DateTime::parse_from_str(text, "%a %b %d %Y %H:%M:%S GMT%z").ok()?.timestamp_nanos_opt()
}

/// Whether a time is nobody's: programs write the beginning of 1970, or of the year 1, where they know none.
pub fn is_unset(ns: i64) -> bool {
    ns <= 0
}

fn read_iso(text: &str) -> Option<i64> {
    let text = text.to_ascii_uppercase().replace(',', ".");
    let text = text.split('[').next()?;
    let text = ["UTC", "GMT"].iter().find_map(|zone| text.strip_suffix(zone)).unwrap_or(text).trim_end();
    let is_basic = text.as_bytes().get(8) == Some(&b'T');
    let (form, length) = if is_basic { ("%Y%m%d", 8) } else { ("%Y-%m-%d", 10) };
    let date = NaiveDate::parse_from_str(text.get(..length)?, form).ok()?;
    let rest = text.get(length..)?;
    if rest.is_empty() {
        return nanos(date.and_time(NaiveTime::MIN), 0);
    }
    let rest = rest.strip_prefix(['T', ' '])?.trim();
    let (clock, offset) = match rest.find(['Z', '+', '-']) {
        Some(at) => rest.split_at_checked(at)?,
        None => (rest, ""),
    };
    let clock = clock.trim_end();
    let time = ["%H:%M:%S%.f", "%H:%M", "%H%M%S%.f"]
        .into_iter()
        .find_map(|form| NaiveTime::parse_from_str(clock, form).ok())?;
    nanos(date.and_time(time), offset_seconds(offset)?)
}

fn nanos(local: NaiveDateTime, offset: i32) -> Option<i64> {
    let offset = FixedOffset::east_opt(offset)?;
    local.and_local_timezone(offset).single()?.timestamp_nanos_opt()
}

/// `Z`, `+01:00`, `+0100`, `+01` or nothing, in seconds east of Greenwich.
fn offset_seconds(text: &str) -> Option<i32> {
    if text.is_empty() || text == "Z" {
        return Some(0);
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let digits: String = text.get(1..)?.chars().filter(|c| *c != ':').collect();
    if !matches!(digits.len(), 2 | 4) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let hours: i32 = digits.get(..2)?.parse().ok()?;
    let minutes: i32 = digits.get(2..).filter(|rest| !rest.is_empty()).map_or(Some(0), |m| m.parse().ok())?;
    Some(sign * (hours * 3_600 + minutes * 60))
}

/// A number of nanoseconds; nobody's program ran before 1973, so a smaller one is of another unit, as [`read_epoch`] tells.
pub fn nanoseconds(number: i64) -> i64 {
    if number >= SURELY_NANOS { number } else { read_epoch(&number.to_string()).unwrap_or(number) }
}

const SURELY_NANOS: i64 = 100_000_000_000_000_000;

/// Reads a number since 1970 as UTC nanoseconds. Its size tells its unit: seconds to the year 5138, milliseconds,
/// microseconds, nanoseconds. Numbers that are no time since 1973 in any of them are none.
pub fn read_epoch(text: &str) -> Option<i64> {
    let number: f64 = text.parse().ok()?;
    let scale = match number {
        1e8..1e11 => 9,
        1e11..1e14 => 6,
        1e14..1e17 => 3,
        1e17..9.2e18 => 0,
        _ => return None,
    };
    crate::decimal::at_scale(text, scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-02-01 12:16:00 UTC.
    const NOON: i64 = 1_769_948_160_000_000_000;

    #[test]
    fn one_moment_is_read_from_every_form_of_it() {
        for text in [
            "2026-02-01T12:16:00Z",
            "2026-02-01t12:16:00z",
            "2026-02-01 12:16:00Z",
            "2026-02-01 12:16:00",
            "2026-02-01T12:16:00",
            "2026-02-01T12:16Z",
            "2026-02-01T12:16",
            "2026-02-01 12:16",
            "2026-02-01T12:16:00,000Z",
            "2026-02-01T12:16:00.000000+0000",
            "2026-02-01T12:16:00+00",
            "2026-02-01T13:16:00+0100",
            "2026-02-01T13:16+01",
            "2026-02-01T04:46:00-07:30",
            "2026-02-01 12:16:00 +00:00",
            " 2026-02-01T12:16:00Z ",
            "1769948160",
            "1769948160.0",
            "1769948160000",
            "1769948160000000",
            "1769948160000000000",
            "1.76994816e9",
            "2026-02-01 12:16:00 UTC",
            "2026-02-01T12:16:00GMT",
            "2026-02-01T13:16:00+01:00[Europe/Berlin]",
            "20260201T121600Z",
            "20260201T131600.000+0100",
            "Sun, 01 Feb 2026 12:16:00 +0000",
            "Sun, 01 Feb 2026 12:16:00 GMT",
            "Sun Feb 01 2026 12:16:00 GMT+0000 (Coordinated Universal Time)",
            "Sun Feb 01 2026 04:16:00 GMT-0800",
        ] {
            assert_eq!(read_time(text), Some(NOON), "{text}");
        }
        assert_eq!(read_time("2026-02-01"), Some(NOON - (12 * 60 + 16) * 60_000_000_000));
        assert_eq!(read_time("2026-02-01T12:16:00,000000001Z"), Some(NOON + 1));
        assert_eq!(read_time("1769948160.000000001"), Some(NOON + 1));
        assert_eq!(read_time("1970-01-01T01:00:00.000000001+01:00"), Some(1));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "noon",
            "5",
            "-1769948160",
            "2026",
            "2026-13-01",
            "2026-02-30T00:00:00Z",
            "2026-02-01T25:00:00Z",
            "2026-02-01T12:16:00+1",
            "2026-02-01T12:16:00+01:00:00x",
            "2026-02-01é12:16",
            "Sun Feb 01 2026",
            "20260231T121600Z",
            "UTC",
            "[",
            "9999-12-31T23:59:59Z",
            "NaN",
            "inf",
            "1e400",
        ] {
            assert_eq!(read_time(text), None, "{text}");
        }
        assert!(is_unset(read_time("1970-01-01T00:00:00Z").unwrap()));
        assert!(!is_unset(1));
    }
}
