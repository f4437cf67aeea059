//! How a figure is written: shares, times, counts.

use crate::figures::model::{Figure, Goal, Rows, Shape};
use crate::figures::reads::measured::{Measured, Point};
use crate::figures::sums::percent;
use crate::web::format::number;

const MINUTE: i64 = 60_000_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// `12 min`, `3.2 h`, `6.5 d`; hours up to two days.
pub(super) fn span(micros: i64) -> String {
    let micros = micros.max(0);
    match micros {
        0..HOUR => format!("{} min", (micros + MINUTE / 2) / MINUTE),
        HOUR..172_800_000_000 => format!("{} h", tenths(micros, HOUR)),
        _ => format!("{} d", tenths(micros, DAY)),
    }
}

/// So many of a unit with one digit behind the point, which is left out where it is none.
fn tenths(micros: i64, unit: i64) -> String {
    let tenths = micros.saturating_add(unit / 20) / (unit / 10);
    match tenths % 10 {
        0 => number(tenths / 10),
        part => format!("{}.{part}", number(tenths / 10)),
    }
}

/// What it should be: `goal 85 %`, `goal 2 d`.
pub(super) fn goal(figure: Figure) -> Option<String> {
    figure.goal().map(|goal| match goal {
        Goal::Percent(least) => format!("goal {least} %"),
        Goal::Within(most) => format!("goal {}", span(most)),
    })
}

/// The figure of a whole period, or of one week of it; none where there is nothing to count.
pub(super) fn value(figure: Figure, point: &Point) -> Option<String> {
    match figure.shape() {
        Shape::Count => (point.counted > 0).then(|| number(point.hits)),
        Shape::Share => percent(point.hits, point.counted).map(|share| format!("{share} %")),
        Shape::Time => point.spread.map(|spread| span(spread.median)),
    }
}

/// What stands behind the figure: what of what, and its goal.
pub(super) fn note(figure: Figure, point: &Point) -> String {
    let said = match (figure.shape(), point.spread) {
        (Shape::Count, _) => format!("of {} open", number(point.counted)),
        (Shape::Share, _) => format!("{} of {}", number(point.hits), number(point.counted)),
        (Shape::Time, Some(spread)) if point.counted > 1 => {
            format!("median · {} for the slowest tenth", span(spread.slowest_tenth))
        }
        (Shape::Time, _) => "of one alone".to_owned(),
    };
    match goal(figure) {
        Some(goal) => format!("{said} · {goal}"),
        None => said,
    }
}

/// Whether it misses its goal; what has no goal misses none, but something late is always too much.
pub(super) fn is_missed(figure: Figure, point: &Point) -> bool {
    match (figure.goal(), figure.shape()) {
        (_, Shape::Count) => point.hits > 0,
        (Some(Goal::Percent(least)), _) => percent(point.hits, point.counted).is_some_and(|it| it < least),
        (Some(Goal::Within(most)), _) => point.spread.is_some_and(|spread| spread.median > most),
        (None, _) => false,
    }
}

/// Whether it was held against its goal: a figure of nothing says neither that its goal is met nor that it is missed.
pub(super) fn is_held(figure: Figure, point: &Point) -> bool {
    point.counted > 0 && figure.goal().is_some()
}

/// `17 orders`, `1 claim`.
pub(super) fn rows(figure: Figure, count: i64) -> String {
    let one = match figure.rows() {
        Rows::Orders => "order",
        Rows::Claims => "claim",
    };
    format!("{} {one}{}", number(count), if count == 1 { "" } else { "s" })
}

/// `17 counted`, and what they come to together where it is a time.
pub(super) fn counted(measured: &Measured) -> String {
    let point = &measured.whole;
    if point.counted == 0 {
        return "0 counted, so no figure is shown".to_owned();
    }
    let more = if measured.is_cut { " and more, which are not" } else { "" };
    let counted = format!("{} counted{more}", number(point.counted));
    match (measured.figure, point.spread) {
        (Figure::RepairTime, Some(spread)) => {
            let each = spread.sum / point.counted;
            format!("{counted}, {} together, {} each", span(spread.sum), span(each))
        }
        _ => counted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::sums::Spread;

    #[test]
    fn times_are_written_in_one_unit() {
        for (micros, words) in [
            (0, "0 min"),
            (29_000_000, "0 min"),
            (12 * MINUTE, "12 min"),
            (HOUR, "1 h"),
            (3 * HOUR + 12 * MINUTE, "3.2 h"),
            (47 * HOUR, "47 h"),
            (2 * DAY, "2 d"),
            (6 * DAY + 12 * HOUR, "6.5 d"),
            (-5, "0 min"),
        ] {
            assert_eq!(span(micros), words, "{micros}");
        }
    }

    #[test]
    fn nothing_to_count_is_no_figure_and_misses_nothing() {
        let nothing = Point::default();
        for figure in Figure::ALL {
            assert_eq!(value(figure, &nothing), None, "{figure:?}");
            assert!(!is_missed(figure, &nothing) && !is_held(figure, &nothing), "{figure:?}");
        }
        let slow = Point { counted: 2, hits: 2, spread: Spread::of(vec![DAY, 5 * DAY]) };
        assert_eq!(value(Figure::DoneToVerified, &slow).as_deref(), Some("3 d"));
        assert!(is_missed(Figure::DoneToVerified, &slow) && !is_missed(Figure::ReportToClosed, &slow));
        let share = Point { counted: 17, hits: 15, spread: None };
        assert!(is_held(Figure::PlannedWeek, &share) && !is_held(Figure::ClaimsTrue, &share));
        assert_eq!(note(Figure::PlannedWeek, &share), "15 of 17 · goal 85 %");
        assert!(!is_missed(Figure::PlannedWeek, &share) && is_missed(Figure::Preventive, &share));
        assert_eq!(value(Figure::Late, &Point { counted: 10, ..nothing }).as_deref(), Some("0"));
    }
}
