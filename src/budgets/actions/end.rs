//! Ending a budget.

use crate::budgets::{decide, reads};
use crate::db::Tx;
use crate::foundation::{Action, Asker, Result};
use crate::ledger::Event;
use crate::state::App;

/// Ends it for good, with a reason; what happened to it stays in the log.
pub async fn end(app: &App, asker: &Asker, budget: &str, reason: String) -> Result<Vec<Event>> {
    asker.must(Action::ChangePrices)?;
    let (ledger, project, id) = (app.ledger.clone(), asker.project, budget.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        super::take_turn(tx, project)?;
        let found = reads::find(tx.conn, project, &id)?;
        let decided = decide::end(&found, &reason)?;
        super::append(tx, &ledger, project, &found.id, &decided)
    };
    app.db.write(&asker.actor, write).await
}
