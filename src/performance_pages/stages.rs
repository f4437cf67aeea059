//! How long stages took, how their gates ended, and why they failed.

use crate::charts::{Interval, Mark, Needle, Scale, Svg, bar, needle_axis};
use crate::fleet::model::{NONE, Named, Question};
use crate::fleet_pages::asked::Asked;
use crate::fleet_pages::text::{Figure, share};
use crate::foundation::Timestamp;
use crate::performance::gates::{Ended, Gate, gates, interval};
use crate::performance::model::HOUR;
use crate::performance::reads::{Failure, GateRow, MOST_FAILED, Spread, Workflows};
use crate::web::format::number;

use super::alarms::{GATE_FAILURES, Need, SLOW_STAGE};
use super::text::{counted, of_hundred, short, took};

/// Failures that are shown.
const MOST_FAILURES: usize = 10;
/// Rows of stages and gates.
const MOST_ROWS: usize = 40;
/// Gates of the last hours that say something by themselves.
const FEW: i64 = 5;
/// What is far enough from the whole time to be told beside it, in hundredths of a per cent.
const APART: i64 = 500;
/// Characters of a reason.
const LONGEST_REASON: usize = 160;

/// Stage duration.
pub(super) struct Stages {
    pub(super) rows: Vec<StageRow>,
    pub(super) axis: Svg,
}

/// One stage.
pub(super) struct StageRow {
    pub(super) name: Figure,
    /// Empty where one workflow is looked at.
    pub(super) workflow: String,
    pub(super) runs: String,
    pub(super) p50: String,
    pub(super) p95: String,
    pub(super) chart: Svg,
    pub(super) is_over: bool,
}

/// One gate.
pub(super) struct GateRowView {
    pub(super) name: Figure,
    pub(super) workflow: String,
    pub(super) chart: Svg,
    pub(super) share: String,
    /// `294 of 299`.
    pub(super) counts: String,
    /// `since 13:00 73 %`, where that tells something different.
    pub(super) lately: String,
    pub(super) is_over: bool,
}

/// Failed gates.
pub(super) struct Failures {
    pub(super) rows: Vec<FailureRow>,
    /// `7 kinds occurred`, and among how many where not all were looked at.
    pub(super) kinds: String,
}

/// One kind of failure.
pub(super) struct FailureRow {
    pub(super) gate: String,
    pub(super) reason: String,
    pub(super) bar: Svg,
    pub(super) count: Figure,
}

/// The traces of a stage, and of what narrows it further. What is in no workflow is found by its stage alone.
pub(super) fn traces(asked: &Asked, workflow: &str, stage: &str, further: &[(&str, &str)]) -> String {
    let names = [("workflow", workflow), ("stage", stage)].into_iter().filter(|(_, name)| *name != NONE);
    asked.traces(&names.chain(further.iter().copied()).collect::<Vec<_>>())
}

/// The workflow beside a stage, where several are looked at.
pub(super) fn beside(asked: &Asked, workflow: &str) -> String {
    if asked.name("workflow").is_empty() && workflow != NONE { workflow.to_owned() } else { String::new() }
}

impl Stages {
    /// In the order in which they run.
    pub(super) fn of(asked: &Asked, spreads: &[Spread]) -> Self {
        let scale = Scale::times(spreads.iter().map(|it| it.p95).max().unwrap_or_default());
        let rows = spreads.iter().take(MOST_ROWS).map(|it| StageRow::of(asked, it, scale)).collect();
        Self { rows, axis: needle_axis(scale, took) }
    }
}

impl StageRow {
    fn of(asked: &Asked, spread: &Spread, scale: Scale) -> Self {
        let workflow = spread.workflow.as_deref().unwrap_or(NONE);
        let href = traces(asked, workflow, &spread.stage, &[]);
        let (p50, p95) = (about(spread, spread.p50), about(spread, spread.p95));
        let says = format!(
            "{}: half of {} are done in {p50}, 95 of 100 in {p95}",
            spread.stage,
            counted(spread.runs, "run")
        );
        let is_over = spread.p95 > SLOW_STAGE;
        let needle = Needle {
            p50: spread.p50,
            p95: spread.p95,
            scale,
            alarm: SLOW_STAGE,
            is_over,
            value: p95.clone(),
            mark: Mark::to(says.clone(), href.as_str()),
            says,
        };
        Self {
            name: Figure::to(spread.stage.as_str(), href),
            workflow: beside(asked, workflow),
            runs: number(spread.runs),
            p50,
            p95,
            chart: needle.draw(),
            is_over,
        }
    }
}

