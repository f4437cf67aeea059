//! Decisions about agents on an order, about what they ask and about what is decided meanwhile.
//!
//! An agent works under a claim: a lease that it renews by what it does, under the answer of a person. People need none and are
//! kept from nothing by one.

mod claims;
mod decisions;
mod questions;

pub(super) use claims::before;
pub use claims::{LEASE_DEFAULT, LEASE_LEAST, LEASE_MOST, may_act};
pub use decisions::NewDecision;
pub use questions::NewQuestion;

use super::Case;
use crate::events::OrderEvent;
use foundation::Result;

/// Something about agents, questions and decisions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delegate {
    /// Take the order on, as an agent.
    ClaimWork {
        /// How long the lease is to be; five minutes when not said.
        lease_seconds: Option<u32>,
    },
    /// Show that one is still there.
    Heartbeat,
    /// Give it back.
    ReleaseClaim {
        /// Why; may be empty.
        reason: String,
    },
    /// Stop an agent on this order, as a person.
    StopAgent {
        account: String,
        reason: String,
    },
    /// Let it on again.
    LiftStop {
        account: String,
    },
    AskPerson(NewQuestion),
    AnswerQuestion {
        question: String,
        answer: String,
    },
    WithdrawQuestion {
        question: String,
        /// Why; may be empty.
        reason: String,
    },
    RecordDecision(NewDecision),
}

pub(super) fn decide(
    case: &Case<'_>,
    asked: Delegate,
    new_id: &mut dyn FnMut() -> String,
) -> Result<Vec<OrderEvent>> {
    match asked {
        Delegate::ClaimWork { lease_seconds } => claims::claim(case, lease_seconds),
        Delegate::Heartbeat => claims::heartbeat(case),
        Delegate::ReleaseClaim { reason } => claims::release(case, reason),
        Delegate::StopAgent { account, reason } => claims::stop(case, &account, reason),
        Delegate::LiftStop { account } => claims::let_on(case, &account),
        Delegate::AskPerson(asked) => questions::ask(case, asked, new_id),
        Delegate::AnswerQuestion { question, answer } => questions::answer(case, question, &answer),
        Delegate::WithdrawQuestion { question, reason } => questions::withdraw(case, question, reason),
        Delegate::RecordDecision(decision) => decisions::record(case, decision, new_id),
    }
}
