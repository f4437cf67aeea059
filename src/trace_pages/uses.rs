//! What orders make of a trace: where it is evidence, what was stated from it, which revisions somebody relied on.

use std::collections::HashMap;

use crate::audit::trace_uses::{self, PinnedUse, StatedUse, TraceUse};
use crate::db::AnyConnection;
use crate::foundation::{Digest, ProjectKey, Result};
use crate::work_orders;

/// Something a trace is evidence for: an order, a step, a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TraceLink {
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
pub(super) fn links(conn: &mut AnyConnection, project: ProjectKey, trace: &str) -> Result<Vec<TraceLink>> {
    Ok(links_of_many(conn, project, &[trace])?.remove(trace).unwrap_or_default())
}

/// The same for each of some traces; those without links are absent.
pub(super) fn links_of_many(
    conn: &mut AnyConnection,
    project: ProjectKey,
    traces: &[&str],
) -> Result<HashMap<String, Vec<TraceLink>>> {
    let uses = trace_uses::links_of_traces(conn, project, traces)?;
    Ok(uses.into_iter().map(|(trace, uses)| (trace, each_once(uses))).collect())
}

/// The orders at work, newest first: where evidence most likely belongs.
pub(super) fn orders(conn: &mut AnyConnection, project: ProjectKey) -> Result<Vec<OrderChoice>> {
    let filter = work_orders::reads::Filter::default();
    let rows = work_orders::reads::list(conn, project, &filter, None, OFFERED)?;
    Ok(rows.into_iter().map(|row| OrderChoice { number: row.number, title: row.title }).collect())
}

/// The claims stated from the words of a trace.
pub(super) fn claims(conn: &mut AnyConnection, project: ProjectKey, trace: &str) -> Result<Vec<TraceClaim>> {
    Ok(trace_uses::stated_from(conn, project, trace)?.into_iter().map(claim).collect())
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
    project: ProjectKey,
    trace: &str,
    observations: &[&str],
) -> Result<Vec<PinnedRevision>> {
    let pinned = trace_uses::pins_of_trace(conn, project, trace, observations)?.into_iter();
    let revision = |one: PinnedUse| PinnedRevision {
        observation: one.observation,
        revision: one.revision,
        links: each_once(one.uses),
    };
    Ok(pinned.map(revision).collect())
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
    TraceLink { label: used.place, href: used.claim_href.unwrap_or(used.order_href) }
}
