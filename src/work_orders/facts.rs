//! What other features know about an order, handed to the guards as arguments.
//!
//! Each group has one writer, and nothing here has a default: a fact that nobody fills does not compile, and a guard
//! never holds because nobody answered. `tests/it/guards` lists who writes what.

use std::collections::BTreeSet;

use super::lifecycle::asks_for_record;
use super::model::{Order, TypeClass, TypePolicy};
use crate::db::AnyConnection;
use crate::foundation::{Actor, ProjectKey, Result};
use crate::order_settings::policies;
use crate::people::units::{self, Unit};

/// Everything the guards ask for, about one order and one actor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// From audit.
    pub evidence: EvidenceFacts,
    /// From the ledger.
    pub record: RecordFacts,
    /// From people.
    pub people: PeopleFacts,
    /// From the project's decisions about the order's type.
    pub policy: TypePolicy,
}

/// What is linked to an order, judged on it and odd about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceFacts {
    /// Somebody linked a trace by hand, so the order has actuals. What a rule linked as it came in is no work of anybody's.
    pub linked_by_hand: bool,
    /// Ids of items, steps and criteria that have evidence of their own.
    pub evidenced: BTreeSet<String>,
    /// Linked traces whose bytes changed since they were pinned, and files whose bytes did or are gone.
    pub altered: u32,
    /// Accounts whose keys sent the linked traces, or who brought the files.
    pub senders: BTreeSet<String>,
    /// Claims with a weight and without a verdict.
    pub claims_open: u32,
    /// Exceptions without a disposition.
    pub exceptions_open: u32,
    /// Ids of items, steps and criteria whose claim has a verdict.
    pub judged: BTreeSet<String>,
    /// Those whose claim was refuted.
    pub refuted: BTreeSet<String>,
}

/// Whether the order's own record is as it was logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordFacts {
    /// Every event is.
    Whole,
    /// The first that is not, in words.
    Broken(String),
    /// No move from the order's state asks for it.
    NotAsked,
}

/// Who counts as one with the actor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeopleFacts {
    /// The actor's unit, the actor included.
    pub unit: Unit,
}

/// Where the facts of features above this one come from. There is no default and nothing is optional: an
/// application that does not say it does not compile.
#[derive(Clone, Copy, Debug)]
pub struct FactSources {
    /// Asked for what is linked and judged.
    pub evidence: fn(&mut AnyConnection, ProjectKey, &Order) -> Result<EvidenceFacts>,
    /// Asked whether the streams that make up the order's record are as they were logged.
    pub record: fn(&mut AnyConnection, ProjectKey, &Order) -> Result<RecordFacts>,
}

impl FactSources {
    /// The facts about an order and an actor, as the transaction sees them.
    pub fn of(
        &self,
        conn: &mut AnyConnection,
        project: ProjectKey,
        order: &Order,
        actor: &Actor,
    ) -> Result<Facts> {
        Ok(Facts {
            evidence: (self.evidence)(conn, project, order)?,
            record: self.record_of(conn, project, order)?,
            people: PeopleFacts { unit: units::unit_of(conn, &actor.id)? },
            policy: policies::reads::of(conn, project, TypeClass::of(&order.order_type))?,
        })
    }

    /// Hashing a long record at every tick would cost more than the tick.
    fn record_of(&self, conn: &mut AnyConnection, project: ProjectKey, order: &Order) -> Result<RecordFacts> {
        if !asks_for_record(order.status) {
            return Ok(RecordFacts::NotAsked);
        }
        (self.record)(conn, project, order)
    }
}
