//! Time: UTC microseconds from an injected clock.
//!
//! Both databases store the same integer, so nothing is rounded twice and hashed records agree.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, NaiveDate, NaiveDateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

/// UTC microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "diesel", derive(diesel_derive_newtype::DieselNewType))]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Whole nanoseconds since the epoch, cut to microseconds.
    pub fn from_nanos(nanos: i64) -> Self {
        Self(nanos.div_euclid(1_000))
    }

    /// Reads RFC 3339 / ISO 8601 with an offset; finer digits than microseconds are cut.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let parsed = DateTime::parse_from_rfc3339(text.trim()).ok()?;
        Some(Self(parsed.timestamp_micros()))
    }

    /// Reads a moment as programs write them: RFC 3339, also with a blank that was a plus before an address was read, without
    /// an offset (then UTC), or a day (then its midnight in UTC).
    pub fn parse_leniently(text: &str) -> Option<Self> {
        let text = text.trim();
        let utc = |naive: NaiveDateTime| Self(naive.and_utc().timestamp_micros());
        Self::parse_rfc3339(text)
            .or_else(|| Self::parse_rfc3339(&text.replacen(' ', "+", 1)))
            .or_else(|| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok().map(utc))
            .or_else(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0).map(utc))
    }

    /// The moment as a chrono value; out-of-range moments show as the epoch.
    pub fn to_chrono(self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0).unwrap_or_default()
    }

    /// `2026-11-21T09:30:00.123456Z`: six digits always, the form used in hashed records.
    pub fn to_rfc3339(self) -> String {
        self.to_chrono().to_rfc3339_opts(SecondsFormat::Micros, true)
    }

    /// `2026-11-21 09:30 UTC`, for pages and Markdown.
    pub fn to_minute(self) -> String {
        self.to_chrono().format("%Y-%m-%d %H:%M UTC").to_string()
    }

    /// This moment plus some microseconds, held at the ends of the range.
    #[must_use]
    pub fn plus_micros(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros))
    }

    /// Microseconds from `earlier` to `self`; negative when `earlier` is later.
    pub fn micros_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_rfc3339())
    }
}

/// Where the time comes from; tests bring their own.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    fn now(&self) -> Timestamp {
        Timestamp(Utc::now().timestamp_micros())
    }
}

/// A clock that stands still until it is told to move.
#[derive(Debug, Default)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock standing at `start`.
    pub fn at(start: Timestamp) -> Self {
        Self(AtomicI64::new(start.0))
    }

    /// Moves forward by `micros`.
    pub fn advance(&self, micros: i64) {
        self.0.fetch_add(micros, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_and_fine_digits_are_folded_into_utc_microseconds() {
        let a = Timestamp::parse_rfc3339("2026-02-01T13:16:00.123456789+01:00");
        let b = Timestamp::parse_rfc3339("2026-02-01T12:16:00.123456Z");
        assert!(a.is_some());
        assert_eq!(a, b);
    }

    #[test]
    fn negative_nanoseconds_are_cut_downwards() {
        assert_eq!(Timestamp::from_nanos(-1), Timestamp(-1));
        assert_eq!(Timestamp::from_nanos(1_999), Timestamp(1));
    }

    #[test]
    fn moments_come_in_many_forms() {
        for text in [
            "2026-11-21T09:30:00Z",
            "2026-11-21T10:30:00+01:00",
            "2026-11-21T10:30:00 01:00",
            "2026-11-21T09:30:00",
            "2026-11-21T09:30:00.000Z",
        ] {
            assert_eq!(Timestamp::parse_leniently(text), Some(Timestamp(1_795_253_400_000_000)), "{text}");
        }
        assert_eq!(Timestamp::parse_leniently("soon"), None);
    }
}
