//! How long calls took. Few are looked at one by one; of more the buckets of the sums tell it, which is off by a few parts of a
//! hundred and does not depend on how many there were.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

use crate::db::sql::{Sql, load};
use crate::foundation::Result;
use crate::series::{Metric, Sum};

use super::super::model::{Dimension, Key, Question};
use super::{Asked, DAY, Reader, rows};

/// Calls that are looked at one by one.
pub const MOST_TIMED: i64 = 2_000;

/// How long calls took, in microseconds: the middle one, and the one that 95 of 100 are not slower than (nearest rank).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spread {
    /// Whose; none where no name was given, or where all are meant. A day is named by its number since 1970.
    pub name: Option<String>,
    pub p50: i64,
    pub p95: i64,
    /// Whether both are told from buckets.
    pub is_about: bool,
}

#[derive(QueryableByName)]
struct Timed {
    #[diesel(sql_type = Nullable<Text>)]
    agent: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    persona: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    tenant: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    workflow: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    model: Option<String>,
    #[diesel(sql_type = BigInt)]
    start_at: i64,
    #[diesel(sql_type = BigInt)]
    took: i64,
}

/// The calls of a question as far as it is known how long they took.
pub(super) enum Times {
    OneByOne(Vec<(Key, i64)>),
    InBuckets,
}

impl Reader<'_> {
    /// The spread by a dimension, or of all calls, in the order of the names.
    pub fn spreads(&mut self, by: Option<Dimension>) -> Result<Vec<Spread>> {
        if self.times.is_none() {
            self.times = Some(self.times()?);
        }
        Ok(match &self.times {
            Some(Times::OneByOne(calls)) => exact(calls, by),
            _ => about(&self.calls, by),
        })
    }

    fn times(&mut self) -> Result<Times> {
        if self.total().calls > MOST_TIMED {
            return Ok(Times::InBuckets);
        }
        let found: Vec<Timed> = load(self.conn, timed(self.question))?;
        let call = |it: Timed| {
            let Timed { agent, persona, tenant, workflow, model, start_at, took } = it;
            (Key { agent, persona, tenant, workflow, model, day: Some(start_at.div_euclid(DAY)) }, took)
        };
        Ok(Times::OneByOne(found.into_iter().map(call).collect()))
    }
}

fn timed(question: &Question) -> Sql {
    let select = "SELECT observations.agent AS agent, observations.persona AS persona, observations.tenant AS tenant, \
         observations.workflow AS workflow, observations.model AS model, observations.start_at AS start_at, \
         observations.end_at - observations.start_at AS took FROM observations WHERE ";
    let ended = " AND observations.counted AND observations.end_at >= observations.start_at";
    Sql::new(select).then(rows(question)).sql(ended)
}

fn exact(calls: &[(Key, i64)], by: Option<Dimension>) -> Vec<Spread> {
    let mut found: BTreeMap<Option<String>, Vec<i64>> = BTreeMap::new();
    for (key, took) in calls {
        found.entry(name(key, by)).or_default().push(*took);
    }
    let spread = |(name, mut took): (Option<String>, Vec<i64>)| {
        took.sort_unstable();
        let at = |share: usize| {
            took.get((took.len() * share).div_ceil(100).max(1) - 1).copied().unwrap_or_default()
        };
        Spread { name, p50: at(50), p95: at(95), is_about: false }
    };
    found.into_iter().map(spread).collect()
}

fn about(calls: &Asked<'_>, by: Option<Dimension>) -> Vec<Spread> {
    let join =
        |all: &mut Counts, more: &Counts| more.0.iter().enumerate().for_each(|(place, n)| all.add(place, *n));
    let found = calls.groups(by.as_slice(), add_counts, join);
    let spread = |(key, counts): (Key, Counts)| {
        let at = |share| quantile(Metric::Calls.bounds(), &counts.0, share);
        Some(Spread { name: name(&key, by), p50: at(50)?, p95: at(95)?, is_about: true })
    };
    let mut spreads: Vec<Spread> = found.into_iter().filter_map(spread).collect();
    spreads.sort_by(|a, b| a.name.cmp(&b.name));
    spreads
}

