//! What becomes of alerts when the rules are looked at: from how they stood and what breaks a rule now to how they stand and what
//! changed by it. Pure.
//!
//! What breaks a rule waits as long as the rule says, and one that fires is over only after [`CLEAR_FOR`] without being broken. So an
//! alert changes at most twice in that time, however its figure goes up and down.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{CLEAR_FOR, LATE_AFTER, Rule};
use crate::foundation::Timestamp;

/// A rule and what it is about.
pub type Key = (Rule, String);

/// What is remembered of an alert from one look to the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    pub firing_since: Option<Timestamp>,
    /// Since when its rule is broken, while it does not fire.
    pub pending_since: Option<Timestamp>,
    /// Since when its rule is not broken, while it fires.
    pub clear_since: Option<Timestamp>,
    pub silenced_until: Option<Timestamp>,
}

impl Held {
    /// Whether there is nothing to remember.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// What changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Fired {
        is_silenced: bool,
    },
    Resolved {
        since: Timestamp,
        is_silenced: bool,
    },
    SilenceEnded {
        /// Whether it fired under the silence and still does.
        is_firing: bool,
    },
}

/// How alerts stand after a look, and what changed by it, in the order of the rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    pub after: BTreeMap<Key, Held>,
    pub changes: Vec<(Key, Change)>,
}

/// Looks at all alerts of a project. `last` is when that was done before: what waited is not believed over a gap in which nobody
/// looked, and waits anew.
pub fn evaluate(
    before: &BTreeMap<Key, Held>,
    broken: &BTreeSet<Key>,
    last: Option<Timestamp>,
    now: Timestamp,
) -> Looked {
    let is_gap = last.is_some_and(|last| now.micros_since(last) > LATE_AFTER);
    let mut looked = Looked::default();
    for key in before.keys().chain(broken).collect::<BTreeSet<_>>() {
        let mut held = before.get(key).cloned().unwrap_or_default();
        if is_gap {
            (held.pending_since, held.clear_since) = (None, None);
        }
        let (after, changes) = step(&held, broken.contains(key), key.0.hold(), now);
        looked.changes.extend(changes.into_iter().map(|change| (key.clone(), change)));
        if !after.is_nothing() {
            looked.after.insert(key.clone(), after);
        }
    }
    looked
}

/// Looks at one alert.
fn step(before: &Held, is_broken: bool, hold: i64, now: Timestamp) -> (Held, Vec<Change>) {
    let mut after = before.clone();
    let is_silence_over = before.silenced_until.is_some_and(|until| until <= now);
    if is_silence_over {
        after.silenced_until = None;
    }
    let mut changes = Vec::new();
    match (before.firing_since, is_broken) {
        (Some(_), true) => after.clear_since = None,
        (Some(since), false) => {
            let clear_since = *after.clear_since.get_or_insert(now);
            if now.micros_since(clear_since) >= CLEAR_FOR {
                (after.firing_since, after.clear_since) = (None, None);
                changes.push(Change::Resolved { since, is_silenced: before.silenced_until.is_some() });
            }
        }
        (None, true) => {
            let pending_since = *after.pending_since.get_or_insert(now);
            if now.micros_since(pending_since) >= hold {
                (after.firing_since, after.pending_since) = (Some(now), None);
                changes.push(Change::Fired { is_silenced: after.silenced_until.is_some() });
            }
        }
        (None, false) => after.pending_since = None,
    }
    if is_silence_over {
        let is_firing = before.firing_since.is_some() && after.firing_since.is_some();
        changes.push(Change::SilenceEnded { is_firing });
    }
    (after, changes)
}

#[cfg(test)]
#[path = "evaluate_tests.rs"]
mod tests;
