//! What audit writes into the ledger, as versioned events on the stream (`audit`, order id).

use serde::{Deserialize, Serialize};

use crate::foundation::stored::{self, Json};
use crate::foundation::{Digest, Error, ProjectKey, Result};
use crate::ledger::{Draft, Stream};
use crate::work_orders::model::Target;

use super::checks::CheckResult;
use super::exceptions::{Answer, Kind};
use super::model::{Materiality, MissingReason, Outcome, Relation};
use super::selectors::Evidence;

/// One fact of audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AuditEvent {
    /// Traces were linked to an order; by rule one event lists all that came in one commit.
    #[serde(rename = "audit.evidence_linked.v1")]
    EvidenceLinked { links: Vec<Link> },
    /// A link was taken away; the record of it stays.
    #[serde(rename = "audit.evidence_unlinked.v1")]
    EvidenceUnlinked {
        /// The link's id.
        link: String,
        reason: String,
    },
    /// What the linked traces held at that moment.
    #[serde(rename = "audit.evidence_pinned.v1")]
    EvidencePinned { why: PinReason, pins: Vec<Pin> },
    /// Somebody stated something about a place of the order, with words of evidence.
    #[serde(rename = "audit.claim_stated.v1")]
    ClaimStated { claim: Box<Statement> },
    /// A reviewer said how much a stated claim matters; before the first verdict only.
    #[serde(rename = "audit.claim_weighed.v1")]
    ClaimWeighed {
        /// The claim's id.
        claim: String,
        from: Materiality,
        to: Materiality,
    },
    /// Its author took a stated claim back; before the first verdict only.
    #[serde(rename = "audit.claim_withdrawn.v1")]
    ClaimWithdrawn {
        /// The claim's id.
        claim: String,
    },
    /// Something was found that somebody has to answer.
    #[serde(rename = "audit.exception_opened.v1")]
    ExceptionOpened { exception: Opened },
    #[serde(rename = "audit.exception_resolved.v1")]
    ExceptionResolved {
        /// The exception's id.
        exception: String,
        how: Answer,
        /// Why that is enough.
        comment: String,
    },
    #[serde(rename = "audit.verdict_given.v1")]
    VerdictGiven { verdict: Box<Verdict> },
}

/// An exception on an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// The exception's id.
    pub id: String,
    pub order: String,
    /// Empty where it is about no trace.
    pub trace: String,
    pub kind: Kind,
    /// In words, without the secret.
    pub detail: String,
}

/// A trace or observation linked to an order or a part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub id: String,
    /// The step, item or criterion; none for the whole order.
    pub target: Option<Target>,
    pub trace: String,
    /// One observation of it; none for the whole trace.
    pub observation: Option<String>,
    /// By hand, or by which words in the trace.
    pub how: LinkHow,
}

/// How a link came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum LinkHow {
    /// Somebody made it.
    Hand,
    /// The trace named the order.
    Rule {
        /// The words that named it, as the trace has them.
        matched: String,
    },
    /// Somebody recorded something while they were called under it.
    Traceparent {
        /// The span that made the call.
        span: String,
    },
}

/// Why revisions were pinned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PinReason {
    /// Somebody judged on them.
    Verdict,
    /// Nothing had arrived for a minute.
    Settled,
}

/// One observation as it was: its revision names the exact bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Pin {
    pub trace: String,
    pub observation: String,
    /// SHA-256 of the revision's image.
    pub revision: Digest,
}

/// A quote with everything a verifier without us needs: the revision, the body, and its place in bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    pub evidence: Evidence,
    /// The revision of the observation they were read in.
    pub revision: Digest,
    /// First byte in the body.
    pub byte_start: u64,
    /// Length in bytes.
    pub byte_length: u64,
    /// SHA-256 of the quoted bytes.
    pub digest: Digest,
}

/// A claim that no tick made: somebody's words about a place of the order, and the words that show them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The claim's id.
    pub id: String,
    pub target: Target,
    /// How people name that place: `3.2`, `C1`.
    pub place: String,
    pub text: String,
    /// How much it matters: nothing, until a reviewer says otherwise.
    pub materiality: Materiality,
    /// Verbatim words of a stored body.
    pub quote: Quote,
}

/// A judgement of a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    pub id: String,
    pub claim: String,
    pub outcome: Outcome,
    pub relation: Relation,
    /// Verbatim words of stored bodies.
    pub quotes: Vec<Quote>,
    pub checks: Vec<CheckResult>,
    pub reason: Option<MissingReason>,
    pub comment: String,
    /// The judge's own earlier verdict that this one replaces.
    pub supersedes: Option<String>,
}

impl AuditEvent {
    /// The words of evidence that it quotes.
    pub fn quotes(self) -> Vec<Quote> {
        match self {
            Self::VerdictGiven { verdict } => verdict.quotes,
            Self::ClaimStated { claim } => vec![claim.quote],
            _ => Vec::new(),
        }
    }

    /// The kind with its version, as stored beside the event.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::EvidenceLinked { .. } => "audit.evidence_linked.v1",
            Self::EvidenceUnlinked { .. } => "audit.evidence_unlinked.v1",
            Self::EvidencePinned { .. } => "audit.evidence_pinned.v1",
            Self::ClaimStated { .. } => "audit.claim_stated.v1",
            Self::ClaimWeighed { .. } => "audit.claim_weighed.v1",
            Self::ClaimWithdrawn { .. } => "audit.claim_withdrawn.v1",
            Self::ExceptionOpened { .. } => "audit.exception_opened.v1",
            Self::ExceptionResolved { .. } => "audit.exception_resolved.v1",
            Self::VerdictGiven { .. } => "audit.verdict_given.v1",
        }
    }

    /// The draft for the ledger. What is said about a claim names it in the open.
    pub fn draft(&self) -> Result<Draft> {
        let mut draft = Draft::new(self.kind(), stored::event(self)?);
        draft.refs.extend(match self {
            Self::VerdictGiven { verdict } => Some(verdict.claim.clone()),
            Self::ClaimWeighed { claim, .. } | Self::ClaimWithdrawn { claim } => Some(claim.clone()),
            _ => None,
        });
        Ok(draft)
    }

    /// Reads the stored form; the kind stored beside it must be the one inside.
    pub fn from_json<'a>(kind: &str, body: impl Into<Json<'a>>) -> Result<Self> {
        let event = body.into().event(kind)?;
        event.ok_or_else(|| Error::internal(format!("unknown event {kind} of audit")))
    }
}

/// The stream that holds everything audit says about one order.
pub fn stream_of(project: ProjectKey, order_id: &str) -> Stream {
    Stream { project, kind: "audit", id: order_id.to_owned() }
}
