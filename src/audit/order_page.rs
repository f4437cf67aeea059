//! What audit brings to an order: evidence and stamps beside its parts, facts for its guards.

use std::collections::{BTreeMap, BTreeSet};

use crate::db::AnyConnection;
use crate::foundation::{Actor, ProjectKey, Result, Timestamp};
use crate::web::format::short_id;
use crate::work_orders::facts::Facts;
use crate::work_orders::model::Order;
use crate::work_orders::{Annotation, Annotations, EvidenceLink, SideBlock};

use super::claims::claims_of;
use super::evidence;
use super::exceptions;
use super::pages::{exceptions_block, stated_block};
use super::reads::{EvidenceState, JudgedVerdict, judged_claims, standing};
use super::stated;
use super::store::{self, LinkRow};

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

/// What people stated about the order, as a block of its own.
pub fn stated(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order: &Order,
    as_of: Option<Timestamp>,
) -> Result<Annotations> {
    let mut standing = stated::reads::of_order(conn, project, &order.id, as_of)?;
    standing.retain(|one| one.claim.withdrawn_at.is_none());
    if standing.is_empty() {
        return Ok(Annotations::default());
    }
    let verdicts = verdicts_by_claim(conn, project, &order.id, as_of.unwrap_or(Timestamp(i64::MAX)))?;
    let html = stated_block::html(&standing, &verdicts)?;
    Ok(Annotations { notes: Vec::new(), side: vec![SideBlock { html }] })
}

fn note_of<'a>(notes: &'a mut BTreeMap<String, Annotation>, target: &str) -> &'a mut Annotation {
    let named = (!target.is_empty()).then(|| target.to_owned());
    notes.entry(target.to_owned()).or_insert_with(|| Annotation { target: named, ..Annotation::default() })
}

/// The place a link names, as `item:ID`; empty for the whole order.
pub(super) fn target_text(link: &LinkRow) -> String {
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
    // A statement that nobody gave weight holds nothing up.
    let open = standing().filter(|claim| claim.standing == "open" && claim.materiality > 0).count();
    facts.claims_open = u32::try_from(open).unwrap_or(u32::MAX);
    let judged: BTreeSet<String> = standing()
        .filter(|claim| claim.standing != "open" && !claim.is_stated())
        .map(|claim| claim.target_id.clone())
        .collect();
    facts.judged.extend(judged);
    Ok(())
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
