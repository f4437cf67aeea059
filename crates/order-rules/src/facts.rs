//! What other features know about an order, handed to the guards as arguments.
//!
//! Each group has one writer, and nothing here has a default: a fact that nobody fills does not compile, and a guard
//! never holds because nobody answered. `tests/it/guards` lists who writes what.

use std::collections::{BTreeMap, BTreeSet};

use foundation::{Timestamp, Unit};

use super::model::{TypePolicy, Who};

/// Everything the guards ask for, about one order and one actor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// From audit.
    pub evidence: EvidenceFacts,
    /// From the ledger.
    pub record: RecordFacts,
    /// From people.
    pub people: PeopleFacts,
    /// From the orders: those that block it and are not done.
    pub blockers: BTreeSet<String>,
    /// From the orders: those that were opened for what this one left and that nobody will do, as they were cancelled.
    pub cancelled_follow_ups: BTreeSet<String>,
    /// From the orders: those that were opened for what this one left and that nobody submitted yet.
    pub draft_follow_ups: BTreeSet<String>,
    /// From the project's decisions about the order's type.
    pub policy: TypePolicy,
    /// The present moment, by which leases are live or stale.
    pub now: Timestamp,
}

/// What is linked to an order, judged on it and odd about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceFacts {
    /// Somebody linked a trace by hand, so the order has actuals. What a rule linked as it came in is no work of anybody's.
    pub linked_by_hand: bool,
    /// Ids of items, steps and criteria that have evidence of their own.
    pub evidenced: BTreeSet<String>,
    /// How many traces are linked to each item, step and criterion.
    pub traces_at: BTreeMap<String, u32>,
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
    /// Those whose verdicts decide nothing: not enough information, or one against the other.
    pub undecided: BTreeSet<String>,
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
    /// The persons of the project who answer for the actor, where that is an agent: those of its unit, the oldest account
    /// first. Nobody answers for a person but that person.
    pub answering: Vec<Who>,
}
