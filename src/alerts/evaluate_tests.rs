//! What becomes of alerts, by table and by property.

use proptest::prelude::*;

use super::*;
use crate::alerts::model::MINUTE;

const START: i64 = 1_795_251_600_000_000;

fn at(minute: i64) -> Timestamp {
    Timestamp(START + minute * MINUTE)
}

fn key(rule: Rule) -> Key {
    (rule, "planner".to_owned())
}

/// Looks once a minute at one alert, broken in the minutes of `broken`; what changed, with its minute.
fn looks(rule: Rule, silenced_until: Option<i64>, broken: &[bool]) -> (Held, Vec<(i64, Change)>) {
    let silence = Held { silenced_until: silenced_until.map(at), ..Held::default() };
    let mut before = BTreeMap::from([(key(rule), silence)]);
    let mut changes = Vec::new();
    let mut last = None;
    for (minute, is_broken) in (0_i64..).zip(broken) {
        let keys = is_broken.then(|| key(rule)).into_iter().collect();
        let looked = evaluate(&before, &keys, last, at(minute));
        changes.extend(looked.changes.into_iter().map(|(_, change)| (minute, change)));
        (before, last) = (looked.after, Some(at(minute)));
    }
    (before.remove(&key(rule)).unwrap_or_default(), changes)
}

fn minutes(parts: &[(usize, bool)]) -> Vec<bool> {
    parts.iter().flat_map(|(count, is_broken)| std::iter::repeat_n(*is_broken, *count)).collect()
}

#[test]
fn each_change_is_told_once_after_its_wait() {
    let fired = |minute| (minute, Change::Fired { is_silenced: false });
    let resolved = |minute, since| (minute, Change::Resolved { since: at(since), is_silenced: false });
    for (rule, broken, expected) in [
        // At once, and over five minutes after it was fine again.
        (Rule::TokenBudgetExceeded, minutes(&[(3, true), (10, false)]), vec![fired(0), resolved(8, 0)]),
        // Ten minutes of waiting.
        (Rule::SlowWorkflowStage, minutes(&[(10, true), (10, false)]), vec![]),
        (Rule::SlowWorkflowStage, minutes(&[(11, true), (2, false)]), vec![fired(10)]),
        // One good minute begins the wait anew.
        (Rule::SlowWorkflowStage, minutes(&[(9, true), (1, false), (9, true)]), vec![]),
        // Four good minutes do not end it.
        (
            Rule::TokenBudgetExceeded,
            minutes(&[(1, true), (4, false), (1, true), (4, false), (1, true)]),
            vec![fired(0)],
        ),
    ] {
        assert_eq!(looks(rule, None, &broken).1, expected, "{rule:?} {broken:?}");
    }
}

#[test]
fn a_silence_keeps_quiet_and_goes_on_being_looked_at() {
    let rule = Rule::TokenBudgetExceeded;
    let (held, changes) = looks(rule, Some(10), &minutes(&[(12, true)]));
    let expected = [(0, Change::Fired { is_silenced: true }), (10, Change::SilenceEnded { is_firing: true })];
    assert_eq!((held.firing_since, changes.as_slice()), (Some(at(0)), expected.as_slice()));
    let (_, changes) = looks(rule, Some(20), &minutes(&[(2, true), (25, false)]));
    let expected = [
        (0, Change::Fired { is_silenced: true }),
        (7, Change::Resolved { since: at(0), is_silenced: true }),
        (20, Change::SilenceEnded { is_firing: false }),
    ];
    assert_eq!(changes, expected);
    // What begins in the very look that ends the silence is told once.
    let (_, changes) = looks(rule, Some(1), &[false, true]);
    let expected =
        [(1, Change::Fired { is_silenced: false }), (1, Change::SilenceEnded { is_firing: false })];
    assert_eq!(changes, expected);
}

#[test]
fn what_waited_waits_anew_after_a_gap_in_which_nobody_looked() {
    let waiting = Held { pending_since: Some(at(0)), ..Held::default() };
    let rule = Rule::SlowWorkflowStage;
    let (before, broken) = (BTreeMap::from([(key(rule), waiting)]), BTreeSet::from([key(rule)]));
    let soon = evaluate(&before, &broken, Some(at(9)), at(10));
    assert_eq!(soon.changes, [(key(rule), Change::Fired { is_silenced: false })]);
    let late = evaluate(&before, &broken, Some(at(0)), at(60));
    assert!(late.changes.is_empty());
    assert_eq!(late.after[&key(rule)].pending_since, Some(at(60)));
}

proptest! {
    #[test]
    fn changes_alternate_and_are_bounded_whatever_the_figure_does(
        broken in prop::collection::vec(any::<bool>(), 1..200),
        rule in 0_usize..7,
        silenced in prop::option::of(0_i64..100),
    ) {
        let (held, changes) = looks(Rule::ALL[rule], silenced, &broken);
        let states: Vec<bool> = changes
            .iter()
            .filter_map(|(_, change)| match change {
                Change::Fired { .. } => Some(true),
                Change::Resolved { .. } => Some(false),
                Change::SilenceEnded { .. } => None,
            })
            .collect();
        let alternate = states.iter().enumerate().all(|(place, is_firing)| *is_firing == (place % 2 == 0));
        prop_assert!(alternate, "{changes:?}");
        prop_assert_eq!(held.firing_since.is_some(), states.len() % 2 == 1);
        prop_assert!(states.len() <= 2 * broken.len().div_ceil(6), "{} in {}", states.len(), broken.len());
        let ends = changes.iter().filter(|(_, change)| matches!(change, Change::SilenceEnded { .. })).count();
        prop_assert!(ends <= 1);
    }

    #[test]
    fn looking_twice_at_the_same_moment_changes_nothing_more(
        broken in prop::collection::vec(any::<bool>(), 1..40),
        again in any::<bool>(),
    ) {
        let rule = Rule::TokenBudgetExceeded;
        let (held, _) = looks(rule, None, &broken);
        let now = at(i64::try_from(broken.len()).unwrap());
        let keys: BTreeSet<Key> = again.then(|| key(rule)).into_iter().collect();
        let before = BTreeMap::from([(key(rule), held)]);
        let once = evaluate(&before, &keys, None, now);
        let twice = evaluate(&once.after, &keys, Some(now), now);
        prop_assert!(twice.changes.is_empty());
        prop_assert_eq!(once.after, twice.after);
    }
}
