//! What personas change to, how often, and how long each is kept. Pure.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::fleet::model::Question;
use crate::foundation::Timestamp;
use crate::series::{Series, Sum};

use super::model::{Bins, Measured, is_named, label};

/// Bands of stays, the shortest first.
pub const BANDS: [&str; 7] = [
    "under 1\u{a0}s",
    "1 to 10\u{a0}s",
    "10 to 30\u{a0}s",
    "30\u{a0}s to 1\u{a0}min",
    "1 to 2\u{a0}min",
    "2 to 5\u{a0}min",
    "over 5\u{a0}min",
];

/// A change from one persona to another within a workflow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    /// [`super::model::START`] before the first one.
    pub from: String,
    pub to: String,
    /// [`crate::fleet::model::NONE`] outside of workflows.
    pub workflow: String,
    pub switches: i64,
    /// How long the earlier persona is kept in that workflow, in microseconds; none where it is not known.
    pub stay: Option<i64>,
}

/// How often one persona follows another, over time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    pub from: String,
    pub to: String,
    pub total: i64,
    /// Switches by part of the time.
    pub counts: Vec<i64>,
}

/// Switches that were asked for.
fn asked<'a>(
    switches: &'a Measured,
    question: &'a Question,
) -> impl Iterator<Item = &'a (Timestamp, Series, Sum)> {
    switches.iter().filter(move |(_, series, _)| {
        let is_of = |place| is_named(&question.persona, label(series, place));
        (is_of(0) || is_of(1)) && is_named(&question.workflow, label(series, 2))
    })
}

/// Every change, the most frequent first.
pub fn transitions(switches: &Measured, stays: &Measured, question: &Question) -> Vec<Transition> {
    let mut kept: BTreeMap<(&str, &str), (i64, i64)> = BTreeMap::new();
    for (_, series, sum) in stays {
        let (n, micros) = kept.entry((label(series, 0), label(series, 1))).or_default();
        *n = n.saturating_add(sum.timed());
        *micros = micros.saturating_add(sum.sum);
    }
    let mut found: BTreeMap<(&str, &str, &str), i64> = BTreeMap::new();
    for (_, series, sum) in asked(switches, question) {
        let key = (label(series, 0), label(series, 1), label(series, 2));
        let n = found.entry(key).or_default();
        *n = n.saturating_add(sum.n);
    }
    let mut all: Vec<Transition> = found
        .into_iter()
        .filter(|(_, switches)| *switches > 0)
        .map(|((from, to, workflow), switches)| Transition {
            stay: kept.get(&(from, workflow)).filter(|(n, _)| *n > 0).map(|(n, micros)| micros / n),
            from: from.to_owned(),
            to: to.to_owned(),
            workflow: workflow.to_owned(),
            switches,
        })
        .collect();
    all.sort_by_key(|it| Reverse(it.switches));
    all
}

/// The changes over time, whatever workflow they are in; the most frequent ones first.
pub fn courses(switches: &Measured, question: &Question, bins: &Bins) -> Vec<Course> {
    let mut by_pair: BTreeMap<(&str, &str), Vec<(&Timestamp, i64)>> = BTreeMap::new();
    for (at, series, sum) in asked(switches, question) {
        by_pair.entry((label(series, 0), label(series, 1))).or_default().push((at, sum.n));
    }
    let mut all: Vec<Course> = by_pair
        .into_iter()
        .map(|((from, to), rows)| {
            let counts = bins.sums(rows.into_iter());
            let total = counts.iter().sum();
            Course { from: from.to_owned(), to: to.to_owned(), total, counts }
        })
        .filter(|course| course.total > 0)
        .collect();
    all.sort_by_key(|it| Reverse(it.total));
    all
}

/// Stays by band and part of the time: the shortest band first.
pub fn heat(stays: &Measured, question: &Question, bins: &Bins) -> Vec<Vec<i64>> {
    let mut bands = vec![vec![0_i64; bins.count()]; BANDS.len()];
    for (at, series, sum) in stays {
        if !is_named(&question.persona, label(series, 0)) || !is_named(&question.workflow, label(series, 1)) {
            continue;
        }
        let Some(place) = bins.place(*at) else { continue };
        for (bucket, n) in sum.buckets.iter() {
            if let Some(cell) = bands.get_mut(band_of(bucket)).and_then(|band| band.get_mut(place)) {
                *cell = cell.saturating_add(n);
            }
        }
    }
    bands
}

/// The band of a bucket of stays, whose bounds are 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120 and 300 seconds.
fn band_of(bucket: usize) -> usize {
    match bucket {
        0..=2 => 0,
        3..=5 => 1,
        longer => (longer - 4).min(BANDS.len() - 1),
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::tests::row;
    use super::super::model::{HOUR, START};
    use super::*;
    use crate::fleet::model::{NONE, Named};
    use crate::foundation::ProjectKey;
    use crate::series::Metric;

    fn switch(hour: i64, from: &str, to: &str, n: i64) -> (Timestamp, Series, Sum) {
        row(hour, Metric::PersonaSwitches, &[from, to, "repair"], n)
    }

    fn question(persona: Named) -> Question {
        Question { persona, ..Question::of(ProjectKey(1), Timestamp(0), Timestamp(24 * HOUR)) }
    }

    #[test]
    fn changes_are_counted_by_what_they_lead_from_and_to() {
        let switches = vec![
            switch(1, START, "a", 1),
            switch(1, "a", "b", 2),
            switch(5, "a", "b", 3),
            switch(2, "b", "c", 0),
        ];
        let mut stay = row(1, Metric::PersonaDuration, &["a", "repair"], 4);
        stay.2.sum = 40;
        stay.2.buckets.add(0, 4);
        let all = transitions(&switches, &vec![stay], &question(Named::Anybody));
        let told: Vec<_> =
            all.iter().map(|it| (it.from.as_str(), it.to.as_str(), it.switches, it.stay)).collect();
        assert_eq!(told, [("a", "b", 5, Some(10)), (START, "a", 1, None)]);
        let bins = Bins::of(Timestamp(0), Timestamp(24 * HOUR));
        let courses = courses(&switches, &question(Named::Is("b".to_owned())), &bins);
        assert_eq!(
            (courses.len(), courses[0].total, courses[0].counts[1], courses[0].counts[5]),
            (1, 5, 2, 3)
        );
        assert_eq!(all[0].workflow, "repair");
        assert!(transitions(&switches, &Vec::new(), &question(Named::Is(NONE.to_owned()))).is_empty());
    }

    #[test]
    fn every_stay_is_in_one_band() {
        let mut stay = row(3, Metric::PersonaDuration, &["a", "repair"], 11);
        (0..11).for_each(|bucket| stay.2.buckets.add(bucket, 1));
        let bins = Bins::of(Timestamp(0), Timestamp(24 * HOUR));
        let bands = heat(&vec![stay], &question(Named::Anybody), &bins);
        let at_three: Vec<i64> = bands.iter().map(|band| band[3]).collect();
        assert_eq!(at_three, [3, 3, 1, 1, 1, 1, 1]);
        assert_eq!(bands.iter().flatten().sum::<i64>(), 11);
    }
}
