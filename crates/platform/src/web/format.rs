//! How figures and times are written on pages.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::fmt;

use crate::foundation::Timestamp;

use super::zone::Reading;

/// `1.2 s`, `340 ms`, `2 m 05 s`, from microseconds.
pub fn duration(micros: i64) -> String {
    let micros = micros.max(0);
    match micros {
        0..1_000 => format!("{micros} µs"),
        1_000..1_000_000 => format!("{} ms", micros / 1_000),
        1_000_000..60_000_000 => format!("{}.{} s", micros / 1_000_000, micros / 100_000 % 10),
        60_000_000..3_600_000_000 => format!("{} m {:02} s", micros / 60_000_000, micros / 1_000_000 % 60),
        _ => format!("{} h {:02} m", micros / 3_600_000_000, micros / 60_000_000 % 60),
    }
}

/// `12 345`: groups of three with a narrow no-break space.
pub fn number(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + 4);
    if value < 0 {
        out.push('−');
    }
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

/// A count that may be unknown, which is not zero.
pub fn known(count: Option<i64>) -> String {
    count.map_or_else(|| "–".to_owned(), number)
}

/// A moment as a `<time>` element in the reader's zone: short to read, whole with seconds and zone in its title, exact for
/// programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Time {
    at: Timestamp,
    now: Option<Timestamp>,
    is_precise: bool,
}

impl Time {
    /// `at`, as seen at `now` (which decides whether the year is named).
    pub fn new(at: Timestamp, now: Timestamp) -> Self {
        Self { at, now: Some(now), is_precise: false }
    }

    /// The same with the year, whenever it is seen.
    pub fn dated(at: impl Borrow<Timestamp>) -> Self {
        Self { at: *at.borrow(), now: None, is_precise: false }
    }

    /// To the millisecond.
    pub fn precise(at: impl Borrow<Timestamp>) -> Self {
        Self { at: *at.borrow(), now: None, is_precise: true }
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reader = Reading::current();
        let (exact, whole) = (self.at.to_rfc3339(), reader.whole(self.at));
        // What the reader chose stays; what nobody chose, scripts turn into the browser's zone.
        let own = if reader.is_chosen() { " data-own" } else { "" };
        if self.is_precise {
            let words = reader.write(self.at, "%Y-%m-%d %H:%M:%S%.3f");
            return write!(f, r#"<time datetime="{exact}" title="{whole}" data-precise{own}>{words}</time>"#);
        }
        let short = reader.short(self.at, self.now);
        write!(f, r#"<time datetime="{exact}" title="{whole}"{own}>{short}</time>"#)
    }
}

/// Digits, letters and colons of our own making only, and names of zones, which need no escape.
impl askama::filters::HtmlSafe for Time {}

/// When something is due, from the first moment that is too late. A day that was written without a time ends at midnight
/// and is meant itself: it is a day in every zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    until: Timestamp,
    now: Timestamp,
}

impl Due {
    /// What is late from `until` on, as seen at `now`.
    pub fn new(until: Timestamp, now: Timestamp) -> Self {
        Self { until, now }
    }

    /// `3 days late`: how many days have begun since the day it was due, as the reader counts days; on that day itself `late`.
    pub fn late(self) -> String {
        let (reader, last) = (Reading::current(), Timestamp(self.until.0.saturating_sub(1)));
        let day = if self.is_day() { last.to_chrono().date_naive() } else { reader.date(last) };
        match reader.date(self.now).signed_duration_since(day).num_days() {
            ..1 => "late".to_owned(),
            1 => "1 day late".to_owned(),
            days => format!("{} days late", number(days)),
        }
    }

