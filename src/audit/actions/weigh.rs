//! Saying how much a stated claim matters: until a reviewer does, it weighs nothing.

use crate::audit::events::AuditEvent;
use crate::audit::model::Materiality;
use crate::audit::stated::{may_weigh, reads};
use crate::audit::store;
use crate::foundation::{Action, Asker, Error, Result};
use crate::state::App;

use super::append;

/// Gives a stated claim its weight; the same weight again changes nothing.
///
/// Refused to whoever stated it or worked on the order, and once somebody has judged it.
pub async fn weigh(app: &App, asker: &Asker, claim: String, to: Materiality) -> Result<()> {
    asker.must_some(Action::WeighStatement)?;
    let (ledger, who, project) = (app.ledger.clone(), asker.clone(), asker.project);
    app.db
        .write(&asker.actor, move |tx| {
            let row = store::stated(tx.conn, project, &claim)?;
            let facts = reads::facts_of(tx.conn, project, &row, who.id())?;
            may_weigh(&who, &facts)?;
            let from = u32::try_from(row.materiality).ok().and_then(Materiality::from_k);
            let from = from.ok_or_else(|| Error::internal("a stored weight does not exist"))?;
            if from == to {
                return Ok(());
            }
            let event = AuditEvent::ClaimWeighed { claim, from, to };
            append(&ledger, tx, project, &row.order_id, &[event]).map(drop)
        })
        .await
}
