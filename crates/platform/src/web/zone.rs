//! In whose zone and in which form the moments of a page are written: the reader's, for as long as their request is
//! answered. Whoever has set nothing gets UTC, which scripts then turn into the browser's own zone.
//!
//! The reader is set once, around the whole answer, and [`super::format`] asks here; nothing hands a zone through pages.
//! What is exported or sent to programs never passes here and stays UTC.

use chrono::format::{DelayedFormat, StrftimeItems};
use chrono::{NaiveDate, NaiveTime, TimeDelta, TimeZone as _};
use chrono_tz::Tz;

use crate::foundation::Timestamp;

tokio::task_local! {
    static READER: Reading;
}

/// How somebody reads moments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    zone: Option<Tz>,
    pub dates: Dates,
}

/// The form of a date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dates {
    /// `21 Nov 09:30`
    #[default]
    DayFirst,
    /// `Nov 21, 09:30`
    MonthFirst,
    /// `2026-11-21 09:30`, in no language.
    Numbers,
}

impl Dates {
    /// Every form.
    pub const ALL: [Self; 3] = [Self::DayFirst, Self::MonthFirst, Self::Numbers];

    /// The word stored; empty for the usual form.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DayFirst => "",
            Self::MonthFirst => "month_first",
            Self::Numbers => "numbers",
        }
    }

    /// Reads the word back.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.as_str() == word)
    }

    /// How it looks.
    pub fn example(self) -> &'static str {
        match self {
            Self::DayFirst => "21 Nov 2026 09:30",
            Self::MonthFirst => "Nov 21, 2026 09:30",
            Self::Numbers => "2026-11-21 09:30",
        }
    }

    fn pattern(self, with_year: bool) -> &'static str {
        match (self, with_year) {
            (Self::DayFirst, false) => "%-d %b %H:%M",
            (Self::DayFirst, true) => "%-d %b %Y %H:%M",
            (Self::MonthFirst, false) => "%b %-d, %H:%M",
            (Self::MonthFirst, true) => "%b %-d, %Y %H:%M",
            (Self::Numbers, _) => "%Y-%m-%d %H:%M",
        }
    }

    fn day_pattern(self, with_year: bool) -> &'static str {
        match (self, with_year) {
            (Self::DayFirst, false) => "%a %-d %b",
            (Self::DayFirst, true) => "%a %-d %b %Y",
            (Self::MonthFirst, false) => "%a %b %-d",
            (Self::MonthFirst, true) => "%a %b %-d, %Y",
            (Self::Numbers, _) => "%Y-%m-%d",
        }
    }
}

impl Reading {
    /// In a zone by its IANA name and with a form by its stored word; what is unknown is as if it were not set.
    pub fn of(zone: &str, dates: &str) -> Self {
        Self { zone: zone.parse().ok(), dates: Dates::read(dates).unwrap_or_default() }
    }

    /// How the reader of the present answer reads.
    pub fn current() -> Self {
        READER.try_with(|reading| *reading).unwrap_or_default()
    }

    /// Whether the reader chose a zone, so that scripts leave it alone.
    pub fn is_chosen(self) -> bool {
        self.zone.is_some()
    }

    /// What the page says of its zone.
    pub fn zone_name(self) -> String {
        self.zone.map_or_else(|| "UTC".to_owned(), |zone| zone.name().replace('_', " "))
    }

    /// A moment in a pattern of `strftime`, in the reader's zone.
    pub fn write(self, at: Timestamp, pattern: &'static str) -> String {
        match self.zone {
            Some(zone) => format_in(at, zone, pattern),
            None => at.to_chrono().format(pattern).to_string(),
        }
    }

    /// Short, with the year where it is another than at `now`; always with the year where there is no `now`.
    pub fn short(self, at: Timestamp, now: Option<Timestamp>) -> String {
        let same_year = now.is_some_and(|now| self.write(at, "%Y") == self.write(now, "%Y"));
        self.write(at, self.dates.pattern(!same_year))
    }

