//! Looks at the rules of every project: a rule of the system, run every minute by whichever server comes first.

use std::collections::{BTreeMap, BTreeSet};

use crate::alerts::evaluate::{Change, Held, Key, Looked, evaluate};
use crate::alerts::events::{AlertEvent, stream_of};
use crate::alerts::job::Watched;
use crate::alerts::model::{Measure, Rule, Unit, worst};
use crate::alerts::reads::measure::measure;
use crate::alerts::store::{self, AlertRow, Check, WatchedAlert};
use crate::db::{AnyConnection, Tx, snapshot};
use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, ProjectKey, Result, Timestamp};
use crate::ledger::Ledger;
use crate::state::App;

/// Looks, as only the system does, at all projects in which traces arrive or something is not fine; gives how many changes there
/// were. One that fails holds up no other, and its page says that it was not looked at.
pub async fn evaluate_all(app: &App, asker: &Asker, watched: Watched) -> Result<usize> {
    asker.must(Action::RemoveErased)?;
    let now = app.now();
    let mut changes = 0;
    for project in app.db.read(move |conn| store::awake(conn, now)).await? {
        match evaluate_one(app, &asker.in_project(project)?, watched).await {
            Ok(count) => changes += count,
            Err(cause) => {
                tracing::warn!(project = project.0, %cause, "the rules of alerts could not be looked at");
            }
        }
    }
    Ok(changes)
}

async fn evaluate_one(app: &App, asker: &Asker, watched: Watched) -> Result<usize> {
    let (project, now) = (asker.project, app.now());
    let read = move |conn: &mut AnyConnection| snapshot(conn, |conn| measure(conn, project, watched, now));
    let measured = app.db.read(read).await?;
    let ledger = app.ledger.clone();
    let write = move |tx: &mut Tx<'_>| note(tx, &ledger, project, measured, now);
    app.db.write(&asker.actor, write).await
}

/// Writes what follows from what was measured at a moment, unless another server has looked since.
fn note(
    tx: &mut Tx<'_>,
    ledger: &Ledger,
    project: ProjectKey,
    measured: Vec<Measure>,
    at: Timestamp,
) -> Result<usize> {
    store::take_turn(tx, project)?;
    let check = store::check(tx.conn, project)?;
    if check.as_ref().is_some_and(|check| check.checked_at > at) {
        return Ok(0);
    }
    let last = check.as_ref().map(|check| check.checked_at);
    let known = Known::of(store::rows(tx.conn, project)?, check.unwrap_or_default());
    let measured = worst(measured, &known.firing());
    let broken: BTreeSet<Key> =
        measured.iter().filter(|one| one.is_broken()).map(|one| (one.rule, one.subject.clone())).collect();
    let Looked { after, changes } = evaluate(&known.held, &broken, last, at);
    let mut ids = known.ids;
    for key in after.keys().chain(changes.iter().map(|(key, _)| key)) {
        ids.entry(key.clone()).or_insert_with(|| new_id(at));
    }
    for (key, change) in &changes {
        let Some(id) = ids.get(key) else { continue };
        let event = event_of(key, *change, &measured);
        ledger.append_next(tx, &stream_of(project, id), event.draft()?)?;
    }
    store::put_check(tx.conn, project, &check_of(&after, &ids, &measured, at))?;
    Ok(changes.len())
}

/// What is known from before: how alerts stand, and by which ids.
struct Known {
    held: BTreeMap<Key, Held>,
    ids: BTreeMap<Key, String>,
}

impl Known {
    fn of(rows: Vec<AlertRow>, check: Check) -> Self {
        let mut known = Self { held: BTreeMap::new(), ids: BTreeMap::new() };
        for row in rows {
            let Some(key) = row.key() else { continue };
            let held = Held {
                firing_since: row.firing_since,
                silenced_until: row.silenced_until,
                ..Held::default()
            };
            known.ids.insert(key.clone(), row.alert_id);
            if !held.is_nothing() {
                known.held.insert(key, held);
            }
        }
        for watched in check.watched {
            let key = (watched.rule, watched.subject);
            known.ids.entry(key.clone()).or_insert(watched.id);
            let held = known.held.entry(key).or_default();
            if held.firing_since.is_some() {
                held.clear_since = watched.clear_since;
            } else {
                held.pending_since = watched.pending_since;
            }
        }
        known
    }

    fn firing(&self) -> BTreeSet<Key> {
        let firing = self.held.iter().filter(|(_, held)| held.firing_since.is_some());
        firing.map(|(key, _)| key.clone()).collect()
    }
}

fn event_of((rule, subject): &Key, change: Change, measured: &[Measure]) -> AlertEvent {
    let (rule, subject) = (*rule, subject.clone());
    let found = measured.iter().find(|one| one.rule == rule && one.subject == subject);
    let said = found.map(|one| one.said.clone()).unwrap_or_default();
    match change {
        Change::Fired { is_silenced } => AlertEvent::Fired {
            rule,
            subject,
            value: found.map_or_else(|| rule.threshold(), |one| one.value),
            unit: found.map_or(Unit::Tokens, |one| one.unit),
            said,
            is_silenced,
        },
        Change::Resolved { since, is_silenced } => AlertEvent::Resolved { rule, subject, since, is_silenced },
        Change::SilenceEnded { is_firing } => AlertEvent::SilenceEnded { rule, subject, is_firing, said },
    }
}

/// What the next look finds, and what pages show: of each rule what breaks it, what is remembered, and what comes closest.
fn check_of(
    after: &BTreeMap<Key, Held>,
    ids: &BTreeMap<Key, String>,
    measured: &[Measure],
    at: Timestamp,
) -> Check {
    let waits = |held: &Held| held.pending_since.is_some() || held.clear_since.is_some();
    let watched = after.iter().filter(|(_, held)| waits(held)).filter_map(|(key, held)| {
        Some(WatchedAlert {
            id: ids.get(key)?.clone(),
            rule: key.0,
            subject: key.1.clone(),
            pending_since: held.pending_since,
            clear_since: held.clear_since,
        })
    });
    let mut first: BTreeSet<Rule> = BTreeSet::new();
    let is_shown = |one: &&Measure| {
        first.insert(one.rule) || one.is_broken() || after.contains_key(&(one.rule, one.subject.clone()))
    };
    let watched = watched.collect();
    Check { checked_at: at, measured: measured.iter().filter(is_shown).cloned().collect(), watched }
}
