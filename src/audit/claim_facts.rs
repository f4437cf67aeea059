//! What the rules ask about a claim, read in one go: for the action that gives a verdict, and for the page that says
//! beforehand which verdicts may be given.

use std::collections::BTreeSet;

use crate::db::AnyConnection;
use crate::foundation::{ActorKind, Asker, Error, ProjectKey, Result};
use crate::people::units::{Unit, unit_of};
use crate::work_orders::model::{Order, Target, Who};

use super::claims::{Claim, claims_of, performers};
use super::model::ClaimSource;
use super::senders;
use super::store::{self, ClaimRow, LinkRow, VerdictRow};
use super::verdict::ClaimFacts;

/// The facts of one claim for one judge, owned.
#[derive(Clone, Debug)]
pub struct Known {
    author: String,
    performers: Vec<String>,
    senders: BTreeSet<String>,
    unit: Unit,
    judged_as: Option<String>,
    has_judged: bool,
    withdrawn: bool,
    unattested_import: bool,
    unclaimed: bool,
}

impl Known {
    /// Reads them.
    pub fn read(conn: &mut AnyConnection, judge: &Asker, order: &Order, claim: &Claim) -> Result<Self> {
        let unit = unit_of(conn, judge.id())?;
        let judges = standing_of_unit(conn, judge.project, &unit, &claim.id)?;
        Ok(Self {
            // What nobody ticked is claimed by whoever brought the order in.
            author: claim.author.as_ref().or(order.author()).map(|who| who.id.clone()).unwrap_or_default(),
            performers: performers(order),
            senders: senders::of_order(conn, judge.project, order)?,
            judged_as: judges.iter().find(|row| row.judge_id != judge.id()).map(|row| row.judge_name.clone()),
            has_judged: judges.iter().any(|row| row.judge_id == judge.id()),
            unit,
            withdrawn: claim.withdrawn_at.is_some(),
            unattested_import: claim.unattested,
            unclaimed: claim.unclaimed,
        })
    }

    /// As the rules take them.
    pub fn facts(&self) -> ClaimFacts<'_> {
        ClaimFacts {
            author: &self.author,
            performers: &self.performers,
            senders: &self.senders,
            unit: &self.unit,
            judged_as: self.judged_as.as_deref(),
            has_judged: self.has_judged,
            withdrawn: self.withdrawn,
            unattested_import: self.unattested_import,
            unclaimed: self.unclaimed,
        }
    }
}

/// The standing verdicts on a claim by accounts of a unit.
fn standing_of_unit(
    conn: &mut AnyConnection,
    project: ProjectKey,
    unit: &Unit,
    claim: &str,
) -> Result<Vec<VerdictRow>> {
    let mut verdicts = store::verdicts_on(conn, project, claim)?;
    verdicts.retain(|row| row.superseded_by.is_none() && unit.contains(&row.judge_id));
    Ok(verdicts)
}

/// The claim of a row, as its order makes it or as somebody stated it.
pub fn claim_in(order: &Order, row: &ClaimRow) -> Result<Claim> {
    if row.is_stated() {
        return stated_claim(row);
    }
    claims_of(order)
        .into_iter()
        .find(|claim| claim.id == row.claim_id)
        .ok_or_else(|| Error::not_found("the claim"))
}

/// A stated claim stands in no order; the row has all of it.
fn stated_claim(row: &ClaimRow) -> Result<Claim> {
    let author = Who {
        id: row.author_id.clone(),
        kind: match row.author_kind.as_str() {
            "agent" => ActorKind::Agent,
            "system" => ActorKind::System,
            _ => ActorKind::Human,
        },
        name: row.author_name.clone(),
    };
    Ok(Claim {
        id: row.claim_id.clone(),
        target: format!("{}:{}", row.target_kind, row.target_id).parse()?,
        source: ClaimSource::Statement,
        place: row.place.clone(),
        statement: row.statement.clone(),
        context: row.context.clone(),
        materiality: u32::try_from(row.materiality).unwrap_or_default(),
        author: Some(author),
        made_at: row.made_at,
        unattested: row.unattested,
        unclaimed: row.unclaimed,
        withdrawn_at: row.withdrawn_at,
    })
}

/// Whether a link is evidence of what is claimed at a place: it names the place itself, or the step that an item stands
/// in. What is linked to other steps or to the order as a whole is not.
pub fn is_evidence_of(order: &Order, target: &Target, link: &LinkRow) -> bool {
    let names = |place: &Target| {
        let (kind, id) = super::projection::target_columns(Some(place));
        link.target_kind == kind && link.target_id == id
    };
    let step = order.step_of(target).map(|step| Target::Step(step.id.clone()));
    names(target) || step.is_some_and(|step| names(&step))
}
