//! Figures of these pages in words.

use crate::fleet::costs::day_of;
use crate::foundation::Timestamp;
use crate::performance::model::DAY;
use crate::web::format::number;
use crate::web::zone::Reading;

/// What stands for the persona before the first one.
pub(super) const BEFORE: &str = "start";

/// `340 ms`, `1.2 s`, `41 s`, `5 min 12 s`, `1 h 05 min`, from microseconds.
pub(super) fn took(micros: i64) -> String {
    let micros = micros.max(0);
    let (seconds, minutes) = (micros / 1_000_000, micros / 60_000_000);
    match micros {
        0 => "0".to_owned(),
        1..1_000 => format!("{micros}\u{a0}µs"),
        1_000..1_000_000 => format!("{}\u{a0}ms", micros / 1_000),
        1_000_000..10_000_000 if micros % 1_000_000 >= 100_000 => {
            format!("{seconds}.{}\u{a0}s", micros / 100_000 % 10)
        }
        1_000_000..60_000_000 => format!("{seconds}\u{a0}s"),
        60_000_000..3_600_000_000 if seconds % 60 == 0 => format!("{minutes}\u{a0}min"),
        60_000_000..3_600_000_000 => format!("{minutes}\u{a0}min {:02}\u{a0}s", seconds % 60),
        _ if minutes % 60 == 0 => format!("{}\u{a0}h", minutes / 60),
        _ => format!("{}\u{a0}h {:02}\u{a0}min", minutes / 60, minutes % 60),
    }
}

/// Thousandths as a decimal number: `6.8`, `0.02`.
pub(super) fn thousandths(value: i64) -> String {
    let text = format!("{}.{:03}", value / 1_000, value % 1_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Hundredths of a per cent: `98.3 %`.
pub(super) fn of_hundred(share: i64) -> String {
    let tenths = (share + 5) / 10;
    if tenths % 10 == 0 {
        format!("{}\u{a0}%", tenths / 10)
    } else {
        format!("{}.{}\u{a0}%", tenths / 10, tenths % 10)
    }
}

/// When a part of the time is, on an axis: days are those of UTC, hours those of the reader.
pub(super) fn tick(at: Timestamp, is_day: bool) -> String {
    if is_day { at.to_chrono().format("%-d %b").to_string() } else { Reading::current().write(at, "%H:%M") }
}

/// Each part of a time on an axis; hours of more than a day name the day as well, or nobody knows which noon it is.
pub(super) fn ticks(begins: &[Timestamp], is_day: bool) -> Vec<String> {
    let whole = begins.first().zip(begins.last()).map_or(0, |(first, last)| last.micros_since(*first));
    let names_day = !is_day && whole > DAY;
    let write = |at: &Timestamp| {
        if names_day { Reading::current().write(*at, "%a %H:%M") } else { tick(*at, is_day) }
    };
    begins.iter().map(write).collect()
}

/// The same with the day, as a title says it.
pub(super) fn when(at: Timestamp, is_day: bool) -> String {
    if is_day {
        at.to_chrono().format("%a %-d %b").to_string()
    } else {
        Reading::current().write(at, "%a %-d %b %H:%M")
    }
}

/// A part of the time as the list of traces takes it: whole days of UTC, or from one moment up to another.
pub(super) fn span((begin, end): (Timestamp, Timestamp), is_day: bool) -> [String; 2] {
    if is_day {
        [begin, end.plus_micros(-1)].map(|at| day_of(at.0.div_euclid(DAY)))
    } else {
        [begin, end].map(Timestamp::to_rfc3339)
    }
}

/// A name of somebody's, short enough for a label.
pub(super) fn short(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let head: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{head}…")
}

/// `1 run`, `2 runs`.
pub(super) fn counted(n: i64, one: &str) -> String {
    format!("{} {one}{}", number(n), if n == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_of_more_than_a_day_name_the_day() {
        // A Saturday.
        let from = Timestamp(1_795_219_200_000_000);
        let every = |hours: i64, many: i64| -> Vec<Timestamp> {
            (0..many).map(|place| from.plus_micros(place * hours * DAY / 24)).collect()
        };
        assert_eq!(ticks(&every(6, 4), false), ["00:00", "06:00", "12:00", "18:00"]);
        assert_eq!(ticks(&every(18, 3), false), ["Sat 00:00", "Sat 18:00", "Sun 12:00"]);
        assert_eq!(ticks(&every(24, 3), true), ["21 Nov", "22 Nov", "23 Nov"]);
        assert!(ticks(&[], false).is_empty());
    }

    #[test]
    fn durations_are_told_as_people_read_a_clock() {
        for (micros, words) in [
            (-1, "0"),
            (900, "900\u{a0}µs"),
            (340_000, "340\u{a0}ms"),
            (1_250_000, "1.2\u{a0}s"),
            (9_000_000, "9\u{a0}s"),
            (41_000_000, "41\u{a0}s"),
            (300_000_000, "5\u{a0}min"),
            (312_000_000, "5\u{a0}min 12\u{a0}s"),
            (3_900_000_000, "1\u{a0}h 05\u{a0}min"),
            (7_200_000_000, "2\u{a0}h"),
        ] {
            assert_eq!(took(micros), words);
        }
    }

    #[test]
    fn numbers_have_no_digits_that_say_nothing() {
        assert_eq!([6_800, 8_000, 20, 0].map(thousandths), ["6.8", "8", "0.02", "0"]);
        assert_eq!(
            [9_833, 10_000, 8_099, 0].map(of_hundred),
            ["98.3\u{a0}%", "100\u{a0}%", "81\u{a0}%", "0\u{a0}%"]
        );
        assert_eq!((short("abcdef", 4), short("abcd", 4)), ("abc…".to_owned(), "abcd".to_owned()));
        assert_eq!(
            (counted(1, "run"), counted(1_200, "run")),
            ("1 run".to_owned(), "1\u{202f}200 runs".to_owned())
        );
    }
}
