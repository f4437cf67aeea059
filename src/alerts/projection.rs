//! How events become the tables `alerts` and `alert_changes`. Depends on nothing but the event and the alert's own row.

use super::events::{AlertEvent, STREAM_KIND};
use super::store::{self, AlertRow, ChangeRow};
use crate::db::Tx;
use crate::foundation::{Result, Timestamp};
use crate::ledger::{Event, Projection};

/// The read tables of alerts.
pub const PROJECTION: Projection =
    Projection { name: "alerts", project, tables: &["alerts", "alert_changes"] };

fn project(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    let Some(body) = event.body.as_ref().filter(|_| event.stream_kind == STREAM_KIND) else { return Ok(()) };
    let happened = AlertEvent::from_json(&event.kind, &body.data)?;
    let (rule, subject) = happened.about();
    let found = store::row(tx.conn, event.project, &event.stream_id)?;
    let row = found.unwrap_or_else(|| AlertRow::new(event.project, &event.stream_id, rule, subject));
    store::put(tx.conn, &applied(row, event, &happened))?;
    let (said, until) = told(&happened);
    store::add_change(
        tx.conn,
        &ChangeRow {
            project: event.project,
            event_id: event.id.clone(),
            alert_id: event.stream_id.clone(),
            rule: rule.as_str().to_owned(),
            subject: subject.to_owned(),
            kind: event.kind.clone(),
            at: event.at,
            by_id: event.actor.clone(),
            by_name: event.actor_name().to_owned(),
            said,
            until,
        },
    )
}

fn applied(row: AlertRow, event: &Event, happened: &AlertEvent) -> AlertRow {
    let who = || (Some(event.at), Some(event.actor.clone()), Some(event.actor_name().to_owned()));
    let untaken = |row: AlertRow| AlertRow { taken_at: None, taken_by: None, taken_name: None, ..row };
    match happened {
        AlertEvent::Fired { value, unit, said, .. } => AlertRow {
            firing_since: Some(event.at),
            value: *value,
            unit: unit.as_str().to_owned(),
            said: said.clone(),
            ..row
        },
        // Whoever had it need not have the next one.
        AlertEvent::Resolved { .. } => {
            AlertRow { firing_since: None, resolved_at: Some(event.at), ..untaken(row) }
        }
        AlertEvent::Acknowledged { .. } => {
            let (taken_at, taken_by, taken_name) = who();
            AlertRow { taken_at, taken_by, taken_name, ..row }
        }
        AlertEvent::GivenBack { .. } => untaken(row),
        AlertEvent::Silenced { until, reason, .. } => {
            let (silenced_at, silenced_by, silenced_name) = who();
            let (silenced_until, silence_reason) = (Some(*until), Some(reason.clone()));
            AlertRow { silenced_at, silenced_until, silenced_by, silenced_name, silence_reason, ..row }
        }
        AlertEvent::SilenceEnded { .. } => AlertRow {
            silenced_at: None,
            silenced_until: None,
            silenced_by: None,
            silenced_name: None,
            silence_reason: None,
            ..row
        },
    }
}

/// What the list of what happened says of it, and the moment that goes with it.
fn told(happened: &AlertEvent) -> (String, Option<Timestamp>) {
    match happened {
        AlertEvent::Fired { said, .. } => (said.clone(), None),
        AlertEvent::Resolved { since, .. } => (String::new(), Some(*since)),
        AlertEvent::Silenced { until, reason, .. } => (reason.clone(), Some(*until)),
        AlertEvent::SilenceEnded { said, .. } => (said.clone(), None),
        AlertEvent::Acknowledged { .. } | AlertEvent::GivenBack { .. } => (String::new(), None),
    }
}
