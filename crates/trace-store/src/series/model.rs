//! Metrics, their labels, and the sums of them. Pure.

use std::collections::BTreeMap;

/// What a label says where nobody named anything.
pub const NOBODY: &str = "(none)";

/// Upper bounds of buckets in microseconds: of what a call takes.
const SHORT: &[i64] =
    &[50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 30_000_000, 60_000_000];
/// Of what a stay in a persona takes.
const STAY: &[i64] = &[
    100_000,
    500_000,
    1_000_000,
    2_500_000,
    5_000_000,
    10_000_000,
    30_000_000,
    60_000_000,
    120_000_000,
    300_000_000,
];
/// Of what stages and runs take.
const LONG: &[i64] = &[
    500_000,
    1_000_000,
    2_500_000,
    5_000_000,
    10_000_000,
    30_000_000,
    60_000_000,
    120_000_000,
    300_000_000,
    600_000_000,
];

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Metric {
    /// Changes from one persona to another.
    PersonaSwitches,
    /// How long a persona was stayed in.
    PersonaDuration,
    /// Tokens by persona: `n` counts calls, `sum` tokens.
    PersonaTokens,
    /// How long stages took.
    StageDuration,
    /// Ends of quality gates.
    QualityGate,
    /// Calls of models, with how long they took.
    AgentInvocations,
    /// Handoffs that were held against a contract.
    HandoffValidations,
    /// What a supervisor was asked to do.
    SupervisorTasks,
    /// How long contexts took to be put together.
    ContextCompilation,
    /// Runs of agents, with how long they took.
    AgentExecution,
    /// Runs of workflows, with how long they took.
    WorkflowRuns,
}

impl Metric {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::PersonaSwitches,
        Self::PersonaDuration,
        Self::PersonaTokens,
        Self::StageDuration,
        Self::QualityGate,
        Self::AgentInvocations,
        Self::HandoffValidations,
        Self::SupervisorTasks,
        Self::ContextCompilation,
        Self::AgentExecution,
        Self::WorkflowRuns,
    ];

    /// The names of its labels, in the order of their values; at most four.
    pub fn labels(self) -> &'static [&'static str] {
        match self {
            Self::PersonaSwitches => &["from_persona", "to_persona", "chatmode"],
            Self::PersonaDuration => &["persona", "chatmode"],
            Self::PersonaTokens => &["persona", "chatmode", "model"],
            Self::StageDuration => &["workflow", "stage", "persona"],
            Self::QualityGate => &["workflow", "stage", "result"],
            Self::AgentInvocations => &["agent_id", "tenant_id", "status"],
            Self::HandoffValidations => &["source_agent", "target_agent", "strictness", "result"],
            Self::SupervisorTasks => &["tenant_id", "decomposed", "status"],
            Self::ContextCompilation => &["tenant_id", "model_tier"],
            Self::AgentExecution => &["agent_type", "model", "success"],
            Self::WorkflowRuns => &["workflow", "result"],
        }
    }

    /// Upper bounds of its buckets in microseconds, rising; empty where it has no histogram.
    pub fn bounds(self) -> &'static [i64] {
        match self {
            Self::PersonaDuration => STAY,
            Self::StageDuration | Self::AgentExecution | Self::WorkflowRuns => LONG,
            Self::AgentInvocations | Self::ContextCompilation => SHORT,
            Self::PersonaSwitches
            | Self::PersonaTokens
            | Self::QualityGate
            | Self::HandoffValidations
            | Self::SupervisorTasks => &[],
        }
    }

    /// The number it is stored by, which is never given to another.
    pub(super) fn number(self) -> i16 {
        match self {
            Self::PersonaSwitches => 1,
            Self::PersonaDuration => 2,
            Self::PersonaTokens => 3,
            Self::StageDuration => 4,
            Self::QualityGate => 5,
            Self::AgentInvocations => 6,
            Self::HandoffValidations => 7,
            Self::SupervisorTasks => 8,
            Self::ContextCompilation => 9,
            Self::AgentExecution => 10,
            Self::WorkflowRuns => 11,
        }
    }

    /// The metric that is stored by a number.
    pub(super) fn of_number(number: i16) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.number() == number)
    }
}

/// A metric with the values of its labels.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Series {
    pub metric: Metric,
    /// In the order of [`Metric::labels`].
    pub labels: Vec<String>,
}

/// What a series comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// How many there were, whether or not it is known how long they took.
    pub n: i64,
    /// Microseconds of those whose time is known, or tokens.
    pub sum: i64,
    /// How many of those whose time is known took so long: one for each bound, not cumulative, and one more for what took longer.
    /// Empty without a histogram.
    pub buckets: Vec<i64>,
}