/// A time of a stage in words: `about` before what buckets tell.
fn about(spread: &Spread, micros: i64) -> String {
    let words = took(micros);
    if spread.is_about { format!("about {words}") } else { words }
}

/// Stages that take too long, as what needs somebody.
pub(super) fn slow(asked: &Asked, spreads: &[Spread]) -> Vec<Need> {
    let slow = spreads.iter().filter(|it| it.p95 > SLOW_STAGE);
    slow.map(|it| Need {
        stamp: "Slow",
        words: format!(
            "Stage {}: 95 of 100 runs are done in {}, the alarm is at {}",
            it.stage,
            about(it, it.p95),
            took(SLOW_STAGE)
        ),
        link: counted(it.runs, "run"),
        href: traces(asked, it.workflow.as_deref().unwrap_or(NONE), &it.stage, &[("sort", "duration")]),
    })
    .collect()
}

/// The gates that were asked for. Sums by hour know no persona, so where one narrows they come from the rows.
pub(super) fn asked_gates(question: &Question, found: &Workflows) -> Vec<Gate> {
    let mut all = if question.persona == Named::Anybody {
        gates(&found.gates, &found.late_gates, question)
    } else {
        found.rows.results.as_deref().map(of_rows).unwrap_or_default()
    };
    // In the order in which their stages run.
    let turn = |gate: &Gate| {
        let is_of =
            |it: &Spread| it.stage == gate.stage && it.workflow.as_deref().unwrap_or(NONE) == gate.workflow;
        found.rows.spreads.iter().position(is_of).unwrap_or(usize::MAX)
    };
    all.sort_by_cached_key(|gate| (gate.workflow.clone(), turn(gate), gate.stage.clone()));
    all
}

fn of_rows(rows: &[GateRow]) -> Vec<Gate> {
    let mut all: Vec<Gate> = Vec::new();
    for row in rows {
        let workflow = row.workflow.as_deref().unwrap_or(NONE);
        let place = all.iter().position(|gate| gate.workflow == workflow && gate.stage == row.stage);
        let place = place.unwrap_or_else(|| {
            let (workflow, stage) = (workflow.to_owned(), row.stage.clone());
            all.push(Gate { workflow, stage, ended: Ended::default(), lately: None });
            all.len() - 1
        });
        if let Some(gate) = all.get_mut(place) {
            gate.ended.add(row.gate == "failed", row.n);
        }
    }
    all
}

/// The beginning of the hour before the one that runs.
fn hour_before(now: Timestamp) -> Timestamp {
    Timestamp((now.0.div_euclid(HOUR) - 1) * HOUR)
}

/// How gates ended, with how sure that is.
pub(super) fn gate_rows(asked: &Asked, all: &[Gate]) -> Vec<GateRowView> {
    all.iter().take(MOST_ROWS).map(|gate| gate_row(asked, gate)).collect()
}

fn gate_row(asked: &Asked, gate: &Gate) -> GateRowView {
    let Ended { passed, failed } = gate.ended;
    let total = gate.ended.total();
    let (low, high) = interval(passed, total);
    let passed_share = hundredths(passed, total);
    let is_over = is_over(gate.ended);
    let href = traces(asked, &gate.workflow, &gate.stage, &[]);
    let counts = format!("{} of {}", number(passed), number(total));
    let name = gate_name(&gate.stage);
    let says = format!(
        "{name}: {counts} passed, {}; 95 of 100 times the true share is between {} and {}",
        share(passed, total),
        of_hundred(low),
        of_hundred(high)
    );
    let chart = Interval {
        share: passed_share,
        low,
        high,
        alarm: Some(10_000 - GATE_FAILURES),
        is_over,
        mark: Mark::to(format!("{name}: {} of {} failed", number(failed), number(total)), href.as_str()),
        says,
    };
    GateRowView {
        name: Figure::to(name, href),
        workflow: beside(asked, &gate.workflow),
        chart: chart.draw(),
        share: share(passed, total),
        counts,
        lately: lately(asked.now, gate, passed_share),
        is_over,
    }
}

