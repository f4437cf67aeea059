//! Scales: from zero to a round figure, with at most four rules above zero.

use super::share;

/// Rules above zero, at most.
const MOST_RULES: i64 = 4;

/// A second, in microseconds.
const SECOND: i64 = 1_000_000;

/// Between rules of an axis of durations, in microseconds.
const TIMES: [i64; 30] = [
    100,
    200,
    500,
    1_000,
    2_000,
    5_000,
    10_000,
    20_000,
    50_000,
    100_000,
    200_000,
    500_000,
    SECOND,
    2 * SECOND,
    5 * SECOND,
    10 * SECOND,
    15 * SECOND,
    30 * SECOND,
    60 * SECOND,
    120 * SECOND,
    300 * SECOND,
    600 * SECOND,
    900 * SECOND,
    1_800 * SECOND,
    3_600 * SECOND,
    7_200 * SECOND,
    18_000 * SECOND,
    43_200 * SECOND,
    86_400 * SECOND,
    172_800 * SECOND,
];

/// From zero to `top`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    top: i64,
    step: i64,
}

impl Scale {
    /// One of counts: the rules stand at ones, twos or fives of some power of ten.
    pub fn counts(most: i64) -> Self {
        let steps = (0..18_u32).flat_map(|power| [1, 2, 5].map(|one: i64| one * 10_i64.pow(power)));
        Self::of(most, steps)
    }

    /// One of durations in microseconds: the rules stand where people read a clock.
    pub fn times(most: i64) -> Self {
        Self::of(most, TIMES.into_iter())
    }

    fn of(most: i64, mut steps: impl Iterator<Item = i64>) -> Self {
        let most = most.max(1);
        let step = steps.find(|step| step.saturating_mul(MOST_RULES) >= most);
        let step = step.unwrap_or(most / MOST_RULES + 1);
        let rules = (most - 1) / step + 1;
        Self { top: step.saturating_mul(rules), step }
    }

    /// What the whole length stands for.
    pub fn top(self) -> i64 {
        self.top
    }

    /// Where the rules stand, zero among them.
    pub fn rules(self) -> Vec<i64> {
        (0..=self.top / self.step).map(|nth| nth.saturating_mul(self.step)).collect()
    }

    /// How far from zero a value stands, in hundredths of a per cent; what is beyond the scale stands at its end.
    pub(super) fn place(self, value: i64) -> i64 {
        share(value, self.top)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rules_are_round_and_few() {
        for (most, rules) in [
            (0, vec![0, 1]),
            (3, vec![0, 1, 2, 3]),
            (61, vec![0, 20, 40, 60, 80]),
            (80, vec![0, 20, 40, 60, 80]),
            (81, vec![0, 50, 100]),
        ] {
            assert_eq!(Scale::counts(most).rules(), rules, "{most}");
        }
        let minutes = [0, 2, 4, 6].map(|minutes| minutes * 60 * SECOND);
        assert_eq!(Scale::times(312 * SECOND).rules(), minutes);
        assert_eq!(Scale::times(41 * SECOND).rules(), [0, 15, 30, 45].map(|seconds| seconds * SECOND));
    }

    proptest! {
        #[test]
        fn every_value_has_its_place_below_the_top(most in any::<i64>(), value in any::<i64>()) {
            for scale in [Scale::counts(most), Scale::times(most)] {
                prop_assert!(scale.top() >= most.min(i64::MAX / 2) && scale.top() > 0, "{scale:?}");
                prop_assert!(scale.rules().len() <= 5, "{scale:?}");
                let place = scale.place(value);
                prop_assert!((0..=10_000).contains(&place), "{place}");
                prop_assert!(scale.place(scale.top()) == 10_000);
            }
        }
    }
}
