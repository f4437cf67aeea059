//! The order as the score sees it, put together from its records.

use std::collections::{BTreeMap, BTreeSet};

use foundation::{Error, Result, Timestamp};
use trust_score::model::Selection;
use trust_score::{Claim, Integrity, Materiality, Policy, Recorded, Subject, SubjectKind, View};

use super::order::{Made, Order};
use super::statements::{Statement, statements, verdicts};
use super::{Record, text};
use crate::record::{BODIES_ERASED, JUDGED};

/// The kind of a record that puts a policy in force.
const POLICY_SET: &str = "trust.policy_set.v1";

/// What the records of one order come to.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) subject: Subject,
    pub(crate) policy: Policy,
    /// What explains a verdict that no row names, by its claim: see [`Account::left_out`].
    statements: Vec<Statement>,
    /// The last record that changed the plan, or took a record's words away.
    changed_by: Option<u64>,
}

/// Puts it together from the records of an order, of its audit and of the policies, each oldest first.
///
/// `failed` are traces that are not as they were logged: nobody can read that from records.
pub(crate) fn account(
    order_id: &str,
    acts: &[&Record<'_>],
    audited: &[&Record<'_>],
    policies: &[&Record<'_>],
    erasures: &[&Record<'_>],
    failed: &BTreeSet<String>,
) -> Result<Account> {
    let mut given = verdicts(audited).ok_or_else(|| Error::refused("a verdict's record cannot be read"))?;
    let statements = statements(audited);
    let mut claims = Vec::new();
    for made in Order::of(acts).claims() {
        let verdicts = given.remove(&made.id).unwrap_or_default();
        claims.push(Claim { verdicts, ..claim(order_id, &made, acts)? });
    }
    for stated in &statements {
        let made = Made {
            id: stated.id.clone(),
            source: "statement",
            weight: stated.weight,
            made_at: Some(stated.made_at),
            withdrawn_at: stated.withdrawn_at,
        };
        let verdicts = given.remove(&made.id).unwrap_or_default();
        claims.push(Claim { verdicts, ..claim(order_id, &made, audited)? });
    }
    let changes = |record: &&&Record<'_>| record.leaf.kind == "work_order.plan_edited.v1";
    let edits = acts.iter().filter(changes).chain(erasures).map(|record| record.index);
    Ok(Account {
        subject: Subject {
            kind: SubjectKind::WorkOrder,
            id: order_id.to_owned(),
            claims,
            traces: failed.iter().map(|trace| (trace.clone(), Integrity::Failed)).collect(),
            selection: Selection::Judgement,
        },
        policy: policy(policies)?,
        statements,
        changed_by: edits.max(),
    })
}

/// The last policy in force; before the first, and where its words were erased, version 1.
fn policy(records: &[&Record<'_>]) -> Result<Policy> {
    let last = records.last().filter(|record| record.leaf.kind == POLICY_SET);
    match last.and_then(|record| record.data()) {
        Some(data) => Policy::from_json(&serde_json::to_vec(&data)?),
        None => Ok(Policy::v1()),
    }
}

fn claim(order_id: &str, made: &Made, acts: &[&Record<'_>]) -> Result<Claim> {
    let materiality = Materiality::from_k(made.weight)
        .ok_or_else(|| Error::refused(format!("the claim {} has an unknown weight", made.id)))?;
    Ok(Claim {
        id: made.id.clone(),
        claim_type: made.source.to_owned(),
        materiality,
        made: recorded(acts, made.made_at),
        withdrawn: made.withdrawn_at.map(|at| recorded(acts, Some(at))),
        valid_until: None,
        work_order: order_id.to_owned(),
        verdicts: Vec::new(),
    })
}

/// The last record of that moment; without one, the first of all.
fn recorded(acts: &[&Record<'_>], at: Option<Timestamp>) -> Recorded {
    let then = at.and_then(|at| acts.iter().rfind(|act| act.at() == at)).or_else(|| acts.first());
    then.map_or(Recorded { leaf: None, at: Timestamp(0) }, |act| Recorded {
        leaf: Some(act.index),
        at: act.at(),
    })
}

impl Account {
    /// Why no row of the table names a verdict, and the place of the record that says so; `None` when it must be named.
    pub(crate) fn left_out(
        &self,
        record: &Record<'_>,
        erasures: &[&Record<'_>],
        view: View,
    ) -> Option<(&'static str, u64)> {
        debug_assert_eq!(record.leaf.kind, JUDGED, "only verdicts are counted");
        let Some(data) = record.data() else {
            let names = |erasure: &&&Record<'_>| {
                erasure.leaf.kind == BODIES_ERASED && erasure.leaf.refs.contains(&record.leaf.id)
            };
            return Some(("erased", erasures.iter().find(names)?.index));
        };
        let claim_id = data.get("verdict").and_then(|verdict| text(verdict, "claim"))?;
        let Some(claim) = self.subject.claims.iter().find(|claim| claim.id == claim_id) else {
            return Some(("no_claim", self.changed_by?));
        };
        if let Some(withdrawn) = claim.withdrawn.filter(|at| view.holds(*at)) {
            return Some(("withdrawn", withdrawn.leaf?));
        }
        let stated = self.statements.iter().find(|stated| stated.id == claim_id)?;
        (claim.materiality.k() == 0).then_some(("no_weight", stated.weighed_by))
    }

    /// The traces that verdicts rest on.
    pub(crate) fn traces(records: &[&Record<'_>]) -> BTreeSet<String> {
        let given: BTreeMap<_, _> = verdicts(records).unwrap_or_default();
        given.into_values().flatten().flat_map(|verdict| verdict.rests_on).collect()
    }
}