    /// Whether a whole day was written, and no time of it.
    fn is_day(self) -> bool {
        self.until.0.rem_euclid(86_400_000_000) == 0
    }
}

impl fmt::Display for Due {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { until, now } = *self;
        let last = Timestamp(until.0.saturating_sub(1));
        if !self.is_day() {
            let minute = until.0.saturating_sub(1).div_euclid(60_000_000).saturating_mul(60_000_000);
            return Time::new(Timestamp(minute), now).fmt(f);
        }
        let words = Reading::current().day(last, now);
        write!(f, r#"<time datetime="{}">{words}</time>"#, last.to_chrono().format("%Y-%m-%d"))
    }
}

/// Digits, letters and colons of our own making only.
impl askama::filters::HtmlSafe for Due {}

/// `40 s`, `6 h`, `3 d`: how long something has waited, in one unit.
pub fn waited(since: Timestamp, now: Timestamp) -> String {
    let seconds = now.micros_since(since).max(0) / 1_000_000;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

/// What an error or a rule says, as a page says it: with a capital and a full stop.
pub fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().collect::<String>()).unwrap_or_default();
    let stop = if text.is_empty() || text.ends_with(['.', '!', '?', '…', ':']) { "" } else { "." };
    format!("{first}{}{stop}", chars.as_str())
}

/// An id for reading, never for comparing: whole up to 12 characters, else its first and last four.
pub fn short_id(id: &str) -> String {
    shortened(id, 12)
}

/// The ids of one list for reading: each as [`short_id`], those that would look alike with more of their ends, or whole.
pub fn short_ids<'a>(ids: &[&'a str]) -> HashMap<&'a str, String> {
    let mut shown = HashMap::new();
    let mut left: Vec<&str> = ids.to_vec();
    left.sort_unstable();
    left.dedup();
    for ends in [4, 6, 9, 14, usize::MAX] {
        let mut alike: HashMap<String, Vec<&str>> = HashMap::new();
        for id in std::mem::take(&mut left) {
            alike.entry(ends_of(id, 12.max(ends.saturating_mul(2)), ends)).or_default().push(id);
        }
        for (short, ids) in alike {
            match ids.as_slice() {
                [id] => drop(shown.insert(*id, short)),
                _ => left.extend(ids),
            }
        }
    }
    shown
}

/// An id that people may have chosen, as those of sessions: whole up to 24 characters, else as [`short_id`].
pub fn short_name(id: &str) -> String {
    shortened(id, 24)
}

fn shortened(id: &str, whole: usize) -> String {
    ends_of(id, whole, 4)
}

/// Whole up to so many characters, else so many of each end.
fn ends_of(id: &str, whole: usize, ends: usize) -> String {
    let length = id.chars().count();
    if length <= whole {
        return id.to_owned();
    }
    let head: String = id.chars().take(ends).collect();
    let tail: String = id.chars().skip(length - ends).collect();
    format!("{head}…{tail}")
}

