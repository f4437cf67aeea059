//! When a budget runs out, and how far such predictions were off. Pure.
//!
//! The method: the next hour goes on at the pace of the last one (from the beginning of the hour before this one), and what comes
//! after it at that of the last seven days. So a burst is seen an hour ahead, and a quiet night does not make a day look cheap.
//! Nothing is predicted before there are three days of past. The usual error is that of the same method on the last thirty days: at
//! each of their ends, back from now, the use of the day that followed is predicted from what was known by then, and held against
//! what it was; the middle one of these errors, as a share of the use, is told. Days on which nothing was used are left out.

use std::collections::BTreeMap;

use crate::foundation::Timestamp;

/// An hour, in microseconds.
pub const HOUR: i64 = 3_600_000_000;
/// Hours that the pace is taken from.
const WEEK: i64 = 7 * 24;
/// Hours of past without which nothing is predicted.
const LEAST: i64 = 3 * 24;
/// Days that predictions are tried on.
const TRIED: i64 = 30;
/// Days that must be tried on before an error is told.
const LEAST_TRIED: usize = 3;
/// Hours from now on that are looked at: what lasts longer than ten years lasts.
const FARTHEST: f64 = 10.0 * 366.0 * 24.0;

/// Hours of past that are looked at: those that are tried on, and those before them that the first of these needs.
pub const HOURS: i64 = TRIED * 24 + WEEK + 1;

/// What was used in each hour, by the number of the hour since 1970; hours without use need not be there.
pub type Past = BTreeMap<i64, i64>;

/// How fast it goes, and how far that can be relied on.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pace {
    /// In an hour, as in the last one.
    pub lately: f64,
    /// In an hour, as in the last seven days.
    pub usual: f64,
    /// Whether there are fewer than three days of past.
    pub is_young: bool,
    /// The middle error of predictions of a day, as a share of its use; none where too few days could be tried.
    pub usual_error: Option<f64>,
}

/// The pace at a moment.
pub fn pace(past: &Past, now: Timestamp) -> Pace {
    let hour = now.0.div_euclid(HOUR);
    let begun = real(now.0.rem_euclid(HOUR)) / real(HOUR);
    let first = past.iter().find(|(_, used)| **used > 0).map(|(hour, _)| *hour);
    let Some(first) = first.filter(|first| *first <= hour) else {
        return Pace { is_young: true, ..Pace::default() };
    };
    let known = hour - first;
    let span = (real(known.min(WEEK)) + begun).max(1.0);
    Pace {
        lately: real(sum(past, hour - 1, hour + 1)) / (1.0 + begun),
        usual: real(sum(past, hour - WEEK, hour + 1)) / span,
        is_young: known < LEAST,
        usual_error: usual_error(past, first, hour),
    }
}

impl Pace {
    /// What is used in so many hours from now on.
    pub fn in_hours(&self, hours: f64) -> f64 {
        self.lately * hours.clamp(0.0, 1.0) + self.usual * (hours - 1.0).max(0.0)
    }

    /// When this much is used up; none where there is too little past, where nothing goes, or where it takes more than ten years.
    /// What is used up already has no such moment.
    pub fn runs_out(&self, remaining: i64, now: Timestamp) -> Option<Timestamp> {
        if self.is_young || remaining <= 0 {
            return None;
        }
        let left = real(remaining);
        let hours = if left <= self.lately {
            left / self.lately
        } else if self.usual > 0.0 {
            1.0 + (left - self.lately) / self.usual
        } else {
            return None;
        };
        (hours <= FARTHEST).then(|| now.plus_micros(whole(hours * real(HOUR))))
    }
}

/// The middle error on the days before this hour that could be tried.
fn usual_error(past: &Past, first: i64, hour: i64) -> Option<f64> {
    let ends = (1..=TRIED).map(|day| hour - day * 24).filter(|end| end - first >= LEAST);
    let mut errors: Vec<f64> = ends.filter_map(|end| error_at(past, first, end)).collect();
    errors.sort_by(f64::total_cmp);
    let middle = errors.len() / 2;
    if errors.len() < LEAST_TRIED {
        None
    } else if errors.len() % 2 == 1 {
        errors.get(middle).copied()
    } else {
        Some(f64::midpoint(*errors.get(middle - 1)?, *errors.get(middle)?))
    }
}

/// How far the prediction at the beginning of an hour was off over the day that followed.
fn error_at(past: &Past, first: i64, end: i64) -> Option<f64> {
    let span = real((end - first).min(WEEK)).max(1.0);
    let pace = Pace {
        lately: real(sum(past, end - 1, end)),
        usual: real(sum(past, end - WEEK, end)) / span,
        ..Pace::default()
    };
    let was = real(sum(past, end, end + 24));
    (was > 0.0).then(|| (pace.in_hours(24.0) - was).abs() / was)
}

/// What was used from one hour up to but without another.
fn sum(past: &Past, from: i64, to: i64) -> i64 {
    past.range(from..to).fold(0, |sum, (_, used)| sum.saturating_add(*used))
}

#[expect(clippy::cast_precision_loss, reason = "a prediction needs no more than fifteen digits")]
fn real(value: i64) -> f64 {
    value as f64
}