impl Sum {
    /// Nothing yet, with the buckets of a metric.
    pub fn empty(metric: Metric) -> Self {
        let bounds = metric.bounds();
        let buckets = if bounds.is_empty() { Vec::new() } else { vec![0; bounds.len() + 1] };
        Self { n: 0, sum: 0, buckets }
    }

    /// Adds another.
    pub fn add(&mut self, other: &Self) {
        self.join(other, 1);
    }

    /// Takes another away.
    pub fn subtract(&mut self, other: &Self) {
        self.join(other, -1);
    }

    /// Whether nothing is left of it.
    pub fn is_nothing(&self) -> bool {
        self.n == 0 && self.sum == 0 && self.buckets.iter().all(|count| *count == 0)
    }

    /// Of how many it is known how long they took.
    pub fn timed(&self) -> i64 {
        self.buckets.iter().fold(0, |all: i64, count| all.saturating_add(*count))
    }

    /// Notes one more time.
    pub(super) fn time(&mut self, bounds: &[i64], took: i64) {
        self.sum = self.sum.saturating_add(took);
        let place = bounds.iter().position(|bound| took <= *bound).unwrap_or(bounds.len());
        if let Some(bucket) = self.buckets.get_mut(place) {
            *bucket = bucket.saturating_add(1);
        }
    }

    fn join(&mut self, other: &Self, sign: i64) {
        let add = |here: i64, there: i64| here.saturating_add(there.saturating_mul(sign));
        self.n = add(self.n, other.n);
        self.sum = add(self.sum, other.sum);
        if self.buckets.len() < other.buckets.len() {
            self.buckets.resize(other.buckets.len(), 0);
        }
        for (here, there) in self.buckets.iter_mut().zip(&other.buckets) {
            *here = add(*here, *there);
        }
    }
}

/// What rows come to, by the first microsecond of an hour and by series.
pub type Contributions = BTreeMap<(i64, Series), Sum>;

/// Adds some to others.
pub(crate) fn add_all(all: &mut Contributions, more: Contributions) {
    for ((hour, series), sum) in more {
        let metric = series.metric;
        all.entry((hour, series)).or_insert_with(|| Sum::empty(metric)).add(&sum);
    }
}

/// What has to be added to `old` to make it `new`; nothing where they are the same.
pub(crate) fn difference(mut new: Contributions, old: &Contributions) -> Contributions {
    for (key, sum) in old {
        let metric = key.1.metric;
        new.entry(key.clone()).or_insert_with(|| Sum::empty(metric)).subtract(sum);
    }
    new.retain(|_, sum| !sum.is_nothing());
    new
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_apart_and_bounds_rise() {
        for metric in Metric::ALL {
            assert_eq!(Metric::of_number(metric.number()), Some(metric));
            assert!((2..=4).contains(&metric.labels().len()), "{metric:?}");
            assert!(metric.bounds().is_sorted_by(|a, b| a < b), "{metric:?}");
            assert!(matches!(metric.bounds().len(), 0 | 10), "{metric:?}");
        }
        assert_eq!(Metric::of_number(0), None);
    }

    #[test]
    fn a_time_is_in_the_first_bucket_that_it_does_not_exceed() {
        let mut sum = Sum::empty(Metric::PersonaDuration);
        for took in [0, 100_000, 100_001, 300_000_000, 300_000_001] {
            sum.time(Metric::PersonaDuration.bounds(), took);
        }
        assert_eq!(sum.buckets, [2, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
        assert_eq!((sum.n, sum.sum, sum.timed()), (0, 600_200_002, 5));
    }

    #[test]
    fn what_is_added_and_taken_away_again_leaves_nothing() {
        let series =
            |label: &str| Series { metric: Metric::PersonaDuration, labels: vec![label.into(), "w".into()] };
        let sum = |n| Sum { n, ..Sum::empty(Metric::PersonaDuration) };
        let old = Contributions::from([((0, series("a")), sum(1)), ((0, series("b")), sum(2))]);
        let new = Contributions::from([((0, series("b")), sum(2)), ((0, series("c")), sum(3))]);
        let more = difference(new.clone(), &old);
        assert_eq!(more, Contributions::from([((0, series("a")), sum(-1)), ((0, series("c")), sum(3))]));
        let mut all = old;
        add_all(&mut all, more);
        all.retain(|_, sum| !sum.is_nothing());
        assert_eq!(all, new);
        assert!(difference(new.clone(), &new).is_empty());
    }
}
