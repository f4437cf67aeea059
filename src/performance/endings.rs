//! How runs of agents, quality gates and runs of workflows ended, by name and over time: what the metrics `agent_execution_total`,
//! `gate_approval_rate` and `build_success_rate` say of all time, over a time of one's choice.

use std::collections::BTreeMap;

use crate::db::{AnyConnection, snapshot};
use crate::fleet::model::{Question, Sums};
use crate::fleet::reads::{quantile_of, spent};
use crate::foundation::Result;
use crate::series::{Metric, Sum, in_time};

use super::gates::Ended;
use super::model::{Bins, Measured, is_named, label};

/// What it is that ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Runs of agents: from where a trace first names one down to where it names another.
    Agents,
    /// Quality gates of stages.
    Gates,
    /// Runs of workflows.
    Builds,
}

/// What was read.
#[derive(Clone, Debug)]
pub struct Endings {
    pub sums: Measured,
    /// All calls.
    pub whole: Sums,
}

/// What has one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub name: String,
    /// What narrows the name: the model of an agent, the workflow of a gate; empty where nothing does.
    pub beside: String,
    pub ended: Ended,
    /// How long half of them took, and what 95 of 100 are not slower than, in microseconds, told from buckets; none where it is not known.
    pub took: Option<(i64, i64)>,
}

impl Kind {
    /// The sums that count it.
    pub fn metric(self) -> Metric {
        match self {
            Self::Agents => Metric::AgentExecution,
            Self::Gates => Metric::QualityGate,
            Self::Builds => Metric::WorkflowRuns,
        }
    }

    /// The places of the labels: its name, and what narrows that.
    fn places(self) -> (usize, Option<usize>) {
        match self {
            Self::Agents => (0, Some(1)),
            Self::Gates => (1, Some(0)),
            Self::Builds => (0, None),
        }
    }

    /// The word for how it ended is the last label.
    fn is_failed(self, labels: &[String]) -> bool {
        let bad = if self == Self::Agents { "false" } else { "failed" };
        labels.last().is_some_and(|word| word == bad)
    }

    /// Whether labels are what was asked for: an agent by its name, the others by their workflow.
    fn is_asked(self, question: &Question, of: &str) -> bool {
        is_named(if self == Self::Agents { &question.agent } else { &question.workflow }, of)
    }
}

/// Reads what a page of a kind shows.
pub fn read(conn: &mut AnyConnection, question: &Question, kind: Kind) -> Result<Endings> {
    let Question { project, from, to, .. } = *question;
    let step = Bins::of(from, to).step();
    snapshot(conn, |conn| {
        let sums = in_time(conn, project, kind.metric(), (from, to), step)?;
        Ok(Endings { sums, whole: spent(conn, question)? })
    })
}

impl Endings {
    /// Only what was asked for; the agent and the workflow are the first label.
    #[must_use]
    pub fn asked(mut self, question: &Question, kind: Kind) -> Self {
        self.sums.retain(|(_, series, _)| kind.is_asked(question, label(series, 0)));
        self
    }

    /// By part of the time.
    pub fn parts(&self, kind: Kind, bins: &Bins) -> Vec<Ended> {
        let mut parts = vec![Ended::default(); bins.count()];
        for (at, series, sum) in &self.sums {
            if let Some(part) = bins.place(*at).and_then(|place| parts.get_mut(place)) {
                part.add(kind.is_failed(&series.labels), sum.n);
            }
        }
        parts
    }

