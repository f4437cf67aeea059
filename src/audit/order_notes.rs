//! What audit has to say beside the parts of an order: evidence, and how their claims stand.

use std::collections::BTreeMap;

use crate::db::AnyConnection;
use crate::foundation::{ProjectKey, Result, Timestamp};
use crate::tombstones::tombstone;
use crate::traces::reads::exists_trace;
use crate::work_orders::model::Order;

use super::addresses::target_text;
use super::claims::claims_of;
use super::evidence;
use super::exceptions::reads::{self as exceptions, ExceptionRow};
use super::reads::{EvidenceState, JudgedVerdict, judged_claims, standing};
use super::stated::{self, Stated};
use super::store::{self, LinkRow};

/// What stands beside one part of an order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartNote {
    /// `item:ID`, `step:ID` or `criterion:ID`; empty for the order itself.
    pub target: String,
    pub evidence: Vec<LinkedTrace>,
    /// How its claim stands: a verdict's word such as `supported`, `open`, `unattested`.
    pub standing: Option<&'static str>,
    pub claim_id: Option<String>,
}

/// A trace or observation linked to a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedTrace {
    pub trace_id: String,
    /// The observation; empty for the whole trace.
    pub observation_id: String,
    /// How it stands against what was pinned, if anything was compared.
    pub state: Option<EvidenceState>,
    /// It joined by itself: what it is about was recorded by a call under it.
    pub joined: bool,
    /// Nothing of the trace has come yet.
    pub is_awaited: bool,
    /// When and by whom it was erased, in words.
    pub erased: Option<String>,
}

/// A statement somebody made about the order, and how it stands.
#[derive(Clone, Debug)]
pub struct StandingStatement {
    pub stated: Stated,
    /// A verdict's word, or `open`.
    pub standing: &'static str,
}

/// Evidence and standing of every part that has any; as of a moment if one is given.
pub fn part_notes(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order: &Order,
    as_of: Option<Timestamp>,
) -> Result<Vec<PartNote>> {
    let until = as_of.unwrap_or(Timestamp(i64::MAX));
    let states = evidence::states(conn, project, &order.id)?;
    let mut notes: BTreeMap<String, PartNote> = BTreeMap::new();
    for link in store::all_links_of(conn, project, &order.id)? {
        let stands = link.at <= until && link.removed_at.is_none_or(|removed| removed > until);
        if stands {
            let target = target_text(&link);
            note_of(&mut notes, &target).evidence.push(linked(conn, project, link, &states)?);
        }
    }
    let verdicts = verdicts_by_claim(conn, project, &order.id, until)?;
    for claim in claims_of(order).into_iter().filter(|claim| claim.withdrawn_at.is_none()) {
        let note = note_of(&mut notes, &claim.target.to_string());
        let given = verdicts.get(&claim.id).map_or(&[][..], Vec::as_slice);
        // Nobody claims it yet, so there is nothing to judge.
        if claim.unclaimed && given.is_empty() {
            continue;
        }
        note.standing = Some(if claim.unattested { "unattested" } else { standing(given) });
        note.claim_id = Some(claim.id);
    }
    Ok(notes.into_values().collect())
}

/// What people stated about the order and did not take back.
pub fn statements(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order_id: &str,
    as_of: Option<Timestamp>,
) -> Result<Vec<StandingStatement>> {
    let mut all = stated::reads::of_order(conn, project, order_id, as_of)?;
    all.retain(|one| one.claim.withdrawn_at.is_none());
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let verdicts = verdicts_by_claim(conn, project, order_id, as_of.unwrap_or(Timestamp(i64::MAX)))?;
    let given = |one: &Stated| verdicts.get(&one.claim.id).map_or(&[][..], Vec::as_slice);
    let stands = |stated: Stated| StandingStatement { standing: standing(given(&stated)), stated };
    Ok(all.into_iter().map(stands).collect())
}

/// The order's exceptions as they stood at a moment.
pub fn exceptions_at(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order_id: &str,
    as_of: Option<Timestamp>,
) -> Result<Vec<ExceptionRow>> {
    let until = as_of.unwrap_or(Timestamp(i64::MAX));
    let order_id = Some(order_id.to_owned());
    let filter = exceptions::Filter { order_id, until: as_of, ..exceptions::Filter::default() };
    let mut rows = exceptions::list(conn, project, &filter)?;
    for row in rows.iter_mut().filter(|row| row.resolved_at.is_some_and(|at| at > until)) {
        row.resolved_at = None;
        row.resolved_name = None;
    }
    Ok(rows)
}

fn note_of<'a>(notes: &'a mut BTreeMap<String, PartNote>, target: &str) -> &'a mut PartNote {
    let new = || PartNote { target: target.to_owned(), ..PartNote::default() };
    notes.entry(target.to_owned()).or_insert_with(new)
}

fn linked(
    conn: &mut AnyConnection,
    project: ProjectKey,
    link: LinkRow,
    states: &BTreeMap<String, EvidenceState>,
) -> Result<LinkedTrace> {
    let (state, joined) = (states.get(&link.trace_id).copied(), link.is_under_trace());
    let stone = match state {
        Some(EvidenceState::Erased) => tombstone(conn, project, &link.trace_id)?,
        _ => None,
    };
    let erased = stone.map(|stone| format!("erased on {} by {}", stone.at.to_minute(), stone.by));
    // What was erased will not come any more.
    let is_awaited = joined && erased.is_none() && !exists_trace(conn, project, &link.trace_id)?;
    let (trace_id, observation_id) = (link.trace_id, link.observation_id);
    Ok(LinkedTrace { trace_id, observation_id, state, joined, is_awaited, erased })
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
