//! Taking a link away; the record of it stays, and so do pins.
//!
//! Evidence is not for those whom it may speak against to take away. Whoever made a link by hand may take it away until the
//! work is completed. What somebody else, a rule or a call under a trace linked, and every link once the work is completed,
//! only those take away whose say reaches every order: supervisors and auditors. Where a verdict was given on what it showed,
//! or the order was verified, that is asked about as an exception.

use crate::audit::claim_facts::is_evidence_of;
use crate::audit::events::AuditEvent;
use crate::audit::reads::{JudgedClaim, LinkRow, judged_claims};
use crate::audit::store;
use crate::db::Tx;
use crate::foundation::permission::rule_of;
use crate::foundation::{Action, Asker, Error, Grant, Result};
use crate::ledger::Ledger;
use crate::state::App;
use crate::work_orders;
use crate::work_orders::decide::may_act;
use crate::work_orders::lifecycle::tie;
use crate::work_orders::model::{Order, Status, Target};

use super::append;
use super::link::takes_evidence;
use super::open_exceptions::open_for_removed;

/// Takes a link away and returns the id of its order. A reason is needed for what somebody else or a rule linked, and once the
/// work is completed.
pub async fn unlink(app: &App, asker: &Asker, link_id: String, reason: String) -> Result<String> {
    asker.must_some(Action::AddEvidence)?;
    let (ledger, who) = (app.ledger.clone(), asker.clone());
    app.db.write(&asker.actor, move |tx| unlink_in(&ledger, tx, &who, link_id, &reason)).await
}

fn unlink_in(
    ledger: &Ledger,
    tx: &mut Tx<'_>,
    asker: &Asker,
    link_id: String,
    reason: &str,
) -> Result<String> {
    let project = asker.project;
    let link = store::link(tx.conn, project, &link_id)?
        .filter(|link| link.removed_at.is_none())
        .ok_or_else(|| Error::not_found("the link"))?;
    let order = work_orders::reads::load(tx.conn, project, &link.order_id, None)?;
    may_act(&order, asker, tx.now())?;
    may_unlink(asker, &order, &link)?;
    let reason = reason.trim().to_owned();
    if reason.is_empty() && !is_own_at_work(asker, &order, &link) {
        return Err(Error::invalid("reason", "say why: it is not yours alone to take away"));
    }
    // Read before the link goes: these were judged while it stood.
    let judged = judged_with(&order, &link, &judged_claims(tx.conn, project, &link.order_id)?);
    let unlinked = AuditEvent::EvidenceUnlinked { link: link_id, reason };
    append(ledger, tx, project, &link.order_id, &[unlinked])?;
    if !judged.is_empty() || order.status == Status::Verified {
        open_for_removed(ledger, tx, project, &link, &judged)?;
    }
    Ok(link.order_id)
}

/// Refuses whoever may not take this link away from its order.
pub fn may_unlink(asker: &Asker, order: &Order, link: &LinkRow) -> Result<()> {
    asker.must_for(Action::AddEvidence, &tie(order, &asker.actor))?;
    takes_evidence(order)?;
    if is_own_at_work(asker, order, link) || asker.may(Action::AddEvidence) == Grant::Any {
        return Ok(());
    }
    let why = if order.status.is_done() {
        format!("{} is {}", order.number, order.status.label().to_lowercase())
    } else {
        "somebody else, or a rule, made this link".to_owned()
    };
    let refused = Error::forbidden(format!("{why}: a supervisor or an auditor takes it away, with a reason"));
    Err(if asker.is_agent() {
        refused.by_rule(rule_of(Action::AddEvidence), "Ask a supervisor or an auditor of the project.")
    } else {
        refused
    })
}

/// Whether they made it by hand and the work is not completed.
fn is_own_at_work(asker: &Asker, order: &Order, link: &LinkRow) -> bool {
    link.is_by_hand() && link.by_id == asker.id() && !order.status.is_done()
}

/// How people name the places whose claims somebody judged while the link was their evidence, or with words of its trace.
fn judged_with(order: &Order, link: &LinkRow, claims: &[JudgedClaim]) -> Vec<String> {
    let is_used = |judged: &JudgedClaim| {
        let (kind, id) = (&judged.claim.target_kind, &judged.claim.target_id);
        let target = format!("{kind}:{id}").parse::<Target>().ok();
        let shows = target.is_some_and(|target| is_evidence_of(order, &target, link));
        judged.verdicts.iter().filter(|verdict| verdict.row.superseded_by.is_none()).any(|verdict| {
            let mut quotes = verdict.verdict.quotes.iter();
            shows || quotes.any(|quote| quote.evidence.trace_id == link.trace_id)
        })
    };
    let standing = claims.iter().filter(|judged| judged.claim.withdrawn_at.is_none());
    standing.filter(|judged| is_used(judged)).map(|judged| judged.claim.place.clone()).collect()
}
