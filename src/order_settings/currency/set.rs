//! Choosing the currency of a project. Amounts that were written down before stay in theirs.

use crate::db::{Tx, locks};
use crate::foundation::money::Currency;
use crate::foundation::{Action, Asker, Result};
use crate::ledger::Draft;
use crate::state::App;

use super::events::{CurrencySet, SET, stream_of};
use super::reads;

/// Chooses it. For admins and the operator.
pub async fn set(app: &App, asker: &Asker, to: Currency) -> Result<()> {
    asker.must(Action::SetOrderPolicy)?;
    let (ledger, project) = (app.ledger.clone(), asker.project);
    let write = move |tx: &mut Tx<'_>| {
        locks::take_turn(tx, locks::order_turn(project, "currency"))?;
        let from = reads::of(tx.conn, project)?;
        if from != to {
            let data = serde_json::to_value(CurrencySet { from, to })?;
            ledger.append_next(tx, &stream_of(project), Draft::new(SET, data))?;
        }
        Ok(())
    };
    app.db.write(&asker.actor, write).await
}
