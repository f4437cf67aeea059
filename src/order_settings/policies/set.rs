//! Deciding what holds for a type of order from now on. Orders under way follow at once.

use crate::db::{Tx, locks};
use crate::foundation::{Action, Asker, Error, Result};
use crate::ledger::Draft;
use crate::state::App;
use order_markdown::model::policy::REASON_CHARS;
use order_markdown::model::{Closers, TypeClass, TypePolicy};

use super::events::{PolicySet, SET, stream_of};
use super::reads;

/// What is to change; what is none stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PolicyChange {
    /// The author's unit may not approve.
    pub controlled: Option<bool>,
    /// It may be closed without having been verified.
    pub verification_waived: Option<bool>,
    pub closers: Option<Closers>,
    /// Whoever closes must not be of the unit that verified.
    pub closer_not_verifier: Option<bool>,
    /// Required evidence must be there before the outcome can be "achieved".
    pub evidence_required: Option<bool>,
    /// The shortest reason taken, in characters.
    pub min_reason: Option<u16>,
    /// Approving is signed.
    pub approval_signed: Option<bool>,
}

impl PolicyChange {
    /// The policy after the change.
    pub fn applied_to(self, before: TypePolicy) -> TypePolicy {
        TypePolicy {
            controlled: self.controlled.unwrap_or(before.controlled),
            verification_waived: self.verification_waived.unwrap_or(before.verification_waived),
            closers: self.closers.unwrap_or(before.closers),
            closer_not_verifier: self.closer_not_verifier.unwrap_or(before.closer_not_verifier),
            evidence_required: self.evidence_required.unwrap_or(before.evidence_required),
            min_reason: self.min_reason.unwrap_or(before.min_reason),
            approval_signed: self.approval_signed.unwrap_or(before.approval_signed),
        }
    }
}

/// Changes what holds for a type; gives what holds now. For admins and the operator.
pub async fn set(
    app: &App,
    asker: &Asker,
    order_type: TypeClass,
    change: PolicyChange,
) -> Result<TypePolicy> {
    asker.must(Action::SetOrderPolicy)?;
    if change.min_reason.is_some_and(|chars| !REASON_CHARS.contains(&chars)) {
        let (least, most) = (REASON_CHARS.start(), REASON_CHARS.end());
        return Err(Error::invalid("min_reason", format!("expected {least} to {most} characters")));
    }
    let (ledger, project) = (app.ledger.clone(), asker.project);
    let write = move |tx: &mut Tx<'_>| {
        let stream = stream_of(project, order_type);
        locks::take_turn(tx, locks::order_turn(project, order_type.as_str()))?;
        let from = reads::of(tx.conn, project, order_type)?;
        let to = change.applied_to(from);
        if from != to {
            let data = serde_json::to_value(PolicySet { order_type, from, to })?;
            ledger.append_next(tx, &stream, Draft::new(SET, data))?;
        }
        Ok(to)
    };
    app.db.write(&asker.actor, write).await
}
