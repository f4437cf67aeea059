//! What audit knows about an order, for the guards of its life cycle.

use std::collections::{BTreeMap, BTreeSet};

use crate::db::AnyConnection;
use crate::foundation::{ProjectKey, Result};
use crate::work_orders::facts::EvidenceFacts;
use crate::work_orders::model::Order;

use super::evidence;
use super::exceptions;
use super::reads::{self, EvidenceState, JudgedClaim};
use super::senders;
use super::store::{self, LinkRow};

/// Everything the guards ask of audit.
pub fn evidence_facts(conn: &mut AnyConnection, project: ProjectKey, order: &Order) -> Result<EvidenceFacts> {
    let links = store::links_of(conn, project, &order.id)?;
    let links = arrived(conn, project, links)?;
    let states = evidence::states(conn, project, &order.id)?;
    let judged = reads::judged_claims(conn, project, &order.id)?;
    let standing = |is: fn(&str) -> bool| -> BTreeSet<String> {
        let claims = judged
            .iter()
            .map(|judged| &judged.claim)
            .filter(|claim| claim.withdrawn_at.is_none() && !claim.is_stated());
        claims.filter(|claim| is(&claim.standing)).map(|claim| claim.target_id.clone()).collect()
    };
    let progress = reads::progress(conn, project, Some(&order.id))?;
    let waiting = exceptions::reads::open_count(conn, project, Some(&order.id))?;
    let relied_on: BTreeSet<&str> =
        links.iter().map(|link| link.trace_id.as_str()).chain(quoted(&judged)).collect();
    let is_altered = |(trace, state): &(&String, &EvidenceState)| {
        **state == EvidenceState::Altered && relied_on.contains(trace.as_str())
    };
    let altered = states.iter().filter(is_altered).count();
    let of_files = order.gathered.evidence().filter(|file| !file.is_broken());
    let of_files = of_files.filter_map(|file| Some(file.place.target()?.id().to_owned()));
    let mut at: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for link in links.iter().filter(|link| !link.target_id.is_empty()) {
        at.entry(&link.target_id).or_default().insert(&link.trace_id);
    }
    let linked: Vec<String> = links.iter().map(|link| link.target_id.clone()).collect();
    Ok(EvidenceFacts {
        linked_by_hand: links.iter().any(LinkRow::is_by_hand),
        traces_at: at.into_iter().map(|(part, traces)| (part.to_owned(), count(traces.len()))).collect(),
        altered: count(altered + order.gathered.evidence().filter(|file| file.is_broken()).count()),
        senders: senders::of_order(conn, project, order)?,
        claims_open: u32::try_from(progress.open()).unwrap_or(u32::MAX),
        exceptions_open: u32::try_from(waiting).unwrap_or(u32::MAX),
        refuted: standing(|it| it == "refuted"),
        undecided: standing(|it| matches!(it, "not_enough_information" | "disputed")),
        judged: standing(|it| it != "open"),
        evidenced: evidenced(linked.into_iter().chain(of_files)),
    })
}

/// The traces whose words a standing verdict quotes. A trace whose link was taken away and that none quotes is no evidence of the order
/// any more, whatever becomes of it.
fn quoted(judged: &[JudgedClaim]) -> impl Iterator<Item = &str> {
    let verdicts = judged.iter().flat_map(|judged| &judged.verdicts);
    let standing = verdicts.filter(|verdict| verdict.row.superseded_by.is_none());
    standing.flat_map(|verdict| &verdict.verdict.quotes).map(|quote| quote.evidence.trace_id.as_str())
}

/// A link that a call made to its own trace is evidence once the trace has come, or had come before it was erased.
fn arrived(conn: &mut AnyConnection, project: ProjectKey, links: Vec<LinkRow>) -> Result<Vec<LinkRow>> {
    let mut there: BTreeMap<String, bool> = BTreeMap::new();
    let mut kept = Vec::with_capacity(links.len());
    for link in links {
        if link.is_under_trace() && !there.contains_key(&link.trace_id) {
            let is_there = crate::traces::reads::exists_trace(conn, project, &link.trace_id)?
                || evidence::erased(conn, project, &link.trace_id)?.is_some();
            there.insert(link.trace_id.clone(), is_there);
        }
        if there.get(&link.trace_id).copied().unwrap_or(true) || !link.is_under_trace() {
            kept.push(link);
        }
    }
    Ok(kept)
}

/// What is linked to the order as a whole is evidence of no part in particular.
fn evidenced(targets: impl Iterator<Item = String>) -> BTreeSet<String> {
    targets.filter(|id| !id.is_empty()).collect()
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
