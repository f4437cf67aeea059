//! What the score is computed from: claims, their verdicts, and the state of the traces under them.
//!
//! These are inputs as the ledger holds them; which of them count at a moment is decided by [`View`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::judgement::{Materiality, Outcome, Relation};
use foundation::Timestamp;

/// Where in the ledger something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Recorded {
    /// Leaf index; `None` until the sequencer has given one.
    pub leaf: Option<u64>,
    pub at: Timestamp,
}

/// A past or present state of the ledger: leaves below `tree_size`, recorded up to `as_of`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    /// Number of leaves that count.
    pub tree_size: u64,
    /// Latest moment that counts.
    pub as_of: Timestamp,
}

impl View {
    /// Whether an entry counts in this view.
    pub fn holds(self, entry: Recorded) -> bool {
        entry.leaf.is_some_and(|leaf| leaf < self.tree_size) && entry.at <= self.as_of
    }
}

/// Who or what judged, and by which method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Human,
    /// A person who settles a dispute.
    Adjudication {
        /// Ids of the verdicts it settles; they no longer count.
        settles: Vec<String>,
    },
    /// A re-executable check, by name.
    Deterministic {
        /// Name without version, such as `numbers-and-names`.
        check: String,
    },
    /// A judge with learned parameters or thresholds.
    Statistical {
        /// J = sensitivity + specificity - 1 in thousandths, measured on labelled data.
        j: i32,
        /// Base model or method family.
        family: String,
    },
}

impl Kind {
    /// The word in tables: `human`, `adjudication`, `deterministic`, `statistical`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Adjudication { .. } => "adjudication",
            Self::Deterministic { .. } => "deterministic",
            Self::Statistical { .. } => "statistical",
        }
    }

    /// Verdicts of one verifier and one family replace each other.
    pub fn family(&self) -> &str {
        match self {
            Self::Human => "human",
            Self::Adjudication { .. } => "adjudication",
            Self::Deterministic { check } => check,
            Self::Statistical { family, .. } => family,
        }
    }
}

/// One verdict on a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub id: String,
    /// Where it stands in the ledger.
    pub recorded: Recorded,
    /// Account or check that judged.
    pub verifier: String,
    /// The verifier's unit or operator, for showing; the relation is already decided.
    pub verifier_unit: Option<String>,
    pub kind: Kind,
    pub outcome: Outcome,
    /// Relation of verifier and author, recorded with the verdict.
    pub relation: Relation,
    /// An earlier verdict of the same verifier that this one replaces.
    pub supersedes: Option<String>,
    /// Ids of the traces its evidence lies in; empty if it rests on none.
    pub rests_on: Vec<String>,
}

/// One claim with everything ever said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    pub id: String,
    /// Claim type, for the review pool (`item`, `criterion`, ...).
    pub claim_type: String,
    pub materiality: Materiality,
    pub made: Recorded,
    /// When its tick was undone.
    pub withdrawn: Option<Recorded>,
    /// After this moment it counts as unexamined again (claims about things that change).
    pub valid_until: Option<Timestamp>,
    /// The work order it belongs to; agents and tenants are capped per order.
    pub work_order: String,
    /// All verdicts, in any order.
    pub verdicts: Vec<Verdict>,
}

/// Whether a trace's bytes are what the log committed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Integrity {
    /// Digest, inclusion and checkpoint hold.
    Ok,
    /// One of them does not.
    Failed,
    /// Not under a checkpoint yet.
    Pending,
}

/// What is scored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    Claim,
    Trace,
    Step,
    WorkOrder,
    /// One agent over all its orders.
    Agent,
    /// One tenant over all its orders.
    Tenant,
}

impl SubjectKind {
    /// Agents and tenants age and are capped per order; frozen bytes do not get old.
    pub fn ages(self) -> bool {
        matches!(self, Self::Agent | Self::Tenant)
    }
}

/// How the examined claims were chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Selection {
    /// Somebody chose what to look at.
    Judgement,
    /// A random sample drawn from a seed that was committed beforehand.
    CommittedSample,
}

/// A subject with the claims in its scope, pooled: children's claims, never their averaged scores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    pub kind: SubjectKind,
    pub id: String,
    /// The claims in scope, in any order.
    pub claims: Vec<Claim>,
    /// The traces under them; a trace that is not listed is taken as intact.
    pub traces: BTreeMap<String, Integrity>,
    /// How the examined claims were chosen.
    pub selection: Selection,
}
