//! Links by the trace that a call was made under: what an agent records is linked to it in the transaction that records it.
//!
//! The trace need not have come yet: its spans are sent when they end, which is after the call. The link waits for them under
//! their id, and its pins are made once they have settled, as with every other link. Nothing outside the project is named by
//! it: an id is looked for among the traces of the project alone.

use std::collections::BTreeSet;

use crate::audit::events::{AuditEvent, Link, LinkHow};
use crate::audit::projection::target_columns;
use crate::audit::store;
use crate::audit::unknown_places;
use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Asker, Result, TraceContext};
use crate::ledger::{Event, Ledger};
use crate::work_orders::delegation::DelegationEvent;
use crate::work_orders::events::OrderEvent;
use crate::work_orders::gathered::GatheredEvent;
use crate::work_orders::model::{Order, Target};

use super::append;
use super::open_exceptions::open_for_links;

/// Links the places that these events of an order are about to the trace; a place that is linked to all of it stays as it is.
pub fn link_under(
    ledger: &Ledger,
    tx: &mut Tx<'_>,
    asker: &Asker,
    order: &Order,
    events: &[Event],
    trace: &TraceContext,
) -> Result<()> {
    let mut places: BTreeSet<Option<Target>> = BTreeSet::new();
    for event in events {
        let happened = OrderEvent::from_json(&event.kind, event.json())?;
        places.extend(places_of(&happened));
    }
    let project = asker.project;
    let known = store::links_to(tx.conn, project, trace.trace_id())?;
    let is_known = |place: &Option<Target>| {
        let (kind, id) = target_columns(place.as_ref());
        known.iter().any(|link| {
            link.order_id == order.id
                && link.observation_id.is_empty()
                && (link.target_kind.as_str(), link.target_id.as_str()) == (kind, id)
        })
    };
    let now = tx.now();
    let link = |target| Link {
        id: new_id(now),
        target,
        trace: trace.trace_id().to_owned(),
        observation: None,
        how: LinkHow::Traceparent { span: trace.span_id().to_owned() },
    };
    let links: Vec<Link> = places.into_iter().filter(|place| !is_known(place)).map(link).collect();
    if links.is_empty() {
        return Ok(());
    }
    append(ledger, tx, project, &order.id, &[AuditEvent::EvidenceLinked { links }])?;
    open_for_links(ledger, tx, project, &order.id, &[trace.trace_id()])?;
    unknown_places::forget(tx.conn, project, &[trace.trace_id().to_owned()])
}

/// The place of an order that an event records something about: a part, or none for the order as a whole. Nothing where it
/// records no work.
fn places_of(event: &OrderEvent) -> Vec<Option<Target>> {
    let part = match event {
        OrderEvent::ItemTicked { item, .. } | OrderEvent::ItemAnswered { item, .. } => {
            Some(Target::Item(item.clone()))
        }
        OrderEvent::StepTicked { step, .. } | OrderEvent::StepMarked { step, .. } => {
            Some(Target::Step(step.clone()))
        }
        OrderEvent::CriterionMet { criterion, .. } => Some(Target::Criterion(criterion.clone())),
        OrderEvent::Gathered(GatheredEvent::FileAdded { place, .. }) => place.target(),
        OrderEvent::Delegated(DelegationEvent::QuestionAsked { about, .. }) => about.clone(),
        OrderEvent::LogAdded { .. } | OrderEvent::Delegated(DelegationEvent::DecisionRecorded { .. }) => None,
        _ => return Vec::new(),
    };
    vec![part]
}