/// What the last hours say, where it differs and is not of a few.
fn lately(now: Timestamp, gate: &Gate, whole: i64) -> String {
    let Some(late) = gate.lately.filter(|late| late.total() >= FEW) else { return String::new() };
    let share_late = hundredths(late.passed, late.total());
    if (share_late - whole).abs() < APART {
        return String::new();
    }
    format!("since {} {}", super::text::tick(hour_before(now), false), share(late.passed, late.total()))
}

/// Gates that fail too often, as what needs somebody, each with the reason that most of them give.
pub(super) fn failing(asked: &Asked, all: &[Gate], failures: &[Failure]) -> Vec<Need> {
    let failing = all.iter().filter(|gate| is_over(gate.ended));
    failing
        .map(|gate| {
            let is_of = |it: &&Failure| {
                it.stage.as_deref().unwrap_or(NONE) == gate.stage
                    && it.workflow.as_deref().unwrap_or(NONE) == gate.workflow
            };
            let most = failures.iter().find(is_of).and_then(|it| it.reason.as_deref());
            let most = most.map(|reason| format!(" Most say “{}”.", short(reason, LONGEST_REASON)));
            let Ended { failed, .. } = gate.ended;
            Need {
                stamp: "Fails",
                words: format!(
                    "Gate {} fails: {} of {}, the alarm is at 20\u{a0}%.{}",
                    gate_name(&gate.stage),
                    share(failed, gate.ended.total()),
                    number(gate.ended.total()),
                    most.unwrap_or_default()
                ),
                link: counted(failed, "failure"),
                href: traces(asked, &gate.workflow, &gate.stage, &[("gate", "failed")]),
            }
        })
        .collect()
}

impl Failures {
    /// The most frequent ones.
    pub(super) fn of(asked: &Asked, failures: &[Failure]) -> Self {
        let most = failures.first().map_or(0, |it| it.n);
        let kinds = counted(i64::try_from(failures.len()).unwrap_or(i64::MAX), "kind");
        let is_cut = failures.iter().map(|it| it.n).sum::<i64>() >= MOST_FAILED;
        let among = if is_cut { format!(" among the newest {}", number(MOST_FAILED)) } else { String::new() };
        let rows = failures.iter().take(MOST_FAILURES).map(|it| {
            let (workflow, stage) =
                (it.workflow.as_deref().unwrap_or(NONE), it.stage.as_deref().unwrap_or(NONE));
            FailureRow {
                gate: gate_name(stage).to_owned(),
                reason: it
                    .reason
                    .as_deref()
                    .filter(|reason| !reason.trim().is_empty())
                    .map_or_else(|| "no reason sent".to_owned(), |reason| short(reason, LONGEST_REASON)),
                bar: bar(&[(it.n, "over")], most),
                count: Figure::to(number(it.n), traces(asked, workflow, stage, &[("gate", "failed")])),
            }
        });
        Self { rows: rows.collect(), kinds: format!("{kinds} occurred{among}") }
    }
}

/// The gate of a stage; [`NONE`] outside of stages.
pub(super) fn gate_name(stage: &str) -> &str {
    if stage == NONE { "outside of stages" } else { stage }
}

/// A share in hundredths of a per cent.
pub(super) fn hundredths(part: i64, whole: i64) -> i64 {
    let share = i128::from(part) * 10_000 / i128::from(whole.max(1));
    i64::try_from(share).unwrap_or(10_000)
}

