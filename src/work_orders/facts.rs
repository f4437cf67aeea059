//! What other features know about an order, handed to the guards as arguments.
//!
//! The default says: nothing stands in the way. A feature that is not there yet therefore satisfies its
//! guard, and each guard is wired from the start.

use std::collections::BTreeSet;

use super::model::TypeClass;

/// Answers from other features, for one order and one actor.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is an independent answer, not a state")]
pub struct Facts {
    /// The actor belongs to the team the order is given to.
    pub in_team: bool,
    /// Numbers of open orders that block this one.
    pub blocked_by: Vec<String>,
    /// Timers that still run on this order.
    pub running_timers: u32,
    /// Names of people still signed on to the isolation.
    pub signed_on: Vec<String>,
    /// Labour was booked or parts were used or evidence was linked: the order has actuals.
    pub has_actuals: bool,
    /// Steps that have a linked follow-up order.
    pub follow_ups: BTreeSet<String>,
    /// Titles of things whose required evidence is missing.
    pub evidence_missing: Vec<String>,
    /// Evidence whose bytes changed or are gone.
    pub evidence_altered: u32,
    /// Ids of things that have evidence; none while evidence is not kept.
    pub evidenced: Option<BTreeSet<String>>,
    /// Claims without a verdict.
    pub claims_open: u32,
    /// Exceptions without a disposition.
    pub exceptions_open: u32,
    /// The actor made traces that the claims of this order rest on.
    pub made_traces: bool,
    /// Ids of items, steps and criteria whose claim has a verdict.
    pub judged: BTreeSet<String>,
    /// The ledger was checked and is whole.
    pub ledger_verifies: bool,
    /// The actor has just proven who they are, so that a signature may be made.
    pub may_sign: bool,
    /// What the project has decided.
    pub policy: Policy,
}

impl Default for Facts {
    fn default() -> Self {
        Self {
            in_team: false,
            blocked_by: Vec::new(),
            running_timers: 0,
            signed_on: Vec::new(),
            has_actuals: false,
            follow_ups: BTreeSet::new(),
            evidence_missing: Vec::new(),
            evidence_altered: 0,
            evidenced: None,
            claims_open: 0,
            exceptions_open: 0,
            made_traces: false,
            judged: BTreeSet::new(),
            ledger_verifies: true,
            may_sign: true,
            policy: Policy::default(),
        }
    }
}

/// What a project decides for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Types whose author may not approve them.
    pub controlled: Vec<TypeClass>,
    /// Types that may be closed without verification.
    pub close_unverified: Vec<TypeClass>,
    /// Auditors may close verified orders.
    pub auditor_closes: bool,
    /// Whoever closes must not be whoever verified.
    pub closer_not_verifier: bool,
    /// The shortest reason taken, in characters.
    pub min_reason: usize,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            controlled: Vec::new(),
            close_unverified: Vec::new(),
            auditor_closes: true,
            closer_not_verifier: false,
            min_reason: 5,
        }
    }
}
