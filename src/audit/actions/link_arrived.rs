//! Links by rule: a trace that names an order is linked to it as it arrives, in the ingest transaction.
//!
//! One event per order and commit lists all its traces. A name that fits no order, or a final one, links nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::events::{AuditEvent, Link, LinkHow};
use crate::audit::link_refs::{parse, resolve};
use crate::audit::projection::target_columns;
use crate::audit::store;
use crate::db::{AnyConnection, Tx};
use crate::foundation::ids::new_id;
use crate::foundation::{ProjectKey, Result};
use crate::ledger::Ledger;
use crate::traces::{Arrived, WorkRef};
use crate::work_orders;

use super::append;
use super::link::takes_evidence;

/// Links the traces of one commit to the orders they name.
pub fn link_arrived(ledger: &Ledger, tx: &mut Tx<'_>, arrived: &[Arrived]) -> Result<()> {
    let mut by_order: BTreeMap<(ProjectKey, String), Vec<(&Arrived, &WorkRef)>> = BTreeMap::new();
    for trace in arrived {
        for work_ref in &trace.work_refs {
            if let Some(reference) = parse(&work_ref.text) {
                let key = (trace.project, reference.number.to_string());
                by_order.entry(key).or_default().push((trace, work_ref));
            }
        }
    }
    by_order
        .into_iter()
        .try_for_each(|((project, number), named)| link_order(ledger, tx, project, &number, &named))
}

fn link_order(
    ledger: &Ledger,
    tx: &mut Tx<'_>,
    project: ProjectKey,
    number: &str,
    named: &[(&Arrived, &WorkRef)],
) -> Result<()> {
    let Some(order_id) = work_orders::reads::find_id(tx.conn, project, number)? else {
        return Ok(());
    };
    let order = work_orders::reads::load(tx.conn, project, &order_id, None)?;
    if takes_evidence(&order).is_err() {
        return Ok(());
    }
    let mut known = known_links(tx.conn, project, &order_id)?;
    let mut links = Vec::new();
    for (trace, work_ref) in named {
        let target = parse(&work_ref.text).and_then(|reference| resolve(&order, reference.place));
        let (kind, id) = target_columns(target.as_ref());
        let observation = work_ref.observation_id.clone();
        let key =
            (kind.to_owned(), id.to_owned(), trace.trace_id.clone(), observation.clone().unwrap_or_default());
        if known.insert(key) {
            let how = LinkHow::Rule { matched: work_ref.text.clone() };
            links.push(Link {
                id: new_id(tx.now()),
                target,
                trace: trace.trace_id.clone(),
                observation,
                how,
            });
        }
    }
    if !links.is_empty() {
        append(ledger, tx, project, &order_id, &[AuditEvent::EvidenceLinked { links }])?;
    }
    Ok(())
}

type Known = BTreeSet<(String, String, String, String)>;

fn known_links(conn: &mut AnyConnection, project: ProjectKey, order_id: &str) -> Result<Known> {
    let links = store::links_of(conn, project, order_id)?;
    Ok(links.into_iter().map(|l| (l.target_kind, l.target_id, l.trace_id, l.observation_id)).collect())
}
