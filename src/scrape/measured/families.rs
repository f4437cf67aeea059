//! Names, words and labels of what is measured. Pure.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::series::{Metric, Series, Sum};

use super::told::{Figures, add};
use crate::scrape::family::{Family, Histogram, Kind, Sample, Value};
use crate::scrape::registry::{OTHER, Registry};
use crate::scrape::stored::seconds;

/// One family as it is told.
pub struct Telling {
    pub shape: Shape,
    pub told: Figures,
    /// How many series are in `other`.
    pub dropped: usize,
}

/// A family that a metric is told as. What is told of it is kept by itself: of series that it sums up one may go, and then the sum
/// must not fall.
#[derive(Clone, Copy)]
pub struct Shape {
    metric: Metric,
    /// What it is called, where it is kept too.
    pub name: &'static str,
    help: &'static str,
    of: Of,
    /// What a label of the metric is called here; none where it is summed away.
    label: fn(&'static str) -> Option<&'static str>,
}

/// What the samples of a family are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    /// A counter of how many.
    Count,
    /// A counter of what they add up to.
    Sum,
    /// A histogram of seconds.
    Seconds,
}

/// Every family.
pub fn all() -> Vec<Shape> {
    Metric::ALL.into_iter().flat_map(shapes).collect()
}

impl Shape {
    /// What is stored of it, by the labels that it has, in their order.
    pub fn figures(&self, totals: &[(Series, Sum)]) -> Figures {
        let mut figures = Figures::new();
        for (series, sum) in totals.iter().filter(|(series, _)| series.metric == self.metric) {
            let named = self.metric.labels().iter().zip(&series.labels);
            let shown =
                named.filter_map(|(&label, value)| Some(worded((self.label)(label)?, value).to_owned()));
            add(figures.entry(shown.collect()).or_default(), &self.figures_of(sum));
        }
        figures
    }

    fn labels(&self) -> impl Iterator<Item = &'static str> {
        self.metric.labels().iter().copied().filter_map(self.label)
    }

    /// As many of them as it tells.
    fn figures_of(&self, sum: &Sum) -> Vec<i64> {
        let bounds = self.metric.bounds().len();
        let buckets = if bounds == 0 { 0..0 } else { 0..bounds + 1 };
        let upwards = buckets.scan(0_i64, |below, bucket| {
            *below = below.saturating_add(sum.buckets.of(bucket));
            Some(*below)
        });
        let figures = [sum.n, sum.sum].into_iter().chain(upwards);
        match self.of {
            Of::Count => figures.take(1).collect(),
            Of::Sum => figures.take(2).collect(),
            Of::Seconds => figures.collect(),
        }
    }
}

/// What the first family of a metric is called.
fn name(metric: Metric) -> &'static str {
    match metric {
        Metric::PersonaSwitches => "hypertool_persona_switches_total",
        Metric::PersonaDuration => "hypertool_persona_duration_seconds",
        Metric::PersonaTokens => "hypertool_persona_tokens_used_total",
        Metric::StageDuration => "hypertool_workflow_stage_duration_seconds",
        Metric::QualityGate => "hypertool_workflow_quality_gate_total",
        Metric::AgentInvocations => "agent_invocations_total",
        Metric::HandoffValidations => "handoff_validations_total",
        Metric::SupervisorTasks => "supervisor_tasks_total",
        Metric::ContextCompilation => "context_compilation_duration_seconds",
        Metric::AgentExecution => "agent_execution_duration_seconds",
        Metric::WorkflowRuns => "tracewright_workflow_runs_total",
        Metric::Calls | Metric::Tools => "",
    }
}

/// The families of a metric.
fn shapes(metric: Metric) -> Vec<Shape> {
    let name = name(metric);
    let one = |of, help| vec![Shape { metric, name, help, of, label: Some }];
    match metric {
        Metric::PersonaSwitches => one(Of::Count, "Changes from one persona to another within a trace."),
        Metric::PersonaDuration => one(Of::Seconds, "How long a persona stayed at work without a change."),
        Metric::PersonaTokens => one(Of::Sum, "Tokens of the calls made under a persona."),
        Metric::StageDuration => one(Of::Seconds, "How long stages of workflows took."),
        Metric::QualityGate => one(Of::Count, "Quality gates by how they ended."),
        Metric::HandoffValidations => one(Of::Count, "Handoffs from one agent to another that were checked."),
        Metric::SupervisorTasks => one(Of::Count, "Tasks that supervisors took on."),
        Metric::ContextCompilation => one(Of::Seconds, "How long it took to put a context together."),
        Metric::AgentInvocations => vec![
            Shape { metric, name, help: "Model calls by agent and tenant.", of: Of::Count, label: Some },
            Shape {
                metric,
                name: "agent_invocation_duration_seconds",
                help: "How long model calls took.",
                of: Of::Seconds,
                label: |label| (label != "status").then_some(label),
            },
        ],
        Metric::AgentExecution => vec![
            Shape { metric, name, help: "How long agents were at work.", of: Of::Seconds, label: Some },
            Shape {
                metric,
                name: "agent_execution_total",
                help: "How often agents were at work, by how it ended.",
                of: Of::Count,
                label: |label| match label {
                    "model" => None,
                    "success" => Some("status"),
                    label => Some(label),
                },
            },
        ],
        // Told by the pages alone: each names so much that there would be too many of them.
        Metric::Calls | Metric::Tools => Vec::new(),
        Metric::WorkflowRuns => vec![
            Shape { metric, name, help: "Runs of workflows by how they ended.", of: Of::Count, label: Some },
            Shape {
                metric,
                name: "tracewright_workflow_run_duration_seconds",
                help: "How long runs of workflows took.",
                of: Of::Seconds,
                label: Some,
            },
        ],
    }
}

