//! Time in equal parts, and sums by hour as they are looked at. Pure.

use crate::fleet::model::{NONE, Named};
use crate::foundation::Timestamp;
use crate::series::{Series, Step, Sum};

/// An hour, in microseconds.
pub const HOUR: i64 = 3_600_000_000;
/// A day, in microseconds.
pub const DAY: i64 = 24 * HOUR;

/// What stands in the place of the persona before the first one.
pub const START: &str = "none";

/// Sums of one metric by hour.
pub type Measured = Vec<(Timestamp, Series, Sum)>;

/// Equal parts of a time, the oldest first. They begin at whole hours or days of UTC, as sums by hour do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bins {
    first: i64,
    step: i64,
    count: i64,
    /// From where on sums are there.
    since: i64,
    now: i64,
}

impl Bins {
    /// About thirty parts of a time: of an hour, a quarter of a day, a day, or three.
    pub fn of(from: Timestamp, to: Timestamp) -> Self {
        let step = match to.micros_since(from) / DAY {
            ..=1 => HOUR,
            2..=7 => 6 * HOUR,
            8..=31 => DAY,
            _ => 3 * DAY,
        };
        Self::by(from, to, step)
    }

    /// Parts of days of UTC.
    pub fn days(from: Timestamp, to: Timestamp) -> Self {
        Self::by(from, to, DAY)
    }

    fn by(from: Timestamp, to: Timestamp, step: i64) -> Self {
        let first = from.0.div_euclid(step).saturating_mul(step);
        let last = to.0.saturating_sub(1).div_euclid(step);
        let count = (last - first.div_euclid(step) + 1).max(1);
        Self { first, step, count, since: from.0.div_euclid(HOUR).saturating_mul(HOUR), now: to.0 }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        usize::try_from(self.count).unwrap_or(1)
    }

    /// How long the sums may be that are added up in them.
    pub fn step(&self) -> Step {
        Step::within(self.step)
    }

    /// Whether each is a day or more, so that the hour says nothing.
    pub fn are_days(&self) -> bool {
        self.step >= DAY
    }

    /// Which one a moment is in; none outside.
    pub fn place(&self, at: Timestamp) -> Option<usize> {
        let place = at.0.checked_sub(self.first)?.div_euclid(self.step);
        usize::try_from(place).ok().filter(|place| *place < self.count())
    }

    /// The first moment of each, and the first no longer in it.
    pub fn ends(&self) -> impl Iterator<Item = (Timestamp, Timestamp)> {
        let Self { first, step, count, .. } = *self;
        let begins = (0..count).map(move |nth| first.saturating_add(nth.saturating_mul(step)));
        begins.map(move |begin| (Timestamp(begin), Timestamp(begin.saturating_add(step))))
    }

    /// How much of each is in the time that was asked for, in microseconds: of the first and the last, a part.
    pub fn covered(&self) -> Vec<i64> {
        let (since, now) = (self.since, self.now);
        self.ends().map(|(begin, end)| end.0.min(now) - begin.0.max(since)).map(|it| it.max(1)).collect()
    }

    /// Adds up what belongs to each.
    pub fn sums<'a>(&self, rows: impl Iterator<Item = (&'a Timestamp, i64)>) -> Vec<i64> {
        let mut sums = vec![0_i64; self.count()];
        for (at, n) in rows {
            if let Some(sum) = self.place(*at).and_then(|place| sums.get_mut(place)) {
                *sum = sum.saturating_add(n);
            }
        }
        sums
    }
}

/// One of the labels of a series; empty where it has none there.
pub fn label(series: &Series, place: usize) -> &str {
    series.labels.get(place).map_or("", String::as_str)
}

/// Whether a label is what was asked for.
pub fn is_named(named: &Named, label: &str) -> bool {
    match named {
        Named::Anybody => true,
        Named::Nobody => label == NONE,
        Named::Is(name) => label == name,
    }
}

/// Every name that stands at a place, once each, in their order; what stands for no name is left out.
pub fn names<'a>(rows: impl Iterator<Item = &'a Series>, place: usize) -> Vec<String> {
    let mut names: Vec<String> = rows.map(|series| label(series, place).to_owned()).collect();
    names.retain(|name| !name.is_empty() && name != NONE && name != START);
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(test)]
pub(super) mod tests {
    use crate::series::Metric;

    use super::*;

    /// Of an hour since 1970.
    pub(in super::super) fn row(
        hour: i64,
        metric: Metric,
        labels: &[&str],
        n: i64,
    ) -> (Timestamp, Series, Sum) {
        let labels = labels.iter().map(|label| (*label).to_owned()).collect();
        (Timestamp(hour * HOUR), Series { metric, labels }, Sum { n, sum: 0, ..Sum::default() })
    }

    #[test]
    fn parts_are_about_thirty_and_begin_at_whole_hours_or_days() {
        let now = Timestamp(1_795_251_600_000_000 + HOUR / 2);
        for (days, count) in [(1, 25), (7, 29), (30, 31), (90, 31)] {
            let bins = Bins::of(now.plus_micros(-days * DAY), now.plus_micros(1));
            assert_eq!(bins.count(), count, "{days}");
            let ends: Vec<_> = bins.ends().collect();
            assert_eq!(ends.len(), count);
            assert!(ends[0].0.0 <= now.0 - days * DAY && ends[count - 1].1 > now, "{days}");
            assert_eq!(bins.place(now), Some(count - 1));
            assert_eq!(bins.place(ends[0].0.plus_micros(-1)), None);
            assert_eq!(bins.place(ends[count - 1].1), None);
        }
    }

    #[test]
    fn the_first_part_and_the_last_are_measured_by_what_is_there_of_them() {
        let day = Timestamp(20_778 * DAY);
        let bins = Bins::days(day.plus_micros(DAY / 2 + 1), day.plus_micros(2 * DAY + HOUR));
        assert_eq!(bins.covered(), [DAY / 2, DAY, HOUR]);
        let at = [day, day.plus_micros(DAY), day.plus_micros(DAY + 5), day.plus_micros(9 * DAY)];
        assert_eq!(bins.sums(at.iter().map(|at| (at, 2))), [2, 4, 0]);
    }

    #[test]
    fn names_are_those_that_somebody_gave() {
        let rows = ["b", NONE, "a", "b", START].map(|name| row(0, Metric::PersonaDuration, &[name, "x"], 1));
        assert_eq!(names(rows.iter().map(|(_, series, _)| series), 0), ["a", "b"]);
        assert!(is_named(&Named::Nobody, NONE) && !is_named(&Named::Is("a".to_owned()), "b"));
        assert_eq!(label(&rows[0].1, 7), "");
    }
}
