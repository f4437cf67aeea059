//! The signatures on an order, folded: each is added by the move it was made with, and superseded by the first event
//! that changes what it stands for.

use crate::events::OrderEvent;
use crate::fold::EventMeta;
use crate::model::{Meaning, Order, Signature, Signed, Superseded, Transition};

/// The plan was signed, and with it everything that rests on the plan.
const ALL: &[Meaning] = &[Meaning::Approval, Meaning::Performed, Meaning::Reviewed, Meaning::Approved];
/// What was done was signed.
const WORK: &[Meaning] = &[Meaning::Performed, Meaning::Reviewed, Meaning::Approved];

/// Lets one event happen to the signatures of an order.
pub(crate) fn follow(order: &mut Order, event: &OrderEvent, meta: &EventMeta) {
    let (meanings, why) = changes(event);
    for standing in &mut order.signatures {
        if standing.superseded.is_none() && meanings.contains(&standing.meaning) {
            standing.superseded = Some(Superseded {
                by: meta.who(),
                at: meta.at,
                event: meta.event_id.clone(),
                why: why.to_owned(),
            });
        }
    }
    if let Some((transition, meaning, signed)) = made(event) {
        order.signatures.push(Signature {
            event: meta.event_id.clone(),
            transition,
            meaning,
            by: meta.who(),
            at: meta.at,
            signed: signed.cloned(),
            superseded: None,
        });
    }
}

/// The signature that an event records: the move it was made with, what it means, and what was signed.
fn made(event: &OrderEvent) -> Option<(Option<Transition>, Meaning, Option<&Signed>)> {
    match event {
        OrderEvent::Transitioned { transition, signature, signed, .. } => {
            Some((Some(*transition), (*signature)?, signed.as_deref()))
        }
        OrderEvent::ApprovalRenewed { signature, signed, .. } => {
            Some((None, (*signature)?, signed.as_deref()))
        }
        _ => None,
    }
}

/// Which signatures an event supersedes, and what it changed. What only adds to the record changes nothing of what was
/// signed; what is not named here is taken for a change of the work.
fn changes(event: &OrderEvent) -> (&'static [Meaning], &'static str) {
    match event {
        OrderEvent::PlanEdited { .. } => (ALL, "the plan was changed"),
        OrderEvent::Transitioned { transition, .. } => match transition {
            Transition::ReturnToDraft | Transition::TakeBack => (ALL, "taken back for a change of the plan"),
            Transition::ReturnForRework => (WORK, "returned for rework"),
            Transition::Reopen => (WORK, "reopened"),
            _ => (&[], ""),
        },
        OrderEvent::LogAdded { corrects: Some(_), .. } => (WORK, "an entry of the log was corrected"),
        OrderEvent::Created { .. }
        | OrderEvent::Imported { .. }
        | OrderEvent::Assigned { .. }
        | OrderEvent::LogAdded { .. }
        | OrderEvent::CommentAdded { .. }
        | OrderEvent::SafetyAcknowledged { .. }
        | OrderEvent::Related { .. }
        | OrderEvent::Unrelated { .. }
        | OrderEvent::Amended { .. }
        | OrderEvent::ApprovalRenewed { .. }
        | OrderEvent::BlockPassed { .. }
        | OrderEvent::CheckpointReleased { .. }
        | OrderEvent::SignedOn {}
        | OrderEvent::SignedOff { .. }
        | OrderEvent::MaterialitySet { .. } => (&[], ""),
        OrderEvent::Gathered(gathered) if gathered.only_adds() => (&[], ""),
        _ => (WORK, "the record of the work was changed"),
    }
}
