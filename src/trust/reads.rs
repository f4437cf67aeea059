//! Scores of what the ledger holds: an order, a step or a claim, now or at a past moment.
//!
//! Claims and verdicts count by their leaves. Whether linked bytes are what was pinned is read from the trace store
//! as it is now, also for past moments: what was altered since cannot vouch for the past either.

use std::collections::{BTreeMap, BTreeSet};

use trust_score::weigh::Standing;

use crate::audit::claims::Claim as OrderClaim;
use crate::audit::reads::{EvidenceState, JudgedVerdict, Order};
use crate::audit::{ClaimSource, Materiality, evidence, reads as audit};
use crate::db::AnyConnection;
use crate::foundation::{Error, ProjectKey, Result, Timestamp};
use crate::ledger::events::read_stream;

use super::events::{policy_of, stream};
use super::explain::{Explanation, explain};
use super::model::{Claim, Integrity, Kind, Recorded, Selection, Subject, SubjectKind, Verdict, View};
use super::policy::Policy;
use super::store::{self, Placed};

/// Which part of an order is scored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    Order,
    /// One step and its items, by its place counted from 1.
    Step(u32),
    Claim(String),
}

/// A score with its reasons and the names of what it speaks about.
#[derive(Clone, Debug)]
pub struct Report {
    /// Number of the order.
    pub number: String,
    pub title: String,
    /// The score, row by row.
    pub explanation: Explanation,
    /// Place and words of each claim, by id.
    pub claims: BTreeMap<String, (String, String)>,
    /// What each claim that stands and counts weighs, by id.
    pub masses: BTreeMap<String, u32>,
    /// Those of them that nobody claims yet and nobody judged: no part of what is to judge.
    pub unclaimed: BTreeSet<String>,
}

impl Report {
    /// Whether there is nothing to judge yet.
    pub fn claims_nothing(&self) -> bool {
        self.masses.len() == self.unclaimed.len()
    }

    /// Whether all that was judged of a claim is that not enough was shown: it waits for evidence, not for one more verdict.
    pub fn lacks_evidence(&self, claim: &str) -> bool {
        let rows = || self.explanation.rows.iter().filter(|row| row.claim == claim);
        let stand = |standing: Standing| rows().any(|row| row.standing == standing);
        stand(Standing::AddsNothing) && !stand(Standing::Counted)
    }
}

/// Explains the score of an order or a part of it, at the newest checkpoint or as of a moment; the order is as it stood then.
pub fn report(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order: &Order,
    scope: &Scope,
    as_of: Option<Timestamp>,
) -> Result<Report> {
    let view = store::view(conn, as_of)?;
    let policy = policy_at(conn, view.as_of)?;
    let mut made = audit::claims_made(conn, project, order, as_of)?;
    made.retain(|claim| holds(scope, claim));
    let (number, title) = (order.number.to_string(), order.title.clone());
    let claims = made.iter().map(|c| (c.id.clone(), (c.place.clone(), c.statement.clone()))).collect();
    let counting = made.iter().filter(|c| c.withdrawn_at.is_none() && c.materiality > 0);
    let masses: BTreeMap<String, u32> = counting.map(|c| (c.id.clone(), c.materiality)).collect();
    let not_yet = made.iter().filter(|c| c.unclaimed || c.unattested).map(|c| c.id.clone()).collect();
    let open: Vec<OrderClaim> = made.iter().filter(|c| c.unclaimed).cloned().collect();
    let subject = subject(conn, project, &order.id, scope, made)?;
    let explanation = explain(&subject, view, &policy, &not_yet)?;
    let is_judged = |id: &str| explanation.rows.iter().any(|row| row.claim == id);
    let unclaimed =
        open.into_iter().filter(|c| masses.contains_key(&c.id) && !c.is_to_judge(is_judged(&c.id)));
    let unclaimed = unclaimed.map(|c| c.id).collect();
    Ok(Report { number, title, explanation, claims, masses, unclaimed })
}

/// Everything the score of an order is computed from in a given view, and the policy of that moment.
pub fn inputs_of(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order_id: &str,
    view: View,
) -> Result<(Subject, Policy)> {
    let policy = policy_at(conn, view.as_of)?;
    let order = audit::order(conn, project, order_id, Some(view.as_of))?;
    let made = audit::claims_made(conn, project, &order, Some(view.as_of))?;
    Ok((subject(conn, project, order_id, &Scope::Order, made)?, policy))
}

