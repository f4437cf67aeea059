//! Taking back what one stated, as long as nobody has judged it. The record of it stays.

use crate::audit::events::AuditEvent;
use crate::audit::stated::{Asker, may_withdraw, reads};
use crate::audit::store;
use crate::foundation::{Actor, ProjectKey, Result};
use crate::state::App;

use super::append;

/// Withdraws a stated claim and returns the id of its order. The trace stays linked.
pub async fn withdraw(app: &App, actor: &Actor, project: ProjectKey, claim: String) -> Result<String> {
    let ledger = app.ledger.clone();
    app.db
        .write(actor, move |tx| {
            let row = store::stated(tx.conn, project, &claim)?;
            let asker = tx.actor().id.clone();
            let facts = reads::facts_of(tx.conn, project, &row, &asker)?;
            let who = Asker { id: &asker, kind: tx.actor().kind, is_reviewer: false };
            may_withdraw(&who, &facts)?;
            let event = AuditEvent::ClaimWithdrawn { claim };
            append(&ledger, tx, project, &row.order_id, &[event])?;
            Ok(row.order_id)
        })
        .await
}
