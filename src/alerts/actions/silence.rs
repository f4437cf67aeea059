//! Somebody silences an alert until a moment, for a reason; or ends that before.

use crate::alerts::events::{AlertEvent, stream_of};
use crate::alerts::model::{Alert, LONGEST_REASON, LONGEST_SILENCE, State};
use crate::alerts::{reads, store};
use crate::db::Tx;
use crate::foundation::{Action, Asker, Error, FieldErrors, Result, Timestamp};
use crate::state::App;

/// Silences one that fires or waits, or silences it anew: it goes on being looked at, and nobody is told of it until the end, which lies
/// in the next thirty days. Gives it as it stood.
pub async fn silence(
    app: &App,
    asker: &Asker,
    id: &str,
    until: Option<Timestamp>,
    reason: &str,
) -> Result<Alert> {
    asker.must(Action::KeepJobs)?;
    let until = checked(until, reason.trim(), app.now())?;
    let (ledger, project, id) = (app.ledger.clone(), asker.project, id.to_owned());
    let reason = reason.trim().to_owned();
    let write = move |tx: &mut Tx<'_>| {
        store::take_turn(tx, project)?;
        let alert = reads::find(tx.conn, project, &id)?;
        if alert.state() == State::Fine {
            return Err(Error::refused("This alert is over: there is nothing to silence."));
        }
        let (rule, subject) = (alert.rule, alert.subject.clone());
        let event = AlertEvent::Silenced { rule, subject, until, reason };
        ledger.append_next(tx, &stream_of(project, &id), event.draft()?)?;
        Ok(alert)
    };
    app.db.write(&asker.actor, write).await
}

/// Ends a silence before its time; gives the alert as it stood.
pub async fn end_silence(app: &App, asker: &Asker, id: &str) -> Result<Alert> {
    asker.must(Action::KeepJobs)?;
    let (ledger, project, id) = (app.ledger.clone(), asker.project, id.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        store::take_turn(tx, project)?;
        let alert = reads::find(tx.conn, project, &id)?;
        if alert.silence.is_none() {
            return Err(Error::refused("This alert is not silenced."));
        }
        let event = AlertEvent::SilenceEnded {
            rule: alert.rule,
            subject: alert.subject.clone(),
            is_firing: alert.firing_since.is_some(),
            said: alert.measure.as_ref().map(|one| one.said.clone()).unwrap_or_default(),
        };
        ledger.append_next(tx, &stream_of(project, &id), event.draft()?)?;
        Ok(alert)
    };
    app.db.write(&asker.actor, write).await
}

/// The end, where end and reason can be taken.
fn checked(until: Option<Timestamp>, reason: &str, now: Timestamp) -> Result<Timestamp> {
    let mut errors = FieldErrors::default();
    match until {
        None => errors.add("until", "say when the silence ends: there is none for ever"),
        Some(until) if until <= now => {
            errors.add("until", "the end lies in the past; choose one that is to come");
        }
        Some(until) if until.micros_since(now) > LONGEST_SILENCE => {
            errors.add("until", "choose an end in the next 30 days");
        }
        Some(_) => {}
    }
    if reason.is_empty() {
        errors.add("reason", "say why, so that others know");
    } else if reason.contains('\0') {
        errors.add("reason", "holds a NUL, which is no text");
    } else if reason.chars().count() > LONGEST_REASON {
        errors.add("reason", format!("write at most {LONGEST_REASON} characters"));
    }
    errors.into_result()?;
    until.ok_or_else(|| Error::invalid("until", "say when the silence ends"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silence_has_an_end_to_come_and_a_reason() {
        let now = Timestamp(1_000_000);
        let ends = [None, Some(now), Some(now.plus_micros(LONGEST_SILENCE + 1))];
        assert!(ends.into_iter().all(|until| checked(until, "why", now).is_err()));
        let soon = Some(now.plus_micros(1));
        assert!(checked(soon, "", now).is_err() && checked(soon, &"x".repeat(501), now).is_err());
        assert!(checked(soon, "a\0b", now).is_err(), "PostgreSQL stores none");
        assert_eq!(checked(soon, "why", now).unwrap(), now.plus_micros(1));
    }
}
