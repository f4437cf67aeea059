//! What the rules ask about a claim, read in one go: for the action that gives a verdict, and for the page that says
//! beforehand which verdicts may be given.

use std::collections::BTreeSet;

use crate::db::AnyConnection;
use crate::foundation::{ActorKind, Asker, Error, Result};
use crate::people::units::{Unit, unit_of};
use crate::work_orders::model::{Order, Target, Who};

use super::claims::{Claim, claims_of, performers};
use super::model::ClaimSource;
use super::senders;
use super::store::{ClaimRow, LinkRow};
use super::verdict::ClaimFacts;

/// The facts of one claim for one judge, owned.
#[derive(Clone, Debug)]
pub struct Known {
    author: String,
    performers: Vec<String>,
    senders: BTreeSet<String>,
    unit: Unit,
    withdrawn: bool,
    unattested_import: bool,
}

impl Known {
    /// Reads them; `links` are the standing links of the order.
    pub fn read(
        conn: &mut AnyConnection,
        judge: &Asker,
        order: &Order,
        claim: &Claim,
        links: &[LinkRow],
    ) -> Result<Self> {
        Ok(Self {
            author: claim.author.as_ref().map(|author| author.id.clone()).unwrap_or_default(),
            performers: performers(order),
            senders: senders::of(conn, judge.project, links)?,
            unit: unit_of(conn, judge.id())?,
            withdrawn: claim.withdrawn_at.is_some(),
            unattested_import: claim.unattested,
        })
    }

    /// As the rules take them.
    pub fn facts(&self) -> ClaimFacts<'_> {
        ClaimFacts {
            author: &self.author,
            performers: &self.performers,
            senders: &self.senders,
            unit: &self.unit,
            withdrawn: self.withdrawn,
            unattested_import: self.unattested_import,
        }
    }
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
