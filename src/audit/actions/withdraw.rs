//! Taking back what one stated, as long as nobody has judged it. The record of it stays.

use crate::audit::events::AuditEvent;
use crate::audit::reads::must_see;
use crate::audit::stated::{may_withdraw, reads};
use crate::audit::store;
use crate::foundation::{Action, Asker, Result};
use crate::state::App;
use crate::work_orders;
use crate::work_orders::decide::may_act;

use super::append;

/// Withdraws a stated claim and returns the id of its order. The trace stays linked.
pub async fn withdraw(app: &App, asker: &Asker, claim: String) -> Result<String> {
    asker.must_some(Action::WithdrawStatement)?;
    let (ledger, who, project) = (app.ledger.clone(), asker.clone(), asker.project);
    app.db
        .write(&asker.actor, move |tx| {
            let row = store::stated(tx.conn, project, &claim)?;
            must_see(tx.conn, &who, &row.order_id)?;
            let facts = reads::facts_of(tx.conn, project, &row, who.id())?;
            may_withdraw(&who, &facts)?;
            may_act(&work_orders::reads::load(tx.conn, project, &row.order_id, None)?, &who, tx.now())?;
            let event = AuditEvent::ClaimWithdrawn { claim };
            append(&ledger, tx, project, &row.order_id, &[event])?;
            Ok(row.order_id)
        })
        .await
}