fn name(key: &Key, by: Option<Dimension>) -> Option<String> {
    match by? {
        Dimension::Day => key.day.map(|day| day.to_string()),
        by => key.name(by).map(str::to_owned),
    }
}

/// How many were in each bucket, the empty ones too: of many sums this is added up faster.
#[derive(Default)]
struct Counts(Vec<i64>);

impl Counts {
    fn add(&mut self, place: usize, more: i64) {
        if self.0.len() <= place {
            self.0.resize(place + 1, 0);
        }
        self.0.get_mut(place).into_iter().for_each(|count| *count = count.saturating_add(more));
    }
}

fn add_counts(counts: &mut Counts, sum: &Sum) {
    sum.buckets.iter().for_each(|(place, n)| counts.add(place, n));
}

/// What so many of a hundred are not slower than, in microseconds, as if what is in one bucket were spread evenly over it; none of
/// nothing. What lies above the last bound is told as that bound.
pub fn quantile_of(metric: Metric, sum: &Sum, share: i64) -> Option<i64> {
    let mut counts = Counts::default();
    add_counts(&mut counts, sum);
    quantile(metric.bounds(), &counts.0, share)
}

fn quantile(bounds: &[i64], buckets: &[i64], share: i64) -> Option<i64> {
    let total: i128 = buckets.iter().map(|count| i128::from(*count)).sum();
    if total <= 0 {
        return None;
    }
    let rank = (total * i128::from(share) + 99) / 100;
    let (mut below, mut lower) = (0_i128, 0_i64);
    for (place, upper) in bounds.iter().enumerate() {
        let count = i128::from(buckets.get(place).copied().unwrap_or_default());
        if count > 0 && below + count >= rank {
            let within = i128::from(upper - lower) * (rank - below) / count;
            return Some(lower.saturating_add(i64::try_from(within).unwrap_or_default()));
        }
        (below, lower) = (below + count, *upper);
    }
    Some(lower)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn call(agent: &str, took: i64) -> (Key, i64) {
        (Key { agent: Some(agent.to_owned()), day: Some(1), ..Key::default() }, took)
    }

    fn in_buckets(times: &[i64]) -> Vec<i64> {
        let bounds = Metric::Calls.bounds();
        let mut buckets = vec![0; bounds.len() + 1];
        for took in times {
            buckets[bounds.iter().position(|bound| took <= bound).unwrap_or(bounds.len())] += 1;
        }
        buckets
    }

    #[test]
    fn few_calls_are_ranked_one_by_one() {
        let calls: Vec<(Key, i64)> = (1..=20).map(|took| call("a", took)).chain([call("b", 7)]).collect();
        let told = exact(&calls, Some(Dimension::Agent));
        let told: Vec<_> = told.iter().map(|it| (it.name.as_deref(), it.p50, it.p95)).collect();
        assert_eq!(told, [(Some("a"), 10, 19), (Some("b"), 7, 7)]);
        assert_eq!(exact(&calls, Some(Dimension::Day))[0].name.as_deref(), Some("1"));
        assert!(exact(&[], None).is_empty());
    }

    #[test]
    fn beyond_the_last_bound_nothing_is_made_up() {
        assert_eq!(quantile(&[10, 20], &[0, 0, 4], 50), Some(20));
        assert_eq!(quantile(&[10, 20], &[0, 4, 0], 50), Some(15));
        assert_eq!(quantile(&[10, 20], &[0, 0, 0], 50), None);
    }

    proptest! {
        #[test]
        fn what_buckets_tell_is_close_to_what_is(mut times in prop::collection::vec(1_000_i64..600_000_000, 1..200)) {
            let buckets = in_buckets(&times);
            times.sort_unstable();
            for share in [50, 95] {
                let exact = times[(times.len() * share).div_ceil(100) - 1];
                let about = quantile(Metric::Calls.bounds(), &buckets, i64::try_from(share).unwrap()).unwrap();
                let off = (about - exact).abs() * 100 / exact;
                prop_assert!(off <= 28, "{} told as {}", exact, about);
            }
        }
    }
}
