//! What audit brings to an order: evidence and stamps beside its parts, facts for its guards.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::db::AnyConnection;
use crate::foundation::{Actor, ProjectKey, Result, Timestamp};
use crate::web::format::short_id;
use crate::work_orders::facts::Facts;
use crate::work_orders::model::{Order, Target};
use crate::work_orders::{self, Annotation, Annotations, EvidenceLink, SideBlock};

use super::claims::claims_of;
use super::evidence;
use super::exceptions;
use super::pages::exceptions_block;
use super::reads::{EvidenceState, JudgedVerdict, judged_claims, standing};
use super::store::{self, ClaimRow, LinkRow};

/// Evidence, standing and the way to the review desk, for every part that has any; as of a moment if one is given.
pub fn annotate(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order: &Order,
    as_of: Option<Timestamp>,
) -> Result<Annotations> {
    let until = as_of.unwrap_or(Timestamp(i64::MAX));
    let states = evidence::states(conn, project, &order.id)?;
    let mut notes: BTreeMap<String, Annotation> = BTreeMap::new();
    for link in store::all_links_of(conn, project, &order.id)? {
        let stands = link.at <= until && link.removed_at.is_none_or(|removed| removed > until);
        if stands {
            note_of(&mut notes, &target_text(&link)).links.push(evidence_link(&link, &states));
        }
    }
    let verdicts = verdicts_by_claim(conn, project, &order.id, until)?;
    for claim in claims_of(order).into_iter().filter(|claim| claim.withdrawn_at.is_none()) {
        let note = note_of(&mut notes, &claim.target.to_string());
        let given = verdicts.get(&claim.id).map_or(&[][..], Vec::as_slice);
        note.standing = Some(if claim.unattested { "unattested" } else { standing(given) }.to_owned());
        note.claim_href = Some(format!("/claims/{}", claim.id));
    }
    let side = exceptions_block::html(conn, project, order, until)?.map(|html| SideBlock { html });
    Ok(Annotations { notes: notes.into_values().collect(), side: side.into_iter().collect() })
}

fn note_of<'a>(notes: &'a mut BTreeMap<String, Annotation>, target: &str) -> &'a mut Annotation {
    let named = (!target.is_empty()).then(|| target.to_owned());
    notes.entry(target.to_owned()).or_insert_with(|| Annotation { target: named, ..Annotation::default() })
}

fn target_text(link: &LinkRow) -> String {
    if link.target_kind == "order" {
        String::new()
    } else {
        format!("{}:{}", link.target_kind, link.target_id)
    }
}

fn evidence_link(link: &LinkRow, states: &BTreeMap<String, EvidenceState>) -> EvidenceLink {
    let state = match states.get(&link.trace_id) {
        None | Some(EvidenceState::Pinned) => "",
        Some(other) => other.as_str(),
    };
    EvidenceLink { label: short_id(&link.trace_id), href: trace_href(link), state: state.to_owned() }
}

/// Where a linked trace is read.
pub(super) fn trace_href(link: &LinkRow) -> String {
    let observation = &link.observation_id;
    let query =
        if observation.is_empty() { String::new() } else { format!("?observation={}", encoded(observation)) };
    format!("/traces/{}{query}", encoded(&link.trace_id))
}

