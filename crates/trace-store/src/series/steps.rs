//! Steps of time that sums are kept for, and which of them a time is read from. Pure.

use crate::hours::marks::HOUR;

/// How long one sum is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    Hour,
    /// A quarter of a day of UTC.
    Quarter,
    /// A day of UTC.
    Day,
    /// All time.
    Ever,
}

impl Step {
    /// All of them, the shortest first.
    pub const ALL: [Self; 4] = [Self::Hour, Self::Quarter, Self::Day, Self::Ever];

    /// How many hours it has, as it is stored; all time has no number.
    pub fn hours(self) -> i16 {
        match self {
            Self::Hour => 1,
            Self::Quarter => 6,
            Self::Day => 24,
            Self::Ever => 0,
        }
    }

    /// The step of so many hours.
    pub fn of_hours(hours: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.hours() == hours)
    }

    /// The longest step that so many microseconds are a multiple of.
    pub fn within(micros: i64) -> Self {
        let fits = |step: &Self| micros > 0 && micros % step.micros() == 0;
        [Self::Day, Self::Quarter].into_iter().find(fits).unwrap_or(Self::Hour)
    }

    /// The first microsecond of the step that a moment is in; all time is said to begin at 0.
    pub fn of(self, at: i64) -> i64 {
        at.checked_div_euclid(self.micros()).unwrap_or_default().saturating_mul(self.micros())
    }

    fn micros(self) -> i64 {
        i64::from(self.hours()) * HOUR
    }

    fn shorter(self) -> Option<Self> {
        match self {
            Self::Hour => None,
            Self::Quarter => Some(Self::Hour),
            Self::Day => Some(Self::Quarter),
            Self::Ever => Some(Self::Day),
        }
    }
}

/// A part of a time that is read from sums of one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    pub step: Step,
    /// From this microsecond on.
    pub from: i64,
    /// Up to but without this one.
    pub to: i64,
}

/// Cuts a time of whole hours into as few steps as can be, none longer than `longest`.
pub fn cut(from: i64, to: i64, longest: Step) -> Vec<Part> {
    let mut parts = Vec::new();
    cut_into(from, to, longest, &mut parts);
    parts
}

fn cut_into(from: i64, to: i64, step: Step, parts: &mut Vec<Part>) {
    if from >= to {
        return;
    }
    let (first, last) = (step.of(from.saturating_add(step.micros() - 1)), step.of(to));
    let Some(shorter) = step.shorter() else {
        parts.push(Part { step, from, to });
        return;
    };
    if first >= last {
        return cut_into(from, to, shorter, parts);
    }
    cut_into(from, first, shorter, parts);
    parts.push(Part { step, from: first, to: last });
    cut_into(last, to, shorter, parts);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(from: i64, to: i64, longest: Step) -> String {
        let part = |it: &Part| format!("{}h{}..{}", it.step.hours(), it.from / HOUR, it.to / HOUR);
        cut(from * HOUR, to * HOUR, longest).iter().map(part).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_time_is_read_from_the_longest_steps_that_fit_into_it() {
        assert_eq!(shown(0, 48, Step::Day), "24h0..48");
        assert_eq!(shown(5, 80, Step::Day), "1h5..6 6h6..24 24h24..72 6h72..78 1h78..80");
        assert_eq!(shown(5, 30, Step::Quarter), "1h5..6 6h6..30");
        assert_eq!(shown(1, 5, Step::Day), "1h1..5");
        assert_eq!(shown(7, 7, Step::Day), "");
        assert_eq!(shown(5, 30, Step::Ever), shown(5, 30, Step::Day));
        let day = 24 * HOUR;
        assert_eq!(
            [day, 3 * day, 6 * HOUR, HOUR, 5].map(Step::within),
            [Step::Day, Step::Day, Step::Quarter, Step::Hour, Step::Hour]
        );
    }

    proptest! {
        #[test]
        fn parts_follow_on_each_other_and_begin_and_end_with_their_steps(from in -60_i64..200, long in 0_i64..200) {
            let parts = cut(from * HOUR, (from + long) * HOUR, Step::Day);
            let mut at = from * HOUR;
            for part in parts {
                prop_assert_eq!(part.from, at);
                prop_assert!(part.to > part.from);
                prop_assert_eq!((part.step.of(part.from), part.step.of(part.to)), (part.from, part.to));
                at = part.to;
            }
            prop_assert_eq!(at, (from + long) * HOUR);
        }
    }
}