    /// By name, the most frequent first.
    pub fn named(&self, kind: Kind) -> Vec<Named> {
        let (name, beside) = kind.places();
        let mut found: BTreeMap<(&str, &str), (Ended, Sum)> = BTreeMap::new();
        for (_, series, sum) in &self.sums {
            let key = (label(series, name), beside.map_or("", |place| label(series, place)));
            let (ended, whole) = found.entry(key).or_default();
            ended.add(kind.is_failed(&series.labels), sum.n);
            whole.add(sum);
        }
        let named = |((name, beside), (ended, sum)): ((&str, &str), (Ended, Sum))| {
            let at = |share| quantile_of(kind.metric(), &sum, share);
            Named { name: name.to_owned(), beside: beside.to_owned(), ended, took: at(50).zip(at(95)) }
        };
        let mut named: Vec<Named> = found.into_iter().map(named).collect();
        named.retain(|it| it.ended.total() > 0);
        named.sort_by_key(|it| std::cmp::Reverse(it.ended.total()));
        named
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::HOUR;
    use super::super::model::tests::row;
    use super::*;
    use crate::fleet::model::Named as Only;
    use crate::foundation::{ProjectKey, Timestamp};

    fn found(kind: Kind, rows: &[(i64, &[&str], i64)]) -> Endings {
        let sums = rows.iter().map(|(hour, labels, n)| row(*hour, kind.metric(), labels, *n)).collect();
        Endings { sums, whole: Sums::default() }
    }

    #[test]
    fn each_kind_has_its_own_word_for_a_failure_and_its_own_name() {
        let bins = Bins::of(Timestamp(0), Timestamp(24 * HOUR));
        for (kind, rows, name, beside) in [
            (Kind::Agents, [["desk", "m", "true"].as_slice(), &["desk", "m", "false"]], "desk", "m"),
            (Kind::Gates, [["w", "s", "passed"].as_slice(), &["w", "s", "failed"]], "s", "w"),
            (Kind::Builds, [["w", "success"].as_slice(), &["w", "failed"]], "w", ""),
        ] {
            let found = found(kind, &[(1, rows[0], 3), (2, rows[1], 1)]);
            let ended = Ended { passed: 3, failed: 1 };
            let one = Named { name: name.to_owned(), beside: beside.to_owned(), ended, took: None };
            assert_eq!(found.named(kind), [one], "{kind:?}");
            let parts = found.parts(kind, &bins);
            assert_eq!(
                parts[1..3],
                [Ended { passed: 3, failed: 0 }, Ended { passed: 0, failed: 1 }],
                "{kind:?}"
            );
        }
    }

    #[test]
    fn an_agent_is_asked_for_by_its_name_and_a_gate_by_its_workflow() {
        let all = Question::of(ProjectKey(1), Timestamp(0), Timestamp(24 * HOUR));
        let agent = Question { agent: Only::Is("desk".to_owned()), ..all.clone() };
        let workflow = Question { workflow: Only::Is("w".to_owned()), ..all };
        let of_agents =
            || found(Kind::Agents, &[(1, &["desk", "m", "true"], 1), (1, &["w", "m", "true"], 9)]);
        assert_eq!(of_agents().asked(&agent, Kind::Agents).named(Kind::Agents)[0].name, "desk");
        assert_eq!(of_agents().asked(&workflow, Kind::Agents).named(Kind::Agents).len(), 2);
        let of_gates = found(Kind::Gates, &[(1, &["w", "s", "passed"], 1), (1, &["v", "s", "passed"], 9)]);
        let named = of_gates.asked(&workflow, Kind::Gates).named(Kind::Gates);
        assert_eq!((named.len(), named[0].beside.as_str()), (1, "w"));
    }

    #[test]
    fn how_long_it_took_comes_from_its_buckets() {
        let mut found = found(Kind::Builds, &[(1, &["w", "success"], 2)]);
        let place = Metric::WorkflowRuns.bounds().iter().position(|bound| *bound >= 20_000_000).unwrap();
        found.sums[0].2.buckets = [(place, 2)].into_iter().collect();
        let (p50, p95) = found.named(Kind::Builds)[0].took.unwrap();
        assert!(0 < p50 && p50 <= p95 && p95 <= Metric::WorkflowRuns.bounds()[place], "{p50} {p95}");
    }
}