/// A path or query part with everything but letters, digits and `-._` in percent form.
pub(super) fn encoded(text: &str) -> String {
    let keep = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
    text.bytes().map(|b| if keep(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

fn verdicts_by_claim(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order_id: &str,
    until: Timestamp,
) -> Result<BTreeMap<String, Vec<JudgedVerdict>>> {
    let judged = judged_claims(conn, project, order_id)?.into_iter();
    Ok(judged
        .map(|mut claim| {
            claim.verdicts.retain(|verdict| verdict.row.at <= until);
            (claim.claim.claim_id, claim.verdicts)
        })
        .collect())
}

/// Fills in what audit knows about an order.
pub fn facts(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order: &Order,
    _: &Actor,
    facts: &mut Facts,
) -> Result<()> {
    let waiting = exceptions::reads::open_count(conn, project, Some(&order.id))?;
    facts.exceptions_open = u32::try_from(waiting).unwrap_or(u32::MAX);
    let links = store::links_of(conn, project, &order.id)?;
    let states = evidence::states(conn, project, &order.id)?;
    let claims = store::claims_of(conn, project, &order.id)?;
    let standing = || claims.iter().filter(|claim| claim.withdrawn_at.is_none());
    let altered = states.values().filter(|state| **state == EvidenceState::Altered).count();
    facts.has_actuals |= !links.is_empty();
    facts.evidence_altered = u32::try_from(altered).unwrap_or(u32::MAX);
    facts.evidenced =
        Some(links.into_iter().map(|link| link.target_id).filter(|id| !id.is_empty()).collect());
    // A statement weighs nothing, so it holds nothing up.
    let open = standing().filter(|claim| claim.standing == "open" && !claim.is_stated()).count();
    facts.claims_open = u32::try_from(open).unwrap_or(u32::MAX);
    let judged: BTreeSet<String> = standing()
        .filter(|claim| claim.standing != "open" && !claim.is_stated())
        .map(|claim| claim.target_id.clone())
        .collect();
    facts.judged.extend(judged);
    Ok(())
}

/// What an order says about a trace, for the trace's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceUse {
    /// Number of the order.
    pub number: String,
    /// The place in it as people write it, such as `WO-2026-001/3.2`.
    pub place: String,
    /// Where the order is read.
    pub order_href: String,
    /// Where the claim is judged, when the trace is linked to one.
    pub claim_href: Option<String>,
}

/// The orders and claims some traces are linked to, by trace; each order is read once.
pub fn links_of_traces(
    conn: &mut AnyConnection,
    project: ProjectKey,
    traces: &[&str],
) -> Result<HashMap<String, Vec<TraceUse>>> {
    let mut uses: HashMap<String, Vec<TraceUse>> = HashMap::new();
    let mut orders: HashMap<String, Option<(String, Vec<ClaimRow>)>> = HashMap::new();
    for link in store::links_to_any(conn, project, traces)? {
        let known = match orders.entry(link.order_id.clone()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let row = work_orders::reads::by_id(conn, project, &link.order_id)?;
                let claims = store::claims_of(conn, project, &link.order_id)?;
                place.insert(row.map(|row| (row.number, claims)))
            }
        };
        let Some((number, claims)) = known else { continue };
        let claim = claims.iter().find(|claim| {
            !claim.is_stated()
                && claim.target_kind == link.target_kind
                && claim.target_id == link.target_id
                && claim.withdrawn_at.is_none()
        });
        let place = match claim {
            Some(claim) => format!("{number}/{}", claim.place),
            None => place_of(conn, project, &link)?.unwrap_or_else(|| number.clone()),
        };
        let used = TraceUse {
            order_href: format!("/work-orders/{number}"),
            claim_href: claim.map(|claim| format!("/claims/{}", claim.claim_id)),
            number: number.clone(),
            place,
        };
        uses.entry(link.trace_id).or_default().push(used);
    }
    Ok(uses)
}

/// The place of a link to a part that is no claim, such as a step with items; none for the whole order.
fn place_of(conn: &mut AnyConnection, project: ProjectKey, link: &LinkRow) -> Result<Option<String>> {
    let Ok(target) = target_text(link).parse::<Target>() else { return Ok(None) };
    Ok(work_orders::reads::load(conn, project, &link.order_id, None)?.reference(&target))
}

#[cfg(test)]
mod tests {
    use super::encoded;

    #[test]
    fn ids_of_any_client_become_one_part_of_an_address() {
        assert_eq!(encoded("a41f-09.c2_"), "a41f-09.c2_");
        assert_eq!(encoded("a/b?c&d é"), "a%2Fb%3Fc%26d%20%C3%A9");
    }
}
