//! Linking a trace or observation to an order by hand.

use crate::audit::events::{AuditEvent, Link, LinkHow};
use crate::audit::projection::target_columns;
use crate::audit::store;
use crate::audit::unknown_places;
use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, Error, ProjectKey, Result};
use crate::ledger::Ledger;
use crate::state::App;
use crate::work_orders::decide::may_act;
use crate::work_orders::lifecycle::tie;
use crate::work_orders::model::{Order, Target};
use crate::{traces, work_orders};

use super::append;
use super::open_exceptions::open_for_links;

/// What somebody wants to link.
#[derive(Clone, Debug)]
pub struct NewLink {
    pub order_id: String,
    /// A part of it; none for the whole order.
    pub target: Option<Target>,
    pub trace_id: String,
    /// One observation of it; none for the whole trace.
    pub observation_id: Option<String>,
}

/// Links a stored trace to an order; the link's id. The same link twice is one link.
pub async fn link(app: &App, asker: &Asker, asked: NewLink) -> Result<String> {
    asker.must_some(Action::AddEvidence)?;
    let (ledger, who) = (app.ledger.clone(), asker.clone());
    app.db.write(&asker.actor, move |tx| link_in(&ledger, tx, &who, asked)).await
}

fn link_in(ledger: &Ledger, tx: &mut Tx<'_>, asker: &Asker, asked: NewLink) -> Result<String> {
    let project = asker.project;
    let order = work_orders::reads::load(tx.conn, project, &asked.order_id, None)?;
    may_act(&order, asker, tx.now())?;
    asker.must_for(Action::AddEvidence, &tie(&order, &asker.actor))?;
    takes_evidence(&order)?;
    target_exists(&order, asked.target.as_ref())?;
    trace_exists(tx, project, &asked)?;
    if let Some(same) = find_same(tx, project, &asked)? {
        return Ok(same);
    }
    let id = new_id(tx.now());
    let link = Link {
        id: id.clone(),
        target: asked.target,
        trace: asked.trace_id,
        observation: asked.observation_id,
        how: LinkHow::Hand,
    };
    let trace = link.trace.clone();
    append(ledger, tx, project, &asked.order_id, &[AuditEvent::EvidenceLinked { links: vec![link] }])?;
    open_for_links(ledger, tx, project, &asked.order_id, &[&trace])?;
    unknown_places::forget(tx.conn, project, &[trace])?;
    Ok(id)
}

/// Closed and cancelled orders refuse every write (R32).
pub(in crate::audit) fn takes_evidence(order: &Order) -> Result<()> {
    if order.status.is_final() {
        return Err(Error::refused(format!(
            "{} is {}: it takes no more evidence. Open a follow-up order and link it there.",
            order.number,
            order.status.label().to_lowercase()
        )));
    }
    Ok(())
}

pub(super) fn target_exists(order: &Order, target: Option<&Target>) -> Result<()> {
    let known = match target {
        None => true,
        Some(Target::Step(id)) => order.step(id).is_some(),
        Some(Target::Item(id)) => order.item(id).is_some(),
        Some(Target::Criterion(id)) => order.criterion(id).is_some(),
    };
    if known {
        Ok(())
    } else {
        Err(Error::invalid("target", "this order has no such step, item or criterion"))
    }
}

pub(super) fn trace_exists(tx: &mut Tx<'_>, project: ProjectKey, asked: &NewLink) -> Result<()> {
    let revisions = traces::reads::current_revisions(tx.conn, project, &asked.trace_id)?;
    if revisions.is_empty() && !traces::reads::exists_trace(tx.conn, project, &asked.trace_id)? {
        return Err(Error::invalid("trace", "no trace with this id is stored in this project"));
    }
    match &asked.observation_id {
        Some(wanted) if !revisions.iter().any(|(observation, _)| observation == wanted) => {
            Err(Error::invalid("observation", "this trace has no observation with this id"))
        }
        _ => Ok(()),
    }
}

pub(super) fn find_same(tx: &mut Tx<'_>, project: ProjectKey, asked: &NewLink) -> Result<Option<String>> {
    let (kind, id) = target_columns(asked.target.as_ref());
    let observation = asked.observation_id.as_deref().unwrap_or_default();
    let links = store::links_to(tx.conn, project, &asked.trace_id)?;
    let same = links.into_iter().find(|link| {
        link.target_kind == kind
            && link.target_id == id
            && link.order_id == asked.order_id
            && link.observation_id == observation
    });
    Ok(same.map(|link| link.link_id))
}
