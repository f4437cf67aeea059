//! What is told of sums that may fall, so that it never does. Pure.
//!
//! A sum falls when a trace is erased or corrected, and a reader of counters takes that for one that began anew and counts
//! all of it a second time. So what is told grows by each growth of a sum and stays as it is when the sum falls; what was
//! told and what was stored then are kept for the next time. Series are named by a digest of their labels there: what is
//! kept says no name, so one that was erased is not in it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::foundation::Digest;
use crate::scrape::registry::OTHER;

/// Figures by the labels of their series: how many, what they add up to, and then, where sizes are told apart, how many were
/// not larger than each bound, the last of which is beyond everything.
pub type Figures = BTreeMap<Vec<String>, Vec<i64>>;

/// One metric as it was told last, by the names of its series.
pub type Kept = BTreeMap<String, Told>;

/// Whether all traces are in the sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whole {
    Yes,
    /// Some are counted anew and not in them yet: what is less now may come back, and is no growth then.
    NotYet,
}

/// The figures of one series.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// As they were told.
    told: Vec<i64>,
    /// As they were stored then; what is told is this and a correction.
    seen: Vec<i64>,
}

/// What is told now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    /// What is to be kept for the next time.
    pub kept: Kept,
    pub told: Figures,
    /// How many series are in `other`.
    pub dropped: usize,
}

/// What is told of what is stored, after `kept` was told.
///
/// At most `most` series are told by their labels, and the rest as one whose labels all are `other`. Those that were told by
/// their labels before stay so, then come the largest. A series of which nothing is stored any more is not told; what is
/// kept of it gives way when its place is needed, as long as it is known that nothing is stored of it.
pub fn turn(kept: &Kept, stored: &Figures, most: usize, whole: Whole) -> Turn {
    let (told, dropped) = within(kept, stored, places(kept, stored, most, whole));
    let mut turn = Turn { dropped, ..Turn::default() };
    for (labels, figures) in told {
        let name = name_of(&labels);
        let series = kept.get(&name).cloned().unwrap_or_default().then(&figures, whole);
        turn.told.insert(labels, series.told.clone());
        turn.kept.insert(name, series);
    }
    let free = most.saturating_sub(turn.kept.keys().filter(|name| *name != OTHER).count());
    let gone: Vec<&String> = kept.keys().filter(|name| !turn.kept.contains_key(*name)).collect();
    let (other, gone): (Vec<&String>, Vec<&String>) = gone.into_iter().partition(|name| *name == OTHER);
    for name in other.into_iter().chain(gone.into_iter().take(free)) {
        let series = kept.get(name).cloned().unwrap_or_default();
        let nothing = vec![0; series.told.len()];
        turn.kept.insert(name.clone(), series.then(&nothing, whole));
    }
    turn
}

/// How many series have a place now: those that may come back keep theirs.
fn places(kept: &Kept, stored: &Figures, most: usize, whole: Whole) -> usize {
    if whole == Whole::Yes {
        return most;
    }
    let there: BTreeSet<String> = stored.keys().map(|labels| name_of(labels)).collect();
    let absent = kept.keys().filter(|name| *name != OTHER && !there.contains(*name)).count();
    most.saturating_sub(absent)
}

/// What is stored with the rest added up, and how many that were.
fn within(kept: &Kept, stored: &Figures, most: usize) -> (Figures, usize) {
    let (other, mut own): (Vec<_>, Vec<_>) = stored
        .iter()
        .filter(|(_, figures)| figures.iter().any(|figure| *figure != 0))
        .partition(|(labels, _)| is_other(labels));
    own.sort_by_cached_key(|(labels, figures)| {
        let is_new = !kept.contains_key(&name_of(labels));
        (is_new, Reverse(figures.first().copied()), (*labels).clone())
    });
    let rest = own.split_off(most.min(own.len()));
    let dropped = rest.len();
    let mut told: Figures =
        own.into_iter().map(|(labels, figures)| (labels.clone(), figures.clone())).collect();
    for (labels, figures) in other.into_iter().chain(rest) {
        let labels = vec![OTHER.to_owned(); labels.len()];
        add(told.entry(labels).or_default(), figures);
    }
    (told, dropped)
}

/// Adds figures to others, each to its own.
pub fn add(to: &mut Vec<i64>, more: &[i64]) {
    to.resize(to.len().max(more.len()), 0);
    for (figure, more) in to.iter_mut().zip(more) {
        *figure = figure.saturating_add(*more);
    }
}

fn is_other(labels: &[String]) -> bool {
    labels.iter().all(|label| label == OTHER)
}

/// What a series is called where it is kept.
fn name_of(labels: &[String]) -> String {
    if is_other(labels) {
        return OTHER.to_owned();
    }
    let written = serde_json::to_vec(labels).unwrap_or_default();
    let mut name = Digest::of(&written).to_hex();
    name.truncate(32);
    name
}

impl Told {
    /// The same once this is stored.
    fn then(self, now: &[i64], whole: Whole) -> Self {
        // Other bounds than before are another series.
        let before = if self.told.len() == now.len() { self } else { Self::default() };
        let at = |figures: &[i64], place: usize| figures.get(place).copied().unwrap_or_default();
        let grown = now.iter().enumerate().map(|(place, now)| {
            let growth = now.saturating_sub(at(&before.seen, place)).max(0);
            at(&before.told, place).saturating_add(growth)
        });
        let mut told: Vec<i64> = grown.collect();
        // What is not larger than a bound is not larger than the next one: a figure that was told before is below the next
        // already, so none falls here.
        let mut most = i64::MAX;
        for count in told.iter_mut().skip(2).rev() {
            *count = (*count).min(most);
            most = *count;
        }
        let seen = now.iter().enumerate().map(|(place, now)| match whole {
            Whole::Yes => *now,
            Whole::NotYet => at(&before.seen, place).max(*now),
        });
        let seen = seen.collect();
        Self { told, seen }
    }
}
