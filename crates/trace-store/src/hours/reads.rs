//! Which parts of a time range are read from the sums, and which from the rows.

use diesel::prelude::*;

use crate::db::schema::metric_marks;
use crate::db::{AnyConnection, each};
use crate::foundation::{ProjectKey, Result, Timestamp};
use crate::hours::store::marks::{HOUR, hour_of};

/// More parts than this make a longer statement than it is worth: then all is read from the rows.
const MOST: usize = 64;

/// A part of a time range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// From this microsecond on.
    pub from: i64,
    /// Up to but without this one.
    pub to: i64,
    /// Whether it is read from the sums.
    pub is_summed: bool,
}

impl Window {
    /// A range to be read from the rows.
    pub fn of_rows(from: Timestamp, to: Timestamp) -> Self {
        Self { from: from.0, to: to.0, is_summed: false }
    }
}

/// The parts of a range, in order. To be read in the same snapshot as the parts themselves.
pub fn windows(
    conn: &mut AnyConnection,
    project: ProjectKey,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<Window>> {
    let marked: Vec<i64> = each!(conn, |c| metric_marks::table
        .filter(metric_marks::project.eq(project))
        .filter(metric_marks::start_at.ge(hour_of(from.0)))
        .filter(metric_marks::start_at.lt(to.0))
        .select(metric_marks::start_at)
        .distinct()
        .order(metric_marks::start_at.asc())
        .load(c))?;
    Ok(cut(from.0, to.0, &marked))
}

/// Whole hours without a mark are summed. Before 1970 nothing is: SQL and Rust divide negative numbers differently.
fn cut(from: i64, to: i64, marked: &[i64]) -> Vec<Window> {
    let (first, last) = (hour_of(from.saturating_add(HOUR - 1)), hour_of(to));
    let rows = vec![Window { from, to, is_summed: false }];
    if from < 0 || first >= last {
        return rows;
    }
    let mut cut = Vec::new();
    let mut at = first;
    push(&mut cut, from, first, false);
    for hour in marked.iter().copied().filter(|hour| (first..last).contains(hour)) {
        push(&mut cut, at, hour, true);
        push(&mut cut, hour, hour + HOUR, false);
        at = hour + HOUR;
    }
    push(&mut cut, at, last, true);
    push(&mut cut, last, to, false);
    if cut.len() > MOST { rows } else { cut }
}

fn push(cut: &mut Vec<Window>, from: i64, to: i64, is_summed: bool) {
    match cut.last_mut() {
        _ if from >= to => {}
        Some(last) if last.is_summed == is_summed => last.to = to,
        _ => cut.push(Window { from, to, is_summed }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(from: i64, to: i64, marked: &[i64]) -> String {
        let hours = |at: i64| if at % HOUR == 0 { format!("{}", at / HOUR) } else { "-".to_owned() };
        let part = |it: &Window| {
            format!("{}{}..{}", if it.is_summed { "s" } else { "r" }, hours(it.from), hours(it.to))
        };
        cut(from, to, marked).iter().map(part).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn clean_whole_hours_are_summed_and_the_rest_is_read() {
        let h = HOUR;
        for (from, to, marked, wanted) in [
            (0, 3 * h, vec![], "s0..3"),
            (0, 3 * h, vec![h], "s0..1 r1..2 s2..3"),
            (5, 3 * h + 5, vec![], "r-..1 s1..3 r3..-"),
            (5, 4 * h + 5, vec![h, 2 * h], "r-..3 s3..4 r4..-"),
            (5, h - 5, vec![], "r-..-"),
            (-h, h, vec![], "r-1..1"),
            (h, 2 * h, vec![h], "r1..2"),
        ] {
            assert_eq!(shown(from, to, &marked), wanted);
        }
        let odd: Vec<i64> = (0..100).map(|n| 2 * n * h).collect();
        assert_eq!(shown(0, 200 * h, &odd), "r0..200", "too many parts");
    }
}