/// Text from a client for a page: NUL becomes U+FFFD; the stored bytes keep it.
pub fn shown(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_list_look_different_and_stay_short() {
        let alike = [
            "aaaa00000000b00000000000001111",
            "aaaa00000000c00000000000001111",
            "aaaa22222222b00000000000001111",
        ];
        let shown = short_ids(
            &[alike.as_slice(), &["short", "short"], &["0af7651916cd43dd8448eb211c80319c"]].concat(),
        );
        assert_eq!(shown.len(), 5);
        assert_eq!(
            [shown["short"].as_str(), shown["0af7651916cd43dd8448eb211c80319c"].as_str()],
            ["short", "0af7…319c"]
        );
        assert_eq!(shown[alike[2]], "aaaa22…001111");
        let distinct: std::collections::HashSet<&String> = shown.values().collect();
        assert_eq!(distinct.len(), shown.len(), "{shown:?}");
    }

    #[test]
    fn what_is_said_begins_with_a_capital_and_ends() {
        for (text, said) in [
            ("say why", "Say why."),
            ("Is it so?", "Is it so?"),
            ("", ""),
            ("écrit.", "Écrit."),
            ("a JSON body", "A JSON body."),
        ] {
            assert_eq!(sentence(text), said);
        }
    }

    #[test]
    fn names_that_people_chose_stay_whole_longer_than_ids() {
        let (chosen, made) = ("parts-desk-2026-11", "0af7651916cd43dd8448eb211c80319c");
        assert_eq!([short_id(chosen), short_name(chosen)], ["part…6-11".to_owned(), chosen.to_owned()]);
        assert_eq!([short_id(made), short_name(made)], ["0af7…319c", "0af7…319c"]);
    }

    #[test]
    fn durations_have_one_sensible_unit() {
        for (micros, expected) in [
            (-5, "0 µs"),
            (999, "999 µs"),
            (340_000, "340 ms"),
            (1_250_000, "1.2 s"),
            (125_000_000, "2 m 05 s"),
            (3_661_000_000, "1 h 01 m"),
        ] {
            assert_eq!(duration(micros), expected);
        }
    }

    #[test]
    fn a_time_names_its_zone_and_its_year_when_it_is_another() {
        let at = Timestamp::parse_rfc3339("2026-11-21T09:30:05.5Z").unwrap();
        let later = Timestamp::parse_rfc3339("2027-01-02T00:00:00Z").unwrap();
        assert_eq!(
            Time::new(at, at).to_string(),
            r#"<time datetime="2026-11-21T09:30:05.500000Z" title="2026-11-21 09:30:05 UTC">21 Nov 09:30</time>"#
        );
        assert!(Time::new(at, later).to_string().contains(">21 Nov 2026 09:30<"));
    }

    #[test]
    fn a_due_day_is_a_day_and_a_due_moment_the_one_that_was_written() {
        let at = |text| Timestamp::parse_rfc3339(text).unwrap();
        let now = at("2026-11-21T09:30:00Z");
        for (until, words) in [
            ("2026-11-29T00:00:00Z", r#"<time datetime="2026-11-28">Sat 28 Nov</time>"#),
            ("2027-01-01T00:00:00Z", r#"<time datetime="2026-12-31">Thu 31 Dec</time>"#),
            ("2027-01-02T00:00:00Z", r#"<time datetime="2027-01-01">Fri 1 Jan 2027</time>"#),
        ] {
            assert_eq!(Due::new(at(until), now).to_string(), words, "{until}");
        }
        let moment = Due::new(at("2026-11-28T17:01:00Z"), now).to_string();
        assert!(
            moment.contains(r#"datetime="2026-11-28T17:00:00.000000Z""#) && moment.contains(">28 Nov 17:00<"),
            "{moment}"
        );
    }

    #[test]
    fn lateness_counts_the_days_after_the_day_it_was_due() {
        let at = |text| Timestamp::parse_rfc3339(text).unwrap();
        for (until, now, words) in [
            ("2026-11-27T00:00:00Z", "2026-12-01T09:00:00Z", "5 days late"),
            ("2026-12-01T00:00:00Z", "2026-12-01T00:00:00Z", "1 day late"),
            ("2026-12-01T00:00:00Z", "2026-12-01T21:00:00Z", "1 day late"),
            ("2026-12-01T17:01:00Z", "2026-12-01T18:00:00Z", "late"),
            ("2026-12-01T17:01:00Z", "2026-12-02T08:00:00Z", "1 day late"),
        ] {
            assert_eq!(Due::new(at(until), at(now)).late(), words, "{until} at {now}");
        }
    }

    #[test]
    fn an_unknown_count_is_a_dash_and_never_zero() {
        assert_eq!([known(None), known(Some(0)), known(Some(1_234))], ["–", "0", "1\u{202f}234"]);
    }

    #[test]
    fn waiting_is_told_in_one_unit() {
        let start = Timestamp(0);
        for (seconds, expected) in
            [(-5, "0 s"), (40, "40 s"), (61, "1 min"), (21_600, "6 h"), (172_800, "2 d")]
        {
            assert_eq!(waited(start, Timestamp(seconds * 1_000_000)), expected);
        }
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(number(0), "0");
        assert_eq!(number(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(number(-999), "−999");
    }
}