    /// To the second, with its zone.
    pub fn whole(self, at: Timestamp) -> String {
        match self.zone {
            Some(zone) => format!("{} {}", format_in(at, zone, "%Y-%m-%d %H:%M:%S %:z"), zone.name()),
            None => at.to_chrono().format("%Y-%m-%d %H:%M:%S UTC").to_string(),
        }
    }

    /// The day on which a moment lies.
    pub fn date(self, at: Timestamp) -> NaiveDate {
        let at = at.to_chrono();
        self.zone.map_or_else(|| at.date_naive(), |zone| at.with_timezone(&zone).date_naive())
    }

    /// The first moment of a day. Where clocks are put forward at midnight that is when the day begins there; a day that a zone
    /// left out has none, and its place is that of the next one.
    pub fn begins(self, day: NaiveDate) -> Timestamp {
        self.at_hour(day, 0)
    }

    /// The moment at which an hour of a day begins, 0 to 23: the first one where it comes twice, and the next that there is where
    /// clocks jump over it.
    pub fn at_hour(self, day: NaiveDate, hour: u32) -> Timestamp {
        let asked = day.and_time(NaiveTime::from_hms_opt(hour.min(23), 0, 0).unwrap_or(NaiveTime::MIN));
        let plain = Timestamp(asked.and_utc().timestamp_micros());
        let Some(zone) = self.zone else { return plain };
        let first = (0..=96).find_map(|quarter| {
            let local = asked.checked_add_signed(TimeDelta::minutes(15 * quarter))?;
            zone.from_local_datetime(&local).earliest()
        });
        first.map_or(plain, |first| Timestamp(first.timestamp_micros()))
    }

    /// The day that something is due on, from the first moment that is too late: what ends at midnight in UTC was written as a
    /// day and is that day in every zone ([`super::format::Due`]).
    pub fn due_day(self, until: Timestamp) -> NaiveDate {
        let last = Timestamp(until.0.saturating_sub(1));
        if until.0.rem_euclid(86_400_000_000) == 0 { last.to_chrono().date_naive() } else { self.date(last) }
    }

    /// A day, which is the same day in every zone: `day` is any moment of it in UTC.
    pub fn day(self, day: Timestamp, now: Timestamp) -> String {
        let same_year = day.to_chrono().format("%Y").to_string() == self.write(now, "%Y");
        day.to_chrono().format(self.dates.day_pattern(!same_year)).to_string()
    }
}

fn format_in(at: Timestamp, zone: Tz, pattern: &'static str) -> String {
    let local = at.to_chrono().with_timezone(&zone);
    let written: DelayedFormat<StrftimeItems<'_>> = local.format(pattern);
    written.to_string()
}

/// Answers a request with this reader's zone and form for every moment that is written meanwhile.
pub async fn reading<F: Future>(reading: Reading, answer: F) -> F::Output {
    READER.scope(reading, answer).await
}

/// Whether this is the name of a zone.
pub fn is_known(name: &str) -> bool {
    name.parse::<Tz>().is_ok()
}

