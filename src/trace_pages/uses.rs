//! What orders make of a trace: where it is evidence, what was stated from it, which revisions somebody relied on.
//!
//! Everything here is asked for somebody, and says nothing of an order that they may not see: a trace is the project's,
//! what an order makes of it the order's.

use std::collections::HashMap;

use crate::audit::reads::hidden_from;
use crate::audit::trace_uses::{self, PinnedUse, StatedUse, TraceUse};
use crate::db::AnyConnection;
use crate::foundation::{Asker, Digest, Result};
use crate::work_orders;

/// Something a trace is evidence for: an order, a step, a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TraceLink {
    /// The order that it is evidence for.
    pub(super) order: String,
    /// What it is called: `WO-2026-001 / 3`.
    pub(super) label: String,
    pub(super) href: String,
}

/// A work order that evidence may be linked to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OrderChoice {
    /// `WO-2026-001`.
    pub(super) number: String,
    pub(super) title: String,
}

/// A claim that somebody stated from the words of a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TraceClaim {
    /// What it is about: `WO-2026-001/3.2`.
    pub(super) place: String,
    pub(super) statement: String,
    /// How it stands, as stored: `open`, `supported`, `not_enough_information`, ...
    pub(super) standing: String,
    /// The observation whose words it quotes.
    pub(super) observation: String,
    pub(super) href: String,
}

/// A revision of an observation that somebody relied on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PinnedRevision {
    pub(super) observation: String,
    pub(super) revision: Digest,
    /// Who relied on it.
    pub(super) links: Vec<TraceLink>,
}

/// Orders to offer for a link.
const OFFERED: i64 = 20;

/// What a trace is evidence for.
pub(super) fn links(conn: &mut AnyConnection, asker: &Asker, trace: &str) -> Result<Vec<TraceLink>> {
    Ok(links_of_many(conn, asker, &[trace])?.remove(trace).unwrap_or_default())
}

/// The same for each of some traces; those without links are absent.
pub(super) fn links_of_many(
    conn: &mut AnyConnection,
    asker: &Asker,
    traces: &[&str],
) -> Result<HashMap<String, Vec<TraceLink>>> {
    let uses = trace_uses::links_of_traces(conn, asker.project, traces)?;
    let mut links: HashMap<_, _> = uses.into_iter().map(|(trace, uses)| (trace, each_once(uses))).collect();
    keep_seen(conn, asker, links.values_mut())?;
    links.retain(|_, links| !links.is_empty());
    Ok(links)
}

/// The orders at work that they may see, newest first: where evidence most likely belongs.
pub(super) fn orders(conn: &mut AnyConnection, asker: &Asker) -> Result<Vec<OrderChoice>> {
    let filter = work_orders::reads::Filter::seen_by(asker);
    let rows = work_orders::reads::list(conn, asker.project, &filter, None, OFFERED)?;
    Ok(rows.into_iter().map(|row| OrderChoice { number: row.number, title: row.title }).collect())
}

/// Takes away the links to orders that they may not see.
fn keep_seen<'a>(
    conn: &mut AnyConnection,
    asker: &Asker,
    lists: impl IntoIterator<Item = &'a mut Vec<TraceLink>>,
) -> Result<()> {
    let mut lists: Vec<&mut Vec<TraceLink>> = lists.into_iter().collect();
    let named = lists.iter().flat_map(|list| list.iter().map(|link| link.order.as_str()));
    let hidden = hidden_from(conn, asker, named)?;
    lists.iter_mut().for_each(|list| list.retain(|link| !hidden.contains(&link.order)));
    Ok(())
}

/// The claims stated from the words of a trace.
pub(super) fn claims(conn: &mut AnyConnection, asker: &Asker, trace: &str) -> Result<Vec<TraceClaim>> {
    let stated = trace_uses::stated_from(conn, asker.project, trace)?;
    let hidden = hidden_from(conn, asker, stated.iter().map(|one| one.order_id.as_str()))?;
    Ok(stated.into_iter().filter(|one| !hidden.contains(&one.order_id)).map(claim).collect())
}

fn claim(stated: StatedUse) -> TraceClaim {
    TraceClaim {
        href: format!("/claims/{}", stated.claim_id),
        place: stated.place,
        statement: stated.statement,
        standing: stated.standing.to_owned(),
        observation: stated.observation,
    }
}

/// The revisions of some observations that somebody relied on.
pub(super) fn pins(
    conn: &mut AnyConnection,
    asker: &Asker,
    trace: &str,
    observations: &[&str],
) -> Result<Vec<PinnedRevision>> {
    let pinned = trace_uses::pins_of_trace(conn, asker.project, trace, observations)?.into_iter();
    let revision = |one: PinnedUse| PinnedRevision {
        observation: one.observation,
        revision: one.revision,
        links: each_once(one.uses),
    };
    let mut pinned: Vec<PinnedRevision> = pinned.map(revision).collect();
    keep_seen(conn, asker, pinned.iter_mut().map(|one| &mut one.links))?;
    Ok(pinned)
}

/// A place that is linked to a trace and to an observation of it is named once.
fn each_once(uses: Vec<TraceUse>) -> Vec<TraceLink> {
    let mut links: Vec<TraceLink> = Vec::new();
    for link in uses.into_iter().map(link) {
        if !links.contains(&link) {
            links.push(link);
        }
    }
    links
}

fn link(used: TraceUse) -> TraceLink {
    TraceLink { order: used.order_id, label: used.place, href: used.claim_href.unwrap_or(used.order_href) }
}
