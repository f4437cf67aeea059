//! Which accounts sent the traces that are linked to an order, or that their own people took away from it: nobody
//! becomes independent by removing the link to a trace of theirs.
//!
//! A key that speaks for an agent names its sender. A project's key that speaks for nobody names nobody: whoever made
//! it handed it out.

use std::collections::{BTreeMap, BTreeSet};

use crate::db::AnyConnection;
use crate::foundation::{ProjectKey, Result};
use crate::ledger::events::read_kinds;
use crate::people::units::unit_of;
use crate::traces;
use crate::work_orders::model::Order;

use super::events::{AuditEvent, stream_of};
use super::store::{self, LinkRow};

/// The accounts that brought any of an order's evidence: who sent its traces, and who brought its files, also those that
/// were taken back.
pub fn of_order(conn: &mut AnyConnection, project: ProjectKey, order: &Order) -> Result<BTreeSet<String>> {
    let mut found = of(conn, project, &order.id)?;
    found
        .extend(order.gathered.files.iter().filter(|file| file.is_evidence()).map(|file| file.by.id.clone()));
    Ok(found)
}

/// The accounts that sent any part of the traces of an order.
fn of(conn: &mut AnyConnection, project: ProjectKey, order_id: &str) -> Result<BTreeSet<String>> {
    let (standing, removed): (Vec<LinkRow>, Vec<LinkRow>) =
        store::all_links_of(conn, project, order_id)?.into_iter().partition(|link| link.removed_at.is_none());
    let mut senders = of_links(conn, project, &standing)?;
    senders.extend(who_took_their_own(conn, project, order_id, &removed)?);
    Ok(senders)
}

/// Whose people took the link to a trace of theirs away. What others took away counts no more: a link made to keep
/// somebody from judging can be removed.
fn who_took_their_own(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order_id: &str,
    removed: &[LinkRow],
) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    if removed.is_empty() {
        return Ok(found);
    }
    let gone: BTreeMap<&str, &LinkRow> = removed.iter().map(|link| (link.link_id.as_str(), link)).collect();
    let events = read_kinds(conn, &stream_of(project, order_id), &["audit.evidence_unlinked.v1"], None)?;
    for event in events.iter().filter(|event| event.body.is_some()) {
        let AuditEvent::EvidenceUnlinked { link, .. } = AuditEvent::from_json(&event.kind, event.json())?
        else {
            continue;
        };
        let Some(link) = gone.get(link.as_str()) else { continue };
        let of_trace = of_links(conn, project, std::slice::from_ref(*link))?;
        let unit = unit_of(conn, &event.actor)?;
        found.extend(of_trace.into_iter().filter(|sender| unit.contains(sender)));
    }
    Ok(found)
}

fn of_links(conn: &mut AnyConnection, project: ProjectKey, links: &[LinkRow]) -> Result<BTreeSet<String>> {
    let linked = links.iter().map(|link| link.trace_id.as_str()).collect();
    let mut senders = traces::senders_of(conn, project, &linked)?;
    // A link made by rule was made by the very arrival that named the order; before senders were kept, only it tells. One made
    // by a call under the trace was made by whoever is part of it, also before its spans come.
    let by_rule = links.iter().filter(|link| !link.is_by_hand() && link.by_kind == "agent");
    senders.extend(by_rule.map(|link| link.by_id.clone()));
    Ok(senders)
}
