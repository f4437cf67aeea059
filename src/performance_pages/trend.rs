//! How runs of workflows, and what else ends well or badly, ended over time.

use crate::charts::{Column, Columns, Mark, Part, Svg};
use crate::fleet::model::Question;
use crate::fleet_pages::asked::Asked;
use crate::fleet_pages::text::{DASH, Figure, share};
use crate::foundation::Timestamp;
use crate::performance::gates::{Ended, trend};
use crate::performance::model::Bins;
use crate::performance::reads::Workflows;
use crate::web::format::number;

use super::text::{counted, span, ticks, when};

/// Days that stand as columns of a table under their bars; of more, they are rows of a folded one.
const SIDE_BY_SIDE: usize = 8;

/// Execution trend, and the same of what else ends.
pub(super) struct Trend {
    pub(super) chart: Svg,
    /// The parts of the time, days or hours; the oldest first.
    pub(super) days: Vec<Day>,
    /// What each part is, as the head of a table: `Day`, `Time`.
    pub(super) part: &'static str,
    /// Whether they stand beside each other.
    pub(super) is_short: bool,
    pub(super) passed: String,
    pub(super) failed: String,
    /// What the chart shows, in a sentence.
    pub(super) finding: String,
    pub(super) whole: Ended,
}

/// One part of the time.
pub(super) struct Day {
    pub(super) day: Figure,
    pub(super) passed: String,
    pub(super) failed: String,
    pub(super) share: String,
    pub(super) has_failed: bool,
}

impl Trend {
    /// Of everything that was read. Sums by hour know no persona of a run: it has several.
    pub(super) fn of(asked: &Asked, question: &Question, found: &Workflows) -> Self {
        let bins = Bins::days(question.from, question.to);
        Self::of_parts(asked, &bins, &trend(&found.runs, question, &bins), "run")
    }

    /// Of how things ended in each part of a time; `one` is what one of them is called.
    pub(super) fn of_parts(asked: &Asked, bins: &Bins, ended: &[Ended], one: &str) -> Self {
        let mut whole = Ended::default();
        let (mut columns, mut days) = (Vec::new(), Vec::new());
        let is_day = bins.are_days();
        let is_short = is_day && ended.len() <= SIDE_BY_SIDE;
        let begins: Vec<Timestamp> = bins.ends().map(|(begin, _)| begin).collect();
        for ((ends, part_of), label) in bins.ends().zip(ended).zip(ticks(&begins, is_day)) {
            whole.add(false, part_of.passed);
            whole.add(true, part_of.failed);
            let [from, to] = span(ends, is_day);
            let href = asked.traces(&[("from", from.as_str()), ("to", to.as_str())]);
            let name = when(ends.0, is_day);
            let label = if is_short { ends.0.to_chrono().format("%a %-d").to_string() } else { label };
            let part = |value: i64, words: &str| Part {
                value,
                mark: Mark::to(
                    format!("{name}: {} of {} {words}", number(value), number(part_of.total())),
                    href.as_str(),
                ),
            };
            let (passed, failed) = (part(part_of.passed, "passed"), part(part_of.failed, "failed"));
            days.push(Day {
                day: Figure {
                    words: if is_short { label.clone() } else { name.clone() },
                    href: (part_of.total() > 0).then(|| href.clone()),
                },
                passed: number(part_of.passed),
                failed: number(part_of.failed),
                share: if part_of.total() > 0 {
                    share(part_of.failed, part_of.total())
                } else {
                    DASH.to_owned()
                },
                has_failed: part_of.failed > 0,
            });
            // The heads of the table below name the days, where it stands there.
            columns.push(Column { label: if is_short { String::new() } else { label }, passed, failed });
        }
        let finding = finding(whole, one);
        Self {
            chart: Columns { columns: &columns, says: &finding }.draw(),
            days,
            part: if is_day { "Day" } else { "Time" },
            is_short,
            passed: number(whole.passed),
            failed: number(whole.failed),
            finding,
            whole,
        }
    }
}

fn finding(whole: Ended, one: &str) -> String {
    match (whole.total(), whole.failed) {
        (0, _) => format!("No {one} began in this time"),
        (total, 0) => format!("{}, and none failed", counted(total, one)),
        (total, failed) => {
            format!("{} of {} failed, {}", number(failed), counted(total, one), share(failed, total))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::fleet::model::Sums;
    use crate::foundation::ProjectKey;
    use crate::performance::model::HOUR;
    use crate::performance::reads::StageRows;
    use crate::series::{Metric, Series, Sum};

    #[test]
    fn one_day_with_runs_is_a_chart_too_and_days_without_are_no_marks() {
        let now = Timestamp(1_795_251_600_000_000);
        let asked = Asked::read(&BTreeMap::new(), now).unwrap();
        let question = Question::of(ProjectKey(1), now.plus_micros(-168 * HOUR), now.plus_micros(1));
        let run = |result: &str, n| {
            let labels = ["package_release", result].map(str::to_owned).to_vec();
            let series = Series { metric: Metric::WorkflowRuns, labels };
            (now.plus_micros(-HOUR), series, Sum { n, sum: 0, ..Sum::default() })
        };
        let found = Workflows {
            runs: vec![run("success", 3), run("failed", 1)],
            gates: Vec::new(),
            late_gates: Vec::new(),
            rows: StageRows {
                spreads: Vec::new(),
                slowest: Vec::new(),
                failures: Vec::new(),
                results: Some(Vec::new()),
            },
            whole: Sums::default(),
            stages: Vec::new(),
        };
        let trend = Trend::of(&asked, &question, &found);
        assert_eq!(
            (trend.days.len(), trend.is_short, trend.finding.as_str()),
            (8, true, "1 of 4 runs failed, 25\u{a0}%")
        );
        let chart = trend.chart.to_string();
        assert_eq!(chart.matches("<a ").count(), 2, "{chart}");
        assert!(chart.contains("Sat 21 Nov: 1 of 4 failed"), "{chart}");
        let today = &trend.days[7];
        assert_eq!((today.day.words.as_str(), today.share.as_str()), ("Sat 21", "25\u{a0}%"));
        assert_eq!(today.day.href.as_deref(), Some("/traces?from=2026-11-21&to=2026-11-21"));
        assert_eq!(trend.days[0].share, DASH);
        assert_eq!(finding(Ended::default(), "run"), "No run began in this time");
    }
}