fn is_over(ended: Ended) -> bool {
    hundredths(ended.failed, ended.total()) > GATE_FAILURES
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn asked(pairs: &[(&str, &str)]) -> Asked {
        let query = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Asked::read(&query, Timestamp(1_795_251_600_000_000)).unwrap()
    }

    fn gate(passed: i64, failed: i64, lately: Option<Ended>) -> Gate {
        let ended = Ended { passed, failed };
        Gate { workflow: "order".to_owned(), stage: "price".to_owned(), ended, lately }
    }

    #[test]
    fn a_gate_beyond_the_alarm_is_said_first_with_the_reason_of_most() {
        let failure = |reason: &str, n| Failure {
            workflow: Some("order".to_owned()),
            stage: Some("price".to_owned()),
            reason: Some(reason.to_owned()).filter(|reason| !reason.is_empty()),
            n,
        };
        let failures = [failure("over the limit", 3), failure("", 1)];
        let asked = asked(&[]);
        let all = [gate(8, 4, None), gate(8, 2, None)];
        let needs = failing(&asked, &all, &failures);
        assert_eq!(needs.len(), 1, "20 % is not above 20 %");
        assert_eq!(
            needs[0].words,
            "Gate price fails: 33.3\u{a0}% of 12, the alarm is at 20\u{a0}%. Most say “over the limit”."
        );
        assert_eq!(needs[0].href, "/traces?gate=failed&range=7d&stage=price&workflow=order");
        let shown = Failures::of(&asked, &failures);
        assert_eq!(
            (shown.kinds.as_str(), shown.rows[1].reason.as_str()),
            ("2 kinds occurred", "no reason sent")
        );
        assert_eq!(Failures::of(&asked, &[]).kinds, "0 kinds occurred");
        let many = Failures::of(&asked, &[failure("over the limit", 999), failure("", 1)]);
        assert_eq!(many.kinds, "2 kinds occurred among the newest 1\u{202f}000");
    }

    #[test]
    fn the_last_hours_stand_beside_the_rest_only_where_they_differ() {
        let late = |passed, failed| Some(Ended { passed, failed });
        let now = Timestamp(1_795_251_600_000_000);
        assert_eq!(lately(now, &gate(90, 10, late(7, 3)), 9_000), "since 08:00 70\u{a0}%");
        assert_eq!(lately(now, &gate(90, 10, late(9, 1)), 9_000), "");
        assert_eq!(lately(now, &gate(90, 10, late(0, 1)), 9_000), "", "one says little");
        assert_eq!(lately(now, &gate(90, 10, None), 9_000), "");
    }

    #[test]
    fn results_of_rows_are_one_gate_for_each_stage_and_what_is_in_no_workflow_is_found_by_its_stage() {
        let row = |workflow: Option<&str>, gate: &str, n| GateRow {
            workflow: workflow.map(str::to_owned),
            stage: "s".to_owned(),
            gate: gate.to_owned(),
            n,
        };
        let all =
            of_rows(&[row(Some("w"), "passed", 2), row(Some("w"), "failed", 1), row(None, "passed", 3)]);
        let told: Vec<(&str, Ended)> = all.iter().map(|gate| (gate.workflow.as_str(), gate.ended)).collect();
        assert_eq!(told, [("w", Ended { passed: 2, failed: 1 }), (NONE, Ended { passed: 3, failed: 0 })]);
        assert_eq!(traces(&asked(&[]), NONE, "s", &[]), "/traces?range=7d&stage=s");
        assert_eq!(
            (beside(&asked(&[]), "w"), beside(&asked(&[("workflow", "w")]), "w")),
            ("w".to_owned(), String::new())
        );
    }

    #[test]
    fn red_is_a_stage_beyond_the_alarm() {
        let spread = |p95| Spread {
            workflow: None,
            stage: "s".to_owned(),
            runs: 3,
            p50: 1_000_000,
            p95,
            turn: 100,
            is_about: false,
        };
        let asked = Asked::read(&BTreeMap::new(), Timestamp(0)).unwrap();
        let stages = Stages::of(&asked, &[spread(SLOW_STAGE), spread(SLOW_STAGE + 12_000_000)]);
        assert_eq!([stages.rows[0].is_over, stages.rows[1].is_over], [false, true]);
        assert_eq!(stages.rows[1].p95, "5\u{a0}min 12\u{a0}s");
        assert!(Stages::of(&asked, &[]).rows.is_empty());
        let needs = slow(&asked, &[spread(SLOW_STAGE), spread(SLOW_STAGE + 12_000_000)]);
        assert_eq!((needs.len(), needs[0].link.as_str()), (1, "3 runs"));
    }
}
