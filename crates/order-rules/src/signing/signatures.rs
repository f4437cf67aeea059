//! The signatures on an order, folded: each is added by the move it was made with, and superseded by the first event
//! that changes what it stands for.

use crate::events::OrderEvent;
use crate::fold::EventMeta;
use crate::gathered::GatheredEvent;
use crate::model::{Meaning, Order, Signature, Signed, Superseded, Transition};

/// The plan was signed, and with it everything that rests on the plan.
const ALL: &[Meaning] = &[Meaning::Approval, Meaning::Performed, Meaning::Reviewed, Meaning::Approved];
/// What was done was signed.
const WORK: &[Meaning] = &[Meaning::Performed, Meaning::Reviewed, Meaning::Approved];

/// Lets one event happen to the signatures of an order.
pub(crate) fn follow(order: &mut Order, event: &OrderEvent, meta: &EventMeta) {
    let (meanings, why) = changes(event);
    for standing in &mut order.signatures {
        let taken_back = takes_back(event, standing);
        let why = if taken_back { "it was taken back" } else { why };
        if standing.superseded.is_none() && (taken_back || meanings.contains(&standing.meaning)) {
            standing.superseded = Some(Superseded {
                by: meta.who(),
                at: meta.at,
                event: meta.event_id.clone(),
                why: why.to_owned(),
            });
        }
    }
    if let Some(made) = made(event) {
        order.signatures.push(Signature {
            event: meta.event_id.clone(),
            transition: made.transition,
            meaning: made.meaning,
            item: made.item.map(str::to_owned),
            by: meta.who(),
            at: meta.at,
            signed: made.signed.cloned(),
            superseded: None,
        });
    }
}

/// A signature as an event records it.
struct Made<'a> {
    transition: Option<Transition>,
    meaning: Meaning,
    item: Option<&'a str>,
    signed: Option<&'a Signed>,
}

fn made(event: &OrderEvent) -> Option<Made<'_>> {
    let (transition, meaning, item, signed) = match event {
        OrderEvent::Transitioned { transition, signature, signed, .. } => {
            (Some(*transition), *signature, None, signed)
        }
        OrderEvent::ApprovalRenewed { signature, signed, .. } => (None, *signature, None, signed),
        OrderEvent::ItemAnswered { item, signature, signed, .. } => {
            (None, *signature, Some(item.as_str()), signed)
        }
        _ => return None,
    };
    Some(Made { transition, meaning: meaning?, item, signed: signed.as_deref() })
}

/// Whether the answer of an item is taken back that this signature gave.
fn takes_back(event: &OrderEvent, signature: &Signature) -> bool {
    matches!(event, OrderEvent::ItemTickUndone { item, .. } if signature.item.as_ref() == Some(item))
}

/// Which signatures an event supersedes, and what it changed. What only adds to the record changes nothing of what was
/// signed; what is not named here is taken for a change of the work.
fn changes(event: &OrderEvent) -> (&'static [Meaning], &'static str) {
    match event {
        OrderEvent::PlanEdited { .. }
        | OrderEvent::Gathered(GatheredEvent::PartPlanned { reason: Some(_), .. }) => {
            (ALL, "the plan was changed")
        }
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
        | OrderEvent::MadeFrom(_)
        | OrderEvent::Related { .. }
        | OrderEvent::Unrelated { .. }
        | OrderEvent::Amended { .. }
        | OrderEvent::ApprovalRenewed { .. }
        | OrderEvent::BlockPassed { .. }
        | OrderEvent::CheckpointReleased { .. }
        | OrderEvent::SignedOn {}
        | OrderEvent::SignedOff { .. }
        | OrderEvent::Delegated(_)
        | OrderEvent::MaterialitySet { .. } => (&[], ""),
        OrderEvent::Gathered(gathered) if gathered.only_adds() => (&[], ""),
        _ => (WORK, "the record of the work was changed"),
    }
}
