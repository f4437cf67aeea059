//! What orders say about a trace, for the trace's page: where it is linked, what was stated from it, and which earlier
//! revisions of its observations somebody relied on.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

use crate::db::AnyConnection;
use crate::foundation::{Digest, ProjectKey, Result};
use crate::work_orders;
use crate::work_orders::model::Target;

use super::addresses::target_text;
use super::reads::{judged_claim, standing};
use super::stated;
use super::store::{self, ClaimRow, LinkRow};

/// A place of an order that a trace is linked to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceUse {
    pub order_id: String,
    /// Number of the order.
    pub number: String,
    /// The linked observation; none for the whole trace.
    pub observation: Option<String>,
    /// The place in it as people write it, such as `WO-2026-001/3.2`.
    pub place: String,
    pub order_href: String,
    /// Where the claim is judged, when the trace is linked to one.
    pub claim_href: Option<String>,
}

/// A claim somebody stated from the words of a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedUse {
    pub claim_id: String,
    pub order_id: String,
    /// The place it is about, such as `WO-2026-001/3.2`.
    pub place: String,
    pub statement: String,
    /// How it stands: `open`, `supported`, ...
    pub standing: &'static str,
    /// The observation whose words it quotes.
    pub observation: String,
}

/// A revision of an observation that somebody relied on, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinnedUse {
    pub observation: String,
    pub revision: Digest,
    /// The places of the order that relied on it.
    pub uses: Vec<TraceUse>,
}

/// The orders and claims some traces are linked to, by trace; each order is read once.
pub fn links_of_traces(
    conn: &mut AnyConnection,
    project: ProjectKey,
    traces: &[&str],
) -> Result<HashMap<String, Vec<TraceUse>>> {
    let mut uses: HashMap<String, Vec<TraceUse>> = HashMap::new();
    let mut orders: HashMap<String, Option<(String, Vec<ClaimRow>)>> = HashMap::new();
    let links = store::links_ever_to_any(conn, project, traces)?;
    for link in links.into_iter().filter(|link| link.removed_at.is_none()) {
        let known = match orders.entry(link.order_id.clone()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let row = work_orders::reads::by_id(conn, project, &link.order_id)?;
                let claims = store::claims_of(conn, project, &link.order_id)?;
                place.insert(row.map(|row| (row.number, claims)))
            }
        };
        let Some((number, claims)) = known else { continue };
        let used = use_of(conn, project, &link, number, claims)?;
        uses.entry(link.trace_id).or_default().push(used);
    }
    Ok(uses)
}

fn use_of(
    conn: &mut AnyConnection,
    project: ProjectKey,
    link: &LinkRow,
    number: &str,
    claims: &[ClaimRow],
) -> Result<TraceUse> {
    let claim = claims.iter().find(|claim| {
        !claim.is_stated()
            && claim.target_kind == link.target_kind
            && claim.target_id == link.target_id
            && claim.withdrawn_at.is_none()
    });
    let place = match claim {
        Some(claim) => format!("{number}/{}", claim.place),
        None => place_of(conn, project, link)?.unwrap_or_else(|| number.to_owned()),
    };
    Ok(TraceUse {
        claim_href: claim.map(|claim| format!("/claims/{}", claim.claim_id)),
        observation: Some(link.observation_id.clone()).filter(|id| !id.is_empty()),
        place,
        ..whole_order(&link.order_id, number)
    })
}

fn whole_order(order_id: &str, number: &str) -> TraceUse {
    TraceUse {
        order_id: order_id.to_owned(),
        number: number.to_owned(),
        observation: None,
        place: number.to_owned(),
        order_href: format!("/work-orders/{number}"),
        claim_href: None,
    }
}

/// The place of a link to a part that is no claim, such as a step with items; none for the whole order.
fn place_of(conn: &mut AnyConnection, project: ProjectKey, link: &LinkRow) -> Result<Option<String>> {
    let Ok(target) = target_text(link).parse::<Target>() else { return Ok(None) };
    Ok(work_orders::reads::load(conn, project, &link.order_id, None)?.reference(&target))
}

/// The claims that stand and were stated from the words of a trace, oldest first.
pub fn stated_from(conn: &mut AnyConnection, project: ProjectKey, trace: &str) -> Result<Vec<StatedUse>> {
    let orders: BTreeSet<String> =
        store::links_to(conn, project, trace)?.into_iter().map(|link| link.order_id).collect();
    let mut found = Vec::new();
    for order_id in orders {
        let mut stated = stated::reads::of_order(conn, project, &order_id, None)?;
        stated.retain(|one| one.quote.evidence.trace_id == trace && one.claim.withdrawn_at.is_none());
        if stated.is_empty() {
            continue;
        }
        let number = number_of(conn, project, &order_id)?;
        for one in stated {
            let judged = judged_claim(conn, project, &one.claim.id)?;
            found.push(StatedUse {
                order_id: order_id.clone(),
                standing: standing(judged.as_ref().map_or(&[], |judged| &judged.verdicts)),
                place: format!("{number}/{}", one.claim.place),
                observation: one.quote.evidence.observation_id,
                statement: one.claim.statement,
                claim_id: one.claim.id,
            });
        }
    }
    Ok(found)
}

/// The pins of some observations of a trace, each with the places of its order that the observation is linked to.
pub fn pins_of_trace(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace: &str,
    observations: &[&str],
) -> Result<Vec<PinnedUse>> {
    let pins = store::pins_on(conn, project, trace, observations)?;
    if pins.is_empty() {
        return Ok(Vec::new());
    }
    let linked = links_of_traces(conn, project, &[trace])?.remove(trace).unwrap_or_default();
    let mut found: Vec<PinnedUse> = Vec::new();
    for pin in pins {
        let Some(revision) = Digest::from_slice(&pin.revision) else { continue };
        let is_meant = |used: &&TraceUse| {
            used.order_id == pin.order_id
                && used.observation.as_ref().is_none_or(|observation| *observation == pin.observation_id)
        };
        let mut uses: Vec<TraceUse> = linked.iter().filter(is_meant).cloned().collect();
        if uses.is_empty() {
            let number = number_of(conn, project, &pin.order_id)?;
            uses.push(whole_order(&pin.order_id, &number));
        }
        match found.iter_mut().find(|it| it.observation == pin.observation_id && it.revision == revision) {
            Some(known) => known.uses.extend(uses),
            None => found.push(PinnedUse { observation: pin.observation_id, revision, uses }),
        }
    }
    Ok(found)
}

fn number_of(conn: &mut AnyConnection, project: ProjectKey, order_id: &str) -> Result<String> {
    Ok(work_orders::reads::by_id(conn, project, order_id)?.map(|row| row.number).unwrap_or_default())
}
