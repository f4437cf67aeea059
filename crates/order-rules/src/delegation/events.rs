//! What happens when agents work on an order, as versioned events of its stream.
//!
//! A claim also ends without an event of its own: when its lease runs out, when the order is moved to a state in which nobody
//! works on it, and when it is given to somebody else. The lease, the move and the assignment say so themselves.

use serde::{Deserialize, Serialize};

use crate::model::{Target, Who};
use foundation::Timestamp;

/// Something about an agent on an order, a question or a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DelegationEvent {
    /// An agent took the order on, under the answer of a person.
    #[serde(rename = "work_order.claimed.v1")]
    Claimed {
        accountable: Who,
        /// The end of its lease.
        until: Timestamp,
        lease_seconds: u32,
        /// The agent whose claim had lapsed, where there was one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lapsed: Option<Who>,
    },
    /// The agent showed that it is still there; recorded once less than half of the lease is left.
    #[serde(rename = "work_order.claim_renewed.v1")]
    ClaimRenewed { until: Timestamp },
    #[serde(rename = "work_order.claim_released.v1")]
    ClaimReleased {
        /// Why; may be empty.
        reason: String,
    },
    /// A person stopped an agent: what it holds ends, and it does nothing more until a person lets it on.
    #[serde(rename = "work_order.agent_stopped.v1")]
    AgentStopped { agent: Who, reason: String },
    /// A person let it on again.
    #[serde(rename = "work_order.agent_let_on.v1")]
    AgentLetOn { agent: Who },
    #[serde(rename = "work_order.question_asked.v1")]
    QuestionAsked {
        question: String,
        text: String,
        /// What may be answered; empty where any words may.
        choices: Vec<String>,
        about: Option<Target>,
    },
    #[serde(rename = "work_order.question_answered.v1")]
    QuestionAnswered { question: String, answer: String },
    #[serde(rename = "work_order.question_withdrawn.v1")]
    QuestionWithdrawn {
        question: String,
        /// Why; may be empty.
        reason: String,
    },
    #[serde(rename = "work_order.decision_recorded.v1")]
    DecisionRecorded {
        decision: String,
        /// From 1 in each order.
        number: u32,
        title: String,
        /// What was decided.
        says: String,
        reasons: String,
        /// May be empty.
        consequences: String,
        /// The id of the decision that it takes the place of.
        supersedes: Option<String>,
    },
}

impl DelegationEvent {
    /// Whether it only moves the lease of a claim: nobody who looked at the order looked at something else because of it.
    pub fn is_quiet(&self) -> bool {
        matches!(self, Self::Claimed { .. } | Self::ClaimRenewed { .. } | Self::ClaimReleased { .. })
    }

    /// The kind with its version, as stored beside the event.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Claimed { .. } => "work_order.claimed.v1",
            Self::ClaimRenewed { .. } => "work_order.claim_renewed.v1",
            Self::ClaimReleased { .. } => "work_order.claim_released.v1",
            Self::AgentStopped { .. } => "work_order.agent_stopped.v1",
            Self::AgentLetOn { .. } => "work_order.agent_let_on.v1",
            Self::QuestionAsked { .. } => "work_order.question_asked.v1",
            Self::QuestionAnswered { .. } => "work_order.question_answered.v1",
            Self::QuestionWithdrawn { .. } => "work_order.question_withdrawn.v1",
            Self::DecisionRecorded { .. } => "work_order.decision_recorded.v1",
        }
    }
}
