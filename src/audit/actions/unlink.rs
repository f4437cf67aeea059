//! Taking a link away; the record of it stays, and so do pins.

use crate::audit::events::AuditEvent;
use crate::audit::store;
use crate::foundation::{Action, Asker, Error, Result};
use crate::state::App;
use crate::work_orders;
use crate::work_orders::lifecycle::tie;

use super::append;
use super::link::takes_evidence;

/// Takes a link away and returns the id of its order. A reason is needed for what somebody else or a rule linked.
pub async fn unlink(app: &App, asker: &Asker, link_id: String, reason: String) -> Result<String> {
    asker.must_some(Action::AddEvidence)?;
    let (ledger, who, project) = (app.ledger.clone(), asker.clone(), asker.project);
    app.db
        .write(&asker.actor, move |tx| {
            let link = store::link(tx.conn, project, &link_id)?
                .filter(|link| link.removed_at.is_none())
                .ok_or_else(|| Error::not_found("the link"))?;
            let order = work_orders::reads::load(tx.conn, project, &link.order_id, None)?;
            who.must_for(Action::AddEvidence, &tie(&order, &who.actor))?;
            takes_evidence(&order)?;
            let reason = reason.trim().to_owned();
            if reason.is_empty() && (link.by_id != tx.actor().id || !link.is_by_hand()) {
                return Err(Error::invalid("reason", "say why: somebody else or a rule made this link"));
            }
            append(
                &ledger,
                tx,
                project,
                &link.order_id,
                &[AuditEvent::EvidenceUnlinked { link: link_id, reason }],
            )?;
            Ok(link.order_id)
        })
        .await
}