/// The names of all zones, for a list to choose from.
pub fn names() -> impl Iterator<Item = &'static str> {
    chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_rfc3339(text).unwrap()
    }

    #[test]
    fn a_moment_is_written_in_the_readers_zone_and_form_with_the_zone_named() {
        let moment = at("2026-07-01T22:30:05Z");
        let utc = Reading::default();
        assert_eq!(
            (utc.short(moment, Some(moment)), utc.whole(moment)),
            ("1 Jul 22:30".to_owned(), "2026-07-01 22:30:05 UTC".to_owned())
        );
        let lisbon = Reading::of("Europe/Lisbon", "month_first");
        assert_eq!(lisbon.short(moment, Some(moment)), "Jul 1, 23:30");
        assert_eq!(lisbon.whole(moment), "2026-07-01 23:30:05 +01:00 Europe/Lisbon");
        let kathmandu = Reading::of("Asia/Kathmandu", "numbers");
        assert_eq!(kathmandu.short(moment, None), "2026-07-02 04:15");
        assert_eq!(Reading::of("Mars/Olympus", "roman"), utc);
    }

    #[test]
    fn the_year_is_the_readers_and_a_day_is_a_day_everywhere() {
        let (eve, now) = (at("2026-12-31T23:30:00Z"), at("2027-01-02T00:00:00Z"));
        assert_eq!(Reading::of("Asia/Tokyo", "").short(eve, Some(now)), "1 Jan 08:30");
        assert_eq!(Reading::of("America/New_York", "").short(eve, Some(now)), "31 Dec 2026 18:30");
        for zone in ["", "Asia/Tokyo", "Pacific/Honolulu"] {
            assert_eq!(
                Reading::of(zone, "").day(at("2026-11-28T23:59:59Z"), at("2026-11-21T09:00:00Z")),
                "Sat 28 Nov"
            );
        }
    }

    #[test]
    fn a_day_begins_where_the_reader_is_also_when_clocks_change() {
        for (zone, day, begins, ends) in [
            ("", "2026-12-01", "2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z"),
            // 23 and 25 hours long.
            ("Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
            ("Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
            // Clocks go from 0:00 to 1:00, and from 1:00 back to 0:00.
            ("America/Santiago", "2026-09-06", "2026-09-06T04:00:00Z", "2026-09-07T03:00:00Z"),
            ("America/Havana", "2026-11-01", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"),
            // A day that was never there is empty.
            ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z"),
            ("Asia/Kathmandu", "2028-02-29", "2028-02-28T18:15:00Z", "2028-02-29T18:15:00Z"),
        ] {
            let (reader, day) = (Reading::of(zone, ""), day.parse::<NaiveDate>().unwrap());
            assert_eq!(reader.begins(day), at(begins), "{zone} {day}");
            assert_eq!(reader.begins(day.succ_opt().unwrap()), at(ends), "{zone} {day}");
        }
    }

    #[test]
    fn an_hour_comes_once_a_day_where_the_reader_is_also_when_clocks_change() {
        for (zone, day, hour, comes) in [
            ("", "2026-03-29", 7, "2026-03-29T07:00:00Z"),
            ("Europe/Berlin", "2026-03-28", 7, "2026-03-28T06:00:00Z"),
            ("Europe/Berlin", "2026-03-29", 7, "2026-03-29T05:00:00Z"),
            // Two o'clock is not there that day, and comes twice on the other.
            ("Europe/Berlin", "2026-03-29", 2, "2026-03-29T01:00:00Z"),
            ("Europe/Berlin", "2026-10-25", 2, "2026-10-25T00:00:00Z"),
            ("Asia/Kathmandu", "2026-11-21", 23, "2026-11-21T17:15:00Z"),
        ] {
            let reader = Reading::of(zone, "");
            assert_eq!(reader.at_hour(day.parse().unwrap(), hour), at(comes), "{zone} {day} {hour}");
        }
    }

    #[test]
    fn what_is_due_on_a_day_is_due_on_that_day_everywhere_and_a_moment_where_it_is_read() {
        for zone in ["", "Asia/Tokyo", "Pacific/Honolulu"] {
            assert_eq!(
                Reading::of(zone, "").due_day(at("2028-03-01T00:00:00Z")).to_string(),
                "2028-02-29",
                "{zone}"
            );
        }
        let late = at("2026-11-28T22:31:00Z");
        for (zone, day) in
            [("", "2026-11-28"), ("Asia/Tokyo", "2026-11-29"), ("Pacific/Honolulu", "2026-11-28")]
        {
            assert_eq!(Reading::of(zone, "").due_day(late).to_string(), day, "{zone}");
        }
    }

    #[test]
    fn zones_are_known_by_their_names_and_none_needs_an_escape() {
        assert!(is_known("Europe/Lisbon") && !is_known("Lisbon") && !is_known(""));
        assert!(names().count() > 400);
        assert!(names().all(|name| name.bytes().all(|b| b.is_ascii_alphanumeric() || b"/_+-".contains(&b))));
    }
}
