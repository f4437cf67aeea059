//! Putting other terms in the place of a schedule's.

use crate::db::Tx;
use crate::foundation::{Action, Asker, Result};
use crate::ledger::Event;
use crate::maintenance::schedules::decide::{Command, decide};
use crate::maintenance::schedules::model::Terms;
use crate::maintenance::schedules::{reads, store};
use crate::state::App;

use super::settled::settled;

/// Changes them from today on, with a reason; whoever does answers for its orders from then on. Refused where somebody changed it
/// since the version `seen`; none takes it as it stands. No events: it says the same.
pub async fn change(
    app: &App,
    asker: &Asker,
    schedule: &str,
    terms: Terms,
    reason: String,
    seen: Option<i64>,
) -> Result<Vec<Event>> {
    asker.must(Action::KeepSchedules)?;
    let (ledger, who, id) = (app.ledger.clone(), asker.clone(), schedule.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        store::take_turn(tx, who.project, &id)?;
        let found = reads::load(tx.conn, who.project, &id)?;
        let terms = Box::new(settled(tx.conn, &who, terms, Some(&found.terms))?);
        let now = tx.now();
        let facts = super::facts(tx.conn, &who, &found, now)?;
        let decided = decide(&found, Command::Change { terms, reason, seen }, &facts)?;
        super::append(tx, &ledger, who.project, &found.id, &decided)
    };
    app.db.write(&asker.actor, write).await
}
