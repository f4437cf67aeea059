//! Somebody takes an alert, so that others know who looks after it; or gives it back.

use crate::alerts::events::{AlertEvent, stream_of};
use crate::alerts::model::{Alert, State};
use crate::alerts::{reads, store};
use crate::db::Tx;
use crate::foundation::{Action, Asker, Error, Result};
use crate::state::App;

/// Takes one that fires, waits or is silenced; gives it as it stood. Whoever has it already, has it; from another one it is taken over.
pub async fn acknowledge(app: &App, asker: &Asker, id: &str) -> Result<Alert> {
    asker.must(Action::KeepJobs)?;
    let (ledger, project, id, me) = (app.ledger.clone(), asker.project, id.to_owned(), asker.id().to_owned());
    let write = move |tx: &mut Tx<'_>| {
        store::take_turn(tx, project)?;
        let alert = reads::find(tx.conn, project, &id)?;
        if alert.state() == State::Fine {
            return Err(Error::refused("This alert is over: there is nothing to take."));
        }
        if alert.taken.as_ref().is_none_or(|taken| taken.by != me) {
            let event = AlertEvent::Acknowledged { rule: alert.rule, subject: alert.subject.clone() };
            ledger.append_next(tx, &stream_of(project, &id), event.draft()?)?;
        }
        Ok(alert)
    };
    app.db.write(&asker.actor, write).await
}

/// Gives back what they took themselves; gives the alert as it stood.
pub async fn give_back(app: &App, asker: &Asker, id: &str) -> Result<Alert> {
    asker.must(Action::KeepJobs)?;
    let (ledger, project, id, me) = (app.ledger.clone(), asker.project, id.to_owned(), asker.id().to_owned());
    let write = move |tx: &mut Tx<'_>| {
        store::take_turn(tx, project)?;
        let alert = reads::find(tx.conn, project, &id)?;
        if alert.taken.as_ref().is_none_or(|taken| taken.by != me) {
            return Err(Error::refused("You do not have this alert, so you cannot give it back."));
        }
        let event = AlertEvent::GivenBack { rule: alert.rule, subject: alert.subject.clone() };
        ledger.append_next(tx, &stream_of(project, &id), event.draft()?)?;
        Ok(alert)
    };
    app.db.write(&asker.actor, write).await
}
