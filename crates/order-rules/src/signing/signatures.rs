//! The signatures on an order, folded: each is added by the move it was made with, and superseded by the first event
//! that changes what it stands for.

use crate::events::OrderEvent;
use crate::fold::EventMeta;
use crate::model::{Meaning, Order, Signature, Superseded, Transition};

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
    if let OrderEvent::Transitioned { transition, signature: Some(meaning), signed, .. } = event {
        order.signatures.push(Signature {
            event: meta.event_id.clone(),
            transition: *transition,
            meaning: *meaning,
            by: meta.who(),
            at: meta.at,
            signed: signed.as_deref().cloned(),
            superseded: None,
        });
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
        | OrderEvent::BlockPassed { .. }
        | OrderEvent::CheckpointReleased { .. }
        | OrderEvent::SignedOn {}
        | OrderEvent::SignedOff { .. }
        | OrderEvent::MaterialitySet { .. } => (&[], ""),
        OrderEvent::Gathered(gathered) if gathered.only_adds() => (&[], ""),
        _ => (WORK, "the record of the work was changed"),
    }
}