/// Adds what is told of each family.
pub fn add_told(registry: &mut Registry, tellings: &[Telling]) {
    for telling in tellings {
        registry.add_counted(family(telling), telling.dropped);
    }
}

fn family(telling: &Telling) -> Family {
    let shape = telling.shape;
    let bounds: Vec<f64> = shape.metric.bounds().iter().map(|bound| seconds(*bound)).collect();
    let samples = telling.told.iter().map(|(values, figures)| {
        let labels = shape.labels().zip(values).map(|(label, value)| (label.to_owned(), value.clone()));
        Sample { labels: labels.collect(), value: value(shape.of, &bounds, figures) }
    });
    let kind = if shape.of == Of::Seconds { Kind::Histogram } else { Kind::Counter };
    Family { name: shape.name.to_owned(), help: shape.help.to_owned(), kind, samples: samples.collect() }
}

/// Whether an agent succeeded is `true` or `false`, and as a status it is told like that of a call.
fn worded<'a>(label: &str, value: &'a str) -> &'a str {
    match (label, value) {
        ("status", "true") => "success",
        ("status", "false") => "error",
        _ => value,
    }
}

fn value(of: Of, bounds: &[f64], figures: &[i64]) -> Value {
    let at = |place: usize| figures.get(place).copied().unwrap_or_default();
    match of {
        Of::Count => Value::Whole(at(0)),
        Of::Sum => Value::Whole(at(1)),
        Of::Seconds => {
            let upwards: Vec<u64> =
                figures.iter().skip(2).map(|count| u64::try_from(*count).unwrap_or_default()).collect();
            Value::Histogram(Histogram::of_upwards(bounds, &upwards, seconds(at(1))))
        }
    }
}

/// Adds the shares of what is stored now that went well: of gates by stage, of runs by workflow.
pub fn add_rates(registry: &mut Registry, totals: &[(Series, Sum)], most: usize) {
    let of_gates = well(totals, Metric::QualityGate, "stage", "passed");
    let help = "The part of the quality gates of a stage that passed, between 0 and 1.";
    add_rate(registry, Family::gauge("gate_approval_rate", help), "gate_type", of_gates, most);
    let of_runs = well(totals, Metric::WorkflowRuns, "workflow", "success");
    let help = "The part of the runs of a workflow that succeeded, between 0 and 1.";
    add_rate(registry, Family::gauge("build_success_rate", help), "project_type", of_runs, most);
}

/// How many of each value of a label ended well, and how many there were.
type Ended = BTreeMap<String, (i64, i64)>;

/// The word for how it ended is the last label.
fn well(totals: &[(Series, Sum)], metric: Metric, label: &str, good: &str) -> Ended {
    let mut ended = Ended::new();
    let place = metric.labels().iter().position(|known| *known == label).unwrap_or_default();
    for (series, sum) in totals.iter().filter(|(series, _)| series.metric == metric) {
        let Some(value) = series.labels.get(place) else { continue };
        let (well, all) = ended.entry(value.clone()).or_default();
        *all = all.saturating_add(sum.n);
        if series.labels.last().is_some_and(|word| word == good) {
            *well = well.saturating_add(sum.n);
        }
    }
    ended
}

/// Those with the most come first; the rest is one.
fn add_rate(registry: &mut Registry, family: Family, label: &str, ended: Ended, most: usize) {
    let mut ended: Vec<_> = ended.into_iter().filter(|(_, (_, all))| *all > 0).collect();
    ended.sort_by_key(|(_, (_, all))| Reverse(*all));
    let mut rest = ended.split_off(most.min(ended.len()));
    let dropped = rest.len();
    // One that is called so is one of them: a series stands once.
    if dropped > 0 {
        rest.extend(ended.extract_if(.., |(value, _)| *value == OTHER));
    }
    let of_rest = rest.into_iter().fold((0_i64, 0_i64), |(well, all), (_, (more_well, more))| {
        (well.saturating_add(more_well), all.saturating_add(more))
    });
    ended.extend((dropped > 0).then(|| (OTHER.to_owned(), of_rest)));
    let family = ended.into_iter().fold(family, |family, (value, (well, all))| {
        family.with(&[(label, value.as_str())], Value::Whole(well).size() / Value::Whole(all).size())
    });
    registry.add_counted(family, dropped);
}

/// Adds what personas have left, those with the least first: nobody looks at budgets added up, so what is beyond the limit is
/// left out.
pub fn add_left(registry: &mut Registry, mut left: Vec<(String, i64)>, most: usize) {
    left.sort_by(|(name, tokens), (other, more)| tokens.cmp(more).then_with(|| name.cmp(other)));
    let dropped = left.split_off(most.min(left.len())).len();
    let family = Family::gauge(
        "hypertool_persona_token_budget_remaining",
        "Tokens that a persona has left in the time its budget is for; below zero once it used more.",
    );
    let told = left.into_iter();
    let family =
        told.fold(family, |family, (persona, tokens)| family.with(&[("persona", persona.as_str())], tokens));
    registry.add_counted(family, dropped);
}
