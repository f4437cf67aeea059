//! What other features bring to an order: facts for its guards, annotations and side blocks for its page.
//!
//! They are wired in `app.rs`, because this feature must not know them.

use super::facts::Facts;
use super::model::Order;
use crate::db::AnyConnection;
use crate::foundation::{Actor, ProjectKey, Result, Timestamp};

/// Fills in facts that another feature knows about an order and an actor.
pub type FactsHook = fn(&mut AnyConnection, ProjectKey, &Order, &Actor, &mut Facts) -> Result<()>;

/// Says what another feature knows about an order and its parts; with a moment, as of then.
pub type AnnotateHook = fn(&mut AnyConnection, ProjectKey, &Order, Option<Timestamp>) -> Result<Annotations>;

/// Everything that other features bring.
#[derive(Clone, Debug, Default)]
pub struct Hooks {
    /// For the guards.
    pub facts: Vec<FactsHook>,
    /// For the page.
    pub annotate: Vec<AnnotateHook>,
}

/// What a feature has to say on the page of an order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annotations {
    /// Beside items, steps, criteria or the order itself.
    pub notes: Vec<Annotation>,
    /// Blocks of the right column, in order.
    pub side: Vec<SideBlock>,
}

/// What stands beside one part of an order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annotation {
    /// `item:ID`, `step:ID` or `criterion:ID`; none for the order itself.
    pub target: Option<String>,
    /// Evidence.
    pub links: Vec<EvidenceLink>,
    /// How the claim stands: a verdict's word such as `supported`, `open`, `unattested`.
    pub standing: Option<String>,
    /// Where the claim is judged.
    pub claim_href: Option<String>,
}

/// One piece of evidence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EvidenceLink {
    /// What is shown, such as a short trace id.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// The evidence's state, also its class: empty, `waiting`, `grown`, `altered` or `erased`.
    pub state: String,
}

/// A block of the right column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SideBlock {
    /// Finished HTML; whoever makes it escapes what it did not write.
    pub html: String,
}

impl Hooks {
    /// The facts about an order and an actor.
    pub fn facts_of(
        &self,
        conn: &mut AnyConnection,
        project: ProjectKey,
        order: &Order,
        actor: &Actor,
    ) -> Result<Facts> {
        let mut facts = Facts::default();
        for hook in &self.facts {
            hook(conn, project, order, actor, &mut facts)?;
        }
        Ok(facts)
    }

    /// Everything there is to say on the page of an order.
    pub fn annotations_of(
        &self,
        conn: &mut AnyConnection,
        project: ProjectKey,
        order: &Order,
        as_of: Option<Timestamp>,
    ) -> Result<Annotations> {
        let mut all = Annotations::default();
        for hook in &self.annotate {
            let more = hook(conn, project, order, as_of)?;
            all.notes.extend(more.notes);
            all.side.extend(more.side);
        }
        Ok(all)
    }
}
