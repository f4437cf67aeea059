//! Read models of alerts: all seven rules as they stand, and what happened.

pub(super) mod measure;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::evaluate::Key;
use super::model::{Alert, DAY, LATE_AFTER, Measure, Rule, State};
use super::store::{self, AlertRow, Check};
use crate::db::{AnyConnection, snapshot};
use crate::foundation::{Error, ProjectKey, Result, Timestamp};

pub use super::store::ChangeRow;

/// Things that happened which a page shows.
const SHOWN: i64 = 50;
/// Things that happened in a day which its strips are drawn from; more are as good as none.
const DRAWN: i64 = 2_000;

/// How many alerts fire and are not silenced.
pub fn firing(conn: &mut AnyConnection, project: ProjectKey) -> Result<i64> {
    store::firing(conn, project)
}

/// The alerts of a project, and how well they are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Board {
    /// At least one for each rule: firing, pending, silenced, fine; in each the most severe first, then by the rules' order.
    pub alerts: Vec<Alert>,
    /// None where the rules were never looked at.
    pub checked_at: Option<Timestamp>,
    /// Whether that is too long ago, so that nothing is known to be fine.
    pub is_late: bool,
    /// Whether the project is not looked at, because no trace came for seven days and nothing is wrong.
    pub is_asleep: bool,
}

impl Board {
    /// How many stand so.
    pub fn count(&self, state: State) -> usize {
        self.alerts.iter().filter(|alert| alert.state() == state).count()
    }

    /// Those that fire and are not silenced.
    pub fn firing(&self) -> impl Iterator<Item = &Alert> {
        self.alerts.iter().filter(|alert| alert.state() == State::Firing)
    }

    /// Whether what is not wrong is known to be fine.
    pub fn is_known(&self) -> bool {
        !self.is_late && !self.is_asleep
    }
}

/// How the alerts of a project stand.
pub fn board(conn: &mut AnyConnection, project: ProjectKey, now: Timestamp) -> Result<Board> {
    let (rows, check, is_awake) = snapshot(conn, |conn| {
        let rows = store::rows(conn, project)?;
        Ok((rows, store::check(conn, project)?, store::is_awake(conn, project, now)?))
    })?;
    let checked_at = check.as_ref().map(|check| check.checked_at);
    let is_fresh = checked_at.is_some_and(|at| now.micros_since(at) <= LATE_AFTER);
    let alerts = standing(rows, check.unwrap_or_default());
    Ok(Board { alerts, checked_at, is_late: is_awake && !is_fresh, is_asleep: !is_awake })
}

/// One alert by its id.
pub fn find(conn: &mut AnyConnection, project: ProjectKey, id: &str) -> Result<Alert> {
    let (rows, check) = (store::rows(conn, project)?, store::check(conn, project)?);
    let found = all(rows, check.unwrap_or_default()).into_values().find(|alert| alert.id == id);
    found.filter(|_| !id.is_empty()).ok_or_else(|| Error::not_found("the alert"))
}

/// What happened of late, the newest first.
pub fn history(conn: &mut AnyConnection, project: ProjectKey) -> Result<Vec<ChangeRow>> {
    store::changes(conn, project, Timestamp(0), SHOWN)
}

/// What happened in the last 24 hours, the oldest first.
pub fn last_day(conn: &mut AnyConnection, project: ProjectKey, now: Timestamp) -> Result<Vec<ChangeRow>> {
    let mut changes = store::changes(conn, project, now.plus_micros(-DAY), DRAWN)?;
    changes.reverse();
    Ok(changes)
}

/// Everything that anything ever happened to, or that waits.
fn all(rows: Vec<AlertRow>, check: Check) -> BTreeMap<Key, Alert> {
    let measured: BTreeMap<Key, Measure> =
        check.measured.into_iter().map(|one| ((one.rule, one.subject.clone()), one)).collect();
    let mut alerts: BTreeMap<Key, Alert> = BTreeMap::new();
    for row in rows {
        let Some(key) = row.key() else { continue };
        let measure = measured.get(&key).cloned();
        let alert = Alert {
            rule: key.0,
            subject: row.subject.clone(),
            firing_since: row.firing_since,
            pending_since: None,
            resolved_at: row.resolved_at,
            measure: measure.or_else(|| row.measure(key.0).filter(|_| row.firing_since.is_some())),
            taken: row.taken(),
            silence: row.silence(),
            id: row.alert_id,
        };
        alerts.insert(key, alert);
    }
    for watched in check.watched {
        let key = (watched.rule, watched.subject);
        let measure = measured.get(&key).cloned();
        let subject = key.1.clone();
        let alert = alerts.entry(key).or_insert_with(|| Alert {
            id: watched.id,
            rule: watched.rule,
            subject,
            firing_since: None,
            pending_since: None,
            resolved_at: None,
            measure,
            taken: None,
            silence: None,
        });
        if alert.firing_since.is_none() {
            alert.pending_since = watched.pending_since;
        }
    }
    alerts
}

/// What is not fine, and for each rule of which nothing is that, one that is: what was measured closest to its threshold.
fn standing(rows: Vec<AlertRow>, check: Check) -> Vec<Alert> {
    let measured = check.measured.clone();
    let all = all(rows, check);
    let mut fine_since: BTreeMap<Rule, Timestamp> = BTreeMap::new();
    for alert in all.values() {
        let over = alert.resolved_at.into_iter();
        over.for_each(|at| {
            let latest = fine_since.entry(alert.rule).or_insert(at);
            *latest = at.max(*latest);
        });
    }
    let mut shown: Vec<Alert> = all.into_values().filter(|alert| alert.state() != State::Fine).collect();
    let named: BTreeSet<Rule> = shown.iter().map(|alert| alert.rule).collect();
    for rule in Rule::ALL.into_iter().filter(|rule| !named.contains(rule)) {
        let closest = measured.iter().filter(|one| one.rule == rule);
        let measure = closest.max_by_key(|one| rule.excess(one.value)).cloned();
        shown.push(Alert {
            id: String::new(),
            rule,
            subject: measure.as_ref().map(|one| one.subject.clone()).unwrap_or_default(),
            firing_since: None,
            pending_since: None,
            resolved_at: fine_since.get(&rule).copied(),
            measure,
            taken: None,
            silence: None,
        });
    }
    let excess = |alert: &Alert| alert.measure.as_ref().map(|one| alert.rule.excess(one.value));
    shown.sort_by_cached_key(|alert| {
        (alert.state(), alert.rule.severity(), alert.rule, Reverse(excess(alert)), alert.subject.clone())
    });
    shown
}
