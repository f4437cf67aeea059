//! Days as people write them: `13/08/2025`, `8/13/25 5:00 PM`, `13.8.2025`, `8 Aug 2025`, `2025年8月13日`.
//!
//! Whether the day or the month comes first is never guessed: a day after the twelfth anywhere in a column decides for all of it.

use order_markdown::model::When;

/// What comes first in days that are written in figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sequence {
    DayFirst,
    MonthFirst,
}

/// What a cell says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    Day(When),
    /// A day in one sequence and another day in the other.
    Either,
    Nothing,
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// What comes first in the days of some cells; none where no cell tells or two contradict each other.
pub(crate) fn sequence<'a>(cells: impl Iterator<Item = &'a str>) -> Option<Sequence> {
    let mut told = cells.filter_map(|cell| Written::read(cell)?.told());
    let first = told.next()?;
    told.all(|it| it == first).then_some(first)
}

/// Whether a cell is a day in figures that are no standard's.
pub(crate) fn is_in_figures(cell: &str) -> bool {
    Written::read(cell).is_some()
}

/// Reads a cell. What is read is written as the standard has it, so that it is still a day when the order is written out.
pub(crate) fn read(text: &str, sequence: Option<Sequence>) -> Said {
    let figures = text.bytes().take_while(u8::is_ascii_digit).count();
    let standard = When::read(text);
    // `05-06-20` is a day of the year 5 to that reader, `2025.09.08` no more than a year.
    if figures == 4 && matches!(text.as_bytes().get(4), None | Some(b'-')) && standard.from.is_some() {
        return Said::Day(standard);
    }
    let Some(written) = Written::read(text) else { return Said::Nothing };
    match written.told().or(sequence) {
        None if written.is_open() => Said::Either,
        sequence => written.day(sequence).map_or(Said::Nothing, Said::Day),
    }
}

/// A day taken apart.
struct Written {
    /// Year, month and day where the day comes first.
    day_first: Option<String>,
    /// The same where the month comes first.
    month_first: Option<String>,
    /// The time of day as it can be read, with a blank before it.
    clock: String,
}

impl Written {
    fn read(text: &str) -> Option<Self> {
        let plain: String = text.trim().chars().map(mark).collect();
        let ([first, second, third], marks, rest) = parted(plain.trim())?;
        let clock = clock(rest)?;
        let both =
            |day: Option<String>| Self { day_first: day.clone(), month_first: day, clock: clock.clone() };
        let written = if first.len() == 4 && is_number(first) {
            both(date(first, &month_of(second), third))
        } else if !is_number(second) {
            both(date(third, &month_of(second), first))
        } else if !is_number(first) {
            both(date(third, &month_of(first), second))
        } else if marks == ["."; 2] {
            // Nobody who writes points puts the month first.
            both(date(third, second, first))
        } else {
            let same = marks[0] == marks[1] && first.len() <= 2 && second.len() <= 2;
            let [day_first, month_first] = [date(third, second, first), date(third, first, second)];
            Self { day_first: day_first.filter(|_| same), month_first: month_first.filter(|_| same), clock }
        };
        (written.day_first.is_some() || written.month_first.is_some()).then_some(written)
    }

    /// Where only one of both is a day, it tells the sequence.
    fn told(&self) -> Option<Sequence> {
        match (&self.day_first, &self.month_first) {
            (Some(_), None) => Some(Sequence::DayFirst),
            (None, Some(_)) => Some(Sequence::MonthFirst),
            _ => None,
        }
    }

    fn is_open(&self) -> bool {
        self.day_first != self.month_first
    }

    fn day(&self, sequence: Option<Sequence>) -> Option<When> {
        let date = if sequence == Some(Sequence::MonthFirst) { &self.month_first } else { &self.day_first };
        let when = When::read(&format!("{}{}", date.as_ref()?, self.clock));
        when.from.is_some().then_some(when)
    }
}

/// The characters that stand behind years, months and days are marks like others.
fn mark(letter: char) -> char {
    match letter {
        '年' | '月' | '년' | '월' => '-',
        '日' | '일' => ' ',
        _ => letter,
    }
}

fn is_number(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit())
}

/// Three parts, the two marks between them, and what comes after; eight figures alone are three parts too.
fn parted(text: &str) -> Option<([&str; 3], [&str; 2], &str)> {
    if text.len() == 8 && is_number(text) && (text.starts_with("19") || text.starts_with("20")) {
        return Some(([text.get(..4)?, text.get(4..6)?, text.get(6..)?], ["-"; 2], ""));
    }
    let (first, rest) = part(text)?;
    let (one, rest) = between(rest)?;
    let (second, rest) = part(rest)?;
    let (two, rest) = between(rest)?;
    let (third, rest) = part(rest)?;
    Some(([first, second, third], [one, two], rest))
}

/// Figures or letters at the beginning, and the rest.
fn part(text: &str) -> Option<(&str, &str)> {
    let is_figure = text.starts_with(|c: char| c.is_ascii_digit());
    let is_other = |c: char| if is_figure { !c.is_ascii_digit() } else { !c.is_alphabetic() };
    let end = text.find(is_other).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

/// The mark at the beginning without the blanks around it, and the rest.
fn between(text: &str) -> Option<(&str, &str)> {
    let end = text.find(char::is_alphanumeric)?;
    let (mark, rest) = text.split_at(end);
    let mark = mark.trim();
    ["", "/", ".", "-", ","].contains(&mark).then_some((mark, rest))
}

/// The number of a month by its English name or its first letters.
fn month_of(word: &str) -> String {
    let word = word.to_lowercase();
    let at = MONTHS.iter().position(|month| word.len() >= 3 && month.starts_with(&word));
    at.map_or(word, |at| (at + 1).to_string())
}

/// A date of the calendar as the standard writes it; a year of two figures is of this century.
fn date(year: &str, month: &str, day: &str) -> Option<String> {
    let number = |part: &str| part.parse::<u32>().ok().filter(|_| is_number(part));
    let year = match year.len() {
        2 => number(year)? + 2000,
        4 => number(year)?,
        _ => return None,
    };
    let date = format!("{year:04}-{:02}-{:02}", number(month)?, number(day)?);
    When::read(&date).from.is_some().then_some(date)
}

/// A time of day with a blank before it: hours of two figures, from 0 to 23. None where it is no time.
fn clock(rest: &str) -> Option<String> {
    let rest = rest.trim_start_matches(['T', ',', ' ']).to_uppercase();
    if rest.is_empty() {
        return Some(String::new());
    }
    let half = rest.strip_suffix("AM").map(|time| (time, 0)).or_else(|| Some((rest.strip_suffix("PM")?, 12)));
    let (hour, minutes) = half.map_or(rest.as_str(), |(time, _)| time.trim()).split_once(':')?;
    let hour = hour.parse::<u32>().ok()?;
    let hour = half.map_or(hour, |(_, more)| hour % 12 + more);
    Some(format!(" {hour:02}:{minutes}"))
}
