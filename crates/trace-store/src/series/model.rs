//! Metrics, their labels, and the sums of them. Pure.

use std::collections::BTreeMap;

use super::buckets::Buckets;
use super::steps::Step;

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

/// Of what calls take where the middle one is wanted: ten to a tenfold (the series R10 of ISO 3, rounded), so that what is told from
/// the buckets is off by a few parts of a hundred.
const FINE: &[i64] = &[
    1_000,
    1_250,
    1_600,
    2_000,
    2_500,
    3_150,
    4_000,
    5_000,
    6_300,
    8_000,
    10_000,
    12_500,
    16_000,
    20_000,
    25_000,
    31_500,
    40_000,
    50_000,
    63_000,
    80_000,
    100_000,
    125_000,
    160_000,
    200_000,
    250_000,
    315_000,
    400_000,
    500_000,
    630_000,
    800_000,
    1_000_000,
    1_250_000,
    1_600_000,
    2_000_000,
    2_500_000,
    3_150_000,
    4_000_000,
    5_000_000,
    6_300_000,
    8_000_000,
    10_000_000,
    12_500_000,
    16_000_000,
    20_000_000,
    25_000_000,
    31_500_000,
    40_000_000,
    50_000_000,
    63_000_000,
    80_000_000,
    100_000_000,
    125_000_000,
    160_000_000,
    200_000_000,
    250_000_000,
    315_000_000,
    400_000_000,
    500_000_000,
    630_000_000,
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
    /// Calls of models by everything that they name, with what they used and cost: what the pages of the fleet show.
    Calls,
    /// Uses of tools by everything that they name.
    Tools,
}

impl Metric {
    /// All of them.
    pub const ALL: [Self; 13] = [
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
        Self::Calls,
        Self::Tools,
    ];

    /// The names of its labels, in the order of their values; at most five.
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
            Self::Calls => &["agent", "persona", "tenant", "workflow", "model"],
            Self::Tools => &["agent", "persona", "tenant", "workflow", "tool"],
        }
    }

    /// The names of further figures that it sums beside the number and the time, in the order of [`Sum::parts`].
    pub fn parts(self) -> &'static [&'static str] {
        match self {
            Self::Calls => &["errors", "input", "output", "tokened", "cost", "unpriced", "in_session"],
            Self::Tools => &["errors"],
            _ => &[],
        }
    }

    /// Whether it is summed over all time too, for whoever scrapes counters; what only pages show is not.
    pub fn is_counter(self) -> bool {
        !matches!(self, Self::Calls | Self::Tools)
    }

    /// The steps of time that it is summed by.
    pub fn steps(self) -> &'static [Step] {
        if self.is_counter() { &Step::ALL } else { Step::ALL.get(..Step::ALL.len() - 1).unwrap_or_default() }
    }

    /// Upper bounds of its buckets in microseconds, rising; empty where it has no histogram.
    pub fn bounds(self) -> &'static [i64] {
        match self {
            Self::PersonaDuration => STAY,
            Self::StageDuration | Self::AgentExecution | Self::WorkflowRuns => LONG,
            Self::AgentInvocations | Self::ContextCompilation => SHORT,
            Self::Calls => FINE,
            Self::PersonaSwitches
            | Self::PersonaTokens
            | Self::QualityGate
            | Self::HandoffValidations
            | Self::SupervisorTasks
            | Self::Tools => &[],
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
            Self::Calls => 12,
            Self::Tools => 13,
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

/// How many labels a metric has at most.
pub(super) const MOST_LABELS: usize = 5;
/// How many figures a metric sums beside number and time at most.
pub const MOST_PARTS: usize = 7;

/// What a series comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// How many there were, whether or not it is known how long they took.
    pub n: i64,
    /// Microseconds of those whose time is known, or tokens.
    pub sum: i64,
    /// What [`Metric::parts`] names; 0 where it names nothing.
    pub parts: [i64; MOST_PARTS],
    /// How long those took whose time is known; empty without a histogram.
    pub buckets: Buckets,
}

impl Sum {
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
        self.n == 0 && self.sum == 0 && self.parts == [0; MOST_PARTS] && self.buckets.is_empty()
    }

    /// Of how many it is known how long they took.
    pub fn timed(&self) -> i64 {
        self.buckets.total()
    }

    /// Notes one more time.
    pub(super) fn time(&mut self, bounds: &[i64], took: i64) {
        self.sum = self.sum.saturating_add(took);
        if !bounds.is_empty() {
            self.buckets.add(bounds.partition_point(|bound| *bound < took), 1);
        }
    }

    fn join(&mut self, other: &Self, sign: i64) {
        let add = |here: i64, there: i64| here.saturating_add(there.saturating_mul(sign));
        self.n = add(self.n, other.n);
        self.sum = add(self.sum, other.sum);
        self.parts.iter_mut().zip(&other.parts).for_each(|(here, there)| *here = add(*here, *there));
        other.buckets.iter().for_each(|(place, count)| self.buckets.add(place, count.saturating_mul(sign)));
    }
}

/// What rows come to, by the first microsecond of an hour and by series.
pub type Contributions = BTreeMap<(i64, Series), Sum>;

/// Adds some to others.
pub(crate) fn add_all(all: &mut Contributions, more: Contributions) {
    for ((hour, series), sum) in more {
        all.entry((hour, series)).or_default().add(&sum);
    }
}

/// What has to be added to `old` to make it `new`; nothing where they are the same.
pub(crate) fn difference(mut new: Contributions, old: &Contributions) -> Contributions {
    for (key, sum) in old {
        new.entry(key.clone()).or_default().subtract(sum);
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
            assert!((2..=MOST_LABELS).contains(&metric.labels().len()), "{metric:?}");
            assert!(metric.parts().len() <= MOST_PARTS, "{metric:?}");
            assert_eq!(metric.steps().contains(&Step::Ever), metric.is_counter(), "{metric:?}");
            assert!(metric.bounds().is_sorted_by(|a, b| a < b), "{metric:?}");
            assert!(
                matches!((metric, metric.bounds().len()), (Metric::Calls, 59) | (_, 0 | 10)),
                "{metric:?}"
            );
        }
        assert_eq!(Metric::of_number(0), None);
    }

    #[test]
    fn a_time_is_in_the_first_bucket_that_it_does_not_exceed() {
        let mut sum = Sum::default();
        for took in [0, 100_000, 100_001, 300_000_000, 300_000_001] {
            sum.time(Metric::PersonaDuration.bounds(), took);
        }
        assert_eq!(sum.buckets.iter().collect::<Vec<_>>(), [(0, 2), (1, 1), (9, 1), (10, 1)]);
        assert_eq!((sum.n, sum.sum, sum.timed()), (0, 600_200_002, 5));
    }

    #[test]
    fn what_is_added_and_taken_away_again_leaves_nothing() {
        let series =
            |label: &str| Series { metric: Metric::PersonaDuration, labels: vec![label.into(), "w".into()] };
        let sum = |n| Sum { n, ..Sum::default() };
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