#[expect(clippy::cast_possible_truncation, reason = "at most ten years, in microseconds")]
fn whole(value: f64) -> i64 {
    value as i64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// At the beginning of this hour.
    const NOW_HOUR: i64 = 500_016;
    const NOW: Timestamp = Timestamp(NOW_HOUR * HOUR);

    fn even(hours: i64, used: i64) -> Past {
        (NOW_HOUR - hours..NOW_HOUR).map(|hour| (hour, used)).collect()
    }

    fn hours_until(pace: &Pace, remaining: i64) -> Option<i64> {
        pace.runs_out(remaining, NOW).map(|at| at.micros_since(NOW) / HOUR)
    }

    #[test]
    fn what_goes_evenly_runs_out_when_it_is_divided_up_and_is_never_off() {
        let pace = pace(&even(40 * 24, 10), NOW);
        assert_eq!((pace.lately, pace.usual, pace.usual_error), (10.0, 10.0, Some(0.0)));
        assert_eq!(hours_until(&pace, 5), Some(0));
        assert_eq!(hours_until(&pace, 10), Some(1));
        assert_eq!(hours_until(&pace, 1_000), Some(100));
        assert_eq!(hours_until(&pace, 0), None, "it is used up");
        assert_eq!(hours_until(&pace, i64::MAX), None, "it lasts for longer than anybody asks");
    }

    #[test]
    fn nothing_is_predicted_before_three_days() {
        for (hours, is_young) in [(1, true), (71, true), (72, false), (400, false)] {
            let pace = pace(&even(hours, 10), NOW);
            assert_eq!(pace.is_young, is_young, "{hours}");
            assert_eq!(pace.runs_out(1_000, NOW).is_none(), is_young, "{hours}");
            assert!((pace.usual - 10.0).abs() < 1e-9, "the pace is that of what there is: {pace:?}");
        }
        assert_eq!(pace(&Past::new(), NOW), Pace { is_young: true, ..Pace::default() });
    }

    #[test]
    fn a_burst_is_seen_an_hour_ahead() {
        let mut past = even(30 * 24, 10);
        past.insert(NOW_HOUR - 1, 1_000);
        let pace = pace(&past, NOW);
        assert_eq!(Some(pace.lately), Some(1_000.0));
        assert_eq!(hours_until(&pace, 900), Some(0));
        assert!(hours_until(&pace, 1_300).unwrap() > 10, "after an hour the usual pace is expected again");
    }

    #[test]
    fn the_hour_that_runs_counts_with_what_has_passed_of_it() {
        let mut past = even(30 * 24, 10);
        past.insert(NOW_HOUR, 5);
        let pace = pace(&past, Timestamp(NOW.0 + HOUR / 2));
        assert_eq!(Some(pace.lately), Some(10.0));
        assert!((pace.usual - 10.0).abs() < 1e-9, "{pace:?}");
    }

    #[test]
    fn the_error_is_the_middle_one_of_the_days_that_could_be_tried() {
        // Twice as much every other day: predicted is about one and a half.
        let used = |hour: i64| if (hour / 24) % 2 == 0 { 10 } else { 20 };
        let past: Past = (NOW_HOUR - 40 * 24..NOW_HOUR).map(|hour| (hour, used(hour))).collect();
        let error = pace(&past, NOW).usual_error.unwrap();
        assert!((0.2..0.6).contains(&error), "{error}");
        let short = even(5 * 24, 10);
        assert_eq!(pace(&short, NOW).usual_error, None, "two days are too few to try on");
        assert_eq!(pace(&even(6 * 24, 10), NOW).usual_error, Some(0.0));
        let gone: Past =
            even(40 * 24, 10).into_iter().filter(|(hour, _)| *hour < NOW_HOUR - 35 * 24).collect();
        let gone = pace(&gone, NOW);
        assert_eq!((gone.usual_error, gone.usual), (None, 0.0), "nothing was used on the days to try on");
        assert_eq!(gone.runs_out(10, NOW), None);
    }

    proptest! {
        #[test]
        fn more_lasts_longer_and_what_is_predicted_is_what_the_pace_comes_to(
            used in proptest::collection::vec(0_i64..1_000_000, 72..900),
            (less, more) in (1_i64..1_000_000_000, 0_i64..1_000_000_000),
        ) {
            let past: Past = (0..).map(|back| NOW_HOUR - 1 - back).zip(used).collect();
            let pace = pace(&past, NOW);
            let (sooner, later) = (pace.runs_out(less, NOW), pace.runs_out(less + more, NOW));
            if let (Some(sooner), Some(later)) = (sooner, later) {
                prop_assert!(sooner <= later, "{sooner} {later}");
            }
            if let Some(at) = sooner {
                let hours = real(at.micros_since(NOW)) / real(HOUR);
                let comes_to = pace.in_hours(hours);
                prop_assert!((comes_to - real(less)).abs() <= 1.0 + real(less) / 1_000_000.0, "{comes_to} of {less}");
            }
            prop_assert!(pace.usual_error.is_none_or(|error| error >= 0.0 && error.is_finite()));
        }
    }
}
