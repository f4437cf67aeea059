//! How runs of workflows and their quality gates end. Pure.

use std::collections::BTreeMap;

use crate::fleet::model::Question;

use super::model::{Bins, Measured, is_named, label};

/// The square of 1.959964, in millionths: 95 of 100 lie within.
const Z_SQUARED: i128 = 3_841_459;
/// 1.959964, in millionths.
const Z: i128 = 1_959_964;
const MILLION: i128 = 1_000_000;
/// All of something, in hundredths of a per cent.
const WHOLE: i128 = 10_000;

/// How runs ended in one part of a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    pub passed: i64,
    pub failed: i64,
}

impl Ended {
    /// All of them.
    pub fn total(self) -> i64 {
        self.passed.saturating_add(self.failed)
    }

    /// Puts others to these.
    pub fn add(&mut self, is_failed: bool, n: i64) {
        let sum = if is_failed { &mut self.failed } else { &mut self.passed };
        *sum = sum.saturating_add(n);
    }
}

/// How one gate ended: that of a stage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gate {
    /// [`crate::fleet::model::NONE`] outside of workflows.
    pub workflow: String,
    /// [`crate::fleet::model::NONE`] outside of stages.
    pub stage: String,
    pub ended: Ended,
    /// The same of the last hour or two, where that is known.
    pub lately: Option<Ended>,
}

/// Runs by part of the time; runs have no persona, as each has several.
pub fn trend(runs: &Measured, question: &Question, bins: &Bins) -> Vec<Ended> {
    let mut parts = vec![Ended::default(); bins.count()];
    for (at, series, sum) in runs.iter().filter(|(_, it, _)| is_named(&question.workflow, label(it, 0))) {
        if let Some(part) = bins.place(*at).and_then(|place| parts.get_mut(place)) {
            part.add(label(series, 1) == "failed", sum.n);
        }
    }
    parts
}

/// Gates by workflow and stage, with those of the last hours beside them.
pub fn gates(results: &Measured, lately: &Measured, question: &Question) -> Vec<Gate> {
    let mut found: BTreeMap<(&str, &str), (Ended, Ended)> = BTreeMap::new();
    let all = results.iter().map(|row| (row, false)).chain(lately.iter().map(|row| (row, true)));
    for ((_, series, sum), is_late) in
        all.filter(|((_, it, _), _)| is_named(&question.workflow, label(it, 0)))
    {
        let (ended, late) = found.entry((label(series, 0), label(series, 1))).or_default();
        let ended = if is_late { late } else { ended };
        ended.add(label(series, 2) == "failed", sum.n);
    }
    let gate = |((workflow, stage), (ended, late)): ((&str, &str), (Ended, Ended))| Gate {
        workflow: workflow.to_owned(),
        stage: stage.to_owned(),
        ended,
        lately: Some(late),
    };
    found.into_iter().map(gate).filter(|gate| gate.ended.total() > 0).collect()
}

/// Between which shares the true one lies, 95 times of 100, in hundredths of a per cent (Wilson's interval): none of three is not told as
/// none of all. Whole numbers, so that it is the same everywhere.
pub fn interval(part: i64, whole: i64) -> (i64, i64) {
    let whole = i128::from(whole.max(1));
    // Of more than a million millions only the share matters, and their squares would not fit.
    let shrink = whole / (MILLION * MILLION) + 1;
    let (part, whole) = (i128::from(part).clamp(0, whole) / shrink, whole / shrink);
    let spread = part * (whole - part) * MILLION * MILLION / whole + Z_SQUARED * MILLION / 4;
    let reach = Z * spread.isqrt() / MILLION;
    let (middle, over) = (part * MILLION + Z_SQUARED / 2, whole * MILLION + Z_SQUARED);
    let share =
        |of: i128| i64::try_from((of * WHOLE + over / 2).div_euclid(over).clamp(0, WHOLE)).unwrap_or(0);
    (share(middle - reach), share(middle + reach))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::model::HOUR;
    use super::super::model::tests::row;
    use super::*;
    use crate::fleet::model::Named;
    use crate::foundation::{ProjectKey, Timestamp};
    use crate::series::Metric;

    fn question(workflow: Named) -> Question {
        Question { workflow, ..Question::of(ProjectKey(1), Timestamp(0), Timestamp(24 * HOUR)) }
    }

    #[test]
    fn few_that_passed_are_not_shown_as_safe() {
        for (part, whole, interval_is) in [
            (3, 3, (4_385, 10_000)),
            (0, 3, (0, 5_615)),
            (294, 299, (9_615, 9_928)),
            (242, 299, (7_610, 8_499)),
            (1, 2, (945, 9_055)),
            (50, 100, (4_038, 5_962)),
        ] {
            assert_eq!(interval(part, whole), interval_is, "{part} of {whole}");
        }
    }

    #[test]
    fn gates_and_runs_are_counted_as_they_ended() {
        let of = |hour, result, n| row(hour, Metric::QualityGate, &["w", "s", result], n);
        let lately = vec![of(20, "failed", 1), of(20, "passed", 1)];
        let results = vec![of(1, "passed", 4), lately[0].clone(), lately[1].clone()];
        let all = gates(&results, &lately, &question(Named::Anybody));
        let gate = Gate {
            workflow: "w".to_owned(),
            stage: "s".to_owned(),
            ended: Ended { passed: 5, failed: 1 },
            lately: Some(Ended { passed: 1, failed: 1 }),
        };
        assert_eq!(all, [gate]);
        assert!(gates(&results, &lately, &question(Named::Is("v".to_owned()))).is_empty());
        let runs = vec![
            row(1, Metric::WorkflowRuns, &["w", "success"], 2),
            row(1, Metric::WorkflowRuns, &["w", "failed"], 1),
        ];
        let bins = Bins::days(Timestamp(0), Timestamp(24 * HOUR));
        assert_eq!(
            trend(&runs, &question(Named::Is("w".to_owned())), &bins),
            [Ended { passed: 2, failed: 1 }]
        );
    }

    proptest! {
        #[test]
        fn the_share_lies_in_its_interval(part in any::<i64>(), whole in 1..i64::MAX) {
            let (low, high) = interval(part, whole);
            let share = i128::from(part.clamp(0, whole)) * WHOLE / i128::from(whole);
            prop_assert!(0 <= low && low <= high && high <= 10_000, "{low} to {high}");
            prop_assert!(i128::from(low) <= share + 1 && share <= i128::from(high) + 1, "{low} {share} {high}");
        }
    }
}