/// [`report`] of the order with this number.
pub fn report_of(
    conn: &mut AnyConnection,
    project: ProjectKey,
    number: &str,
    as_of: Option<Timestamp>,
) -> Result<Report> {
    let order_id = audit::order_id(conn, project, number)?
        .ok_or_else(|| Error::not_found(format!("work order {number}")))?;
    let order = audit::order(conn, project, &order_id, as_of)?;
    report(conn, project, &order, &Scope::Order, as_of)
}

/// The policy in force at a moment; before the first was logged, version 1.
pub fn policy_at(conn: &mut AnyConnection, as_of: Timestamp) -> Result<Policy> {
    let logged = read_stream(conn, &stream(), Some(as_of))?;
    logged.last().filter(|event| event.body.is_some()).map_or_else(|| Ok(Policy::v1()), policy_of)
}

/// The ledger as the score sees it now.
pub fn latest_view(conn: &mut AnyConnection) -> Result<View> {
    store::view(conn, None)
}

fn holds(scope: &Scope, claim: &OrderClaim) -> bool {
    match scope {
        Scope::Order => true,
        Scope::Step(place) => claim.place.split('.').next() == Some(place.to_string().as_str()),
        Scope::Claim(id) => claim.id == *id,
    }
}

fn subject(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order_id: &str,
    scope: &Scope,
    made: Vec<OrderClaim>,
) -> Result<Subject> {
    let acts = store::placed(conn, project, "work_order", order_id)?;
    let judged = audit::judged_claims(conn, project, order_id)?;
    let audited = store::placed(conn, project, "audit", order_id)?;
    let mut verdicts: BTreeMap<String, Vec<Verdict>> = BTreeMap::new();
    for claim in judged {
        let given = claim.verdicts.iter().map(|verdict| verdict_of(verdict, &audited)).collect();
        verdicts.insert(claim.claim.claim_id, given);
    }
    let (kind, id) = match scope {
        Scope::Order => (SubjectKind::WorkOrder, order_id.to_owned()),
        Scope::Step(place) => (SubjectKind::Step, format!("{order_id}/{place}")),
        Scope::Claim(id) => (SubjectKind::Claim, id.clone()),
    };
    let claims = made
        .into_iter()
        .map(|claim| {
            let given = verdicts.remove(&claim.id).unwrap_or_default();
            let acts = if claim.source == ClaimSource::Statement { &audited } else { &acts };
            claim_of(order_id, claim, acts, given)
        })
        .collect();
    let traces = integrity(conn, project, order_id)?;
    Ok(Subject { kind, id, claims, traces, selection: Selection::Judgement })
}

fn integrity(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order_id: &str,
) -> Result<BTreeMap<String, Integrity>> {
    let states = evidence::states(conn, project, order_id)?.into_iter();
    Ok(states
        .map(|(trace, state)| {
            let altered = state == EvidenceState::Altered;
            (trace, if altered { Integrity::Failed } else { Integrity::Ok })
        })
        .collect())
}

fn claim_of(order_id: &str, claim: OrderClaim, acts: &[Placed], verdicts: Vec<Verdict>) -> Claim {
    Claim {
        claim_type: claim.source.as_str().to_owned(),
        materiality: Materiality::from_k(claim.materiality).unwrap_or(Materiality::Normal),
        made: made_at(acts, claim.made_at),
        withdrawn: claim.withdrawn_at.map(|at| made_at(acts, Some(at))),
        valid_until: None,
        work_order: order_id.to_owned(),
        verdicts,
        id: claim.id,
    }
}

/// The event of that moment; without one, the first of all.
fn made_at(acts: &[Placed], at: Option<Timestamp>) -> Recorded {
    let then = at.and_then(|at| acts.iter().rfind(|act| act.recorded.at == at));
    let found = then.or_else(|| acts.first());
    found.map_or(Recorded { leaf: None, at: Timestamp(0) }, |act| act.recorded)
}

fn verdict_of(judged: &JudgedVerdict, placed: &[Placed]) -> Verdict {
    let (row, verdict) = (&judged.row, &judged.verdict);
    let leaf = placed.iter().find(|event| event.id == row.event_id).and_then(|event| event.recorded.leaf);
    let mut rests_on: Vec<String> = verdict.quotes.iter().map(|q| q.evidence.trace_id.clone()).collect();
    rests_on.sort();
    rests_on.dedup();
    Verdict {
        id: row.verdict_id.clone(),
        recorded: Recorded { leaf, at: row.at },
        verifier: row.judge_id.clone(),
        verifier_unit: None,
        kind: Kind::Human,
        outcome: verdict.outcome,
        relation: verdict.relation,
        supersedes: verdict.supersedes.clone(),
        rests_on,
    }
}
