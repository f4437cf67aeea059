//! Exceptions: what somebody has to answer before an order is past doubt.
//!
//! A secret or card number in a linked trace opens one for each order, trace and kind, whichever came first: the link or the
//! finding. So does a device whose clock is wrong. While one waits for its answer, no second one of the same kind about the same trace is
//! opened; what comes after the answer opens another. A link that is taken away after somebody judged with it opens one for each set of
//! places that was judged so. A step that was done too fast opens one of its own, once its performer says that the work is done. A call that
//! lacks a name which the project requires opens one for each trace and lack, once the trace is quiet. A person
//! answers it, with how and why; an agent may not. An order with an open exception cannot be verified.

pub mod reads;
pub(super) mod store;

use serde::{Deserialize, Serialize};

use masking::Finding;

use crate::foundation::{Error, Result};
use crate::people::units::Unit;

/// What is the matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A key, token or password stood in the trace.
    SecretInTrace,
    CardInTrace,
    /// The clock of a device that kept entries went wrong, or it claims a moment that was yet to come.
    ClockSkew,
    /// A step was done in less time than the plan asks for.
    TooFast,
    /// A link was taken away after somebody judged what it showed, or verified the order.
    EvidenceRemoved,
    /// A call in the trace lacks a name that the project requires.
    IdentityMissing,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::SecretInTrace,
        Self::CardInTrace,
        Self::ClockSkew,
        Self::TooFast,
        Self::EvidenceRemoved,
        Self::IdentityMissing,
    ];

    /// The word stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SecretInTrace => "secret_in_trace",
            Self::CardInTrace => "card_in_trace",
            Self::ClockSkew => "clock_skew",
            Self::TooFast => "too_fast",
            Self::EvidenceRemoved => "evidence_removed",
            Self::IdentityMissing => "identity_missing",
        }
    }

    /// Reads the word back.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// What a finding amounts to; addresses and own patterns are no exception.
    pub fn of(finding: &Finding) -> Option<Self> {
        match finding.detector.as_str() {
            "payment-card" => Some(Self::CardInTrace),
            detector if masking::is_secret(detector) => Some(Self::SecretInTrace),
            _ => None,
        }
    }
}

/// How an exception was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The secret no longer opens anything.
    Replaced,
    /// It was no secret.
    Harmless,
    /// It stays as it is, and somebody answers for that.
    Accepted,
}

impl Answer {
    /// All, in the order of the form.
    pub const ALL: [Self; 3] = [Self::Replaced, Self::Harmless, Self::Accepted];

    /// The word stored and used in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Replaced => "replaced",
            Self::Harmless => "harmless",
            Self::Accepted => "accepted",
        }
    }

    /// The words of the form.
    pub fn label(self) -> &'static str {
        match self {
            Self::Replaced => "It was revoked or replaced",
            Self::Harmless => "It was no secret (an example, a test value)",
            Self::Accepted => "It stays, and I answer for it",
        }
    }

    /// The words of the form for an exception of this kind.
    pub fn label_for(self, kind: Kind) -> &'static str {
        match (kind, self) {
            (Kind::ClockSkew, Self::Replaced) => "The clock of the device was set right",
            (Kind::ClockSkew, Self::Harmless) => "The claimed time is true all the same",
            (Kind::TooFast, Self::Replaced) => "The step was done again, in its time",
            (Kind::TooFast, Self::Harmless) => "It can be done well in that time",
            (Kind::EvidenceRemoved, Self::Replaced) => {
                "It was judged again without it, or other evidence is linked"
            }
            (Kind::EvidenceRemoved, Self::Harmless) => "It was no evidence of this order",
            (Kind::EvidenceRemoved, Self::Accepted) => {
                "What was found stands without it, and I answer for it"
            }
            (Kind::IdentityMissing, Self::Replaced) => "The program names it from now on",
            (Kind::IdentityMissing, Self::Harmless) => "It is known whose the call is",
            _ => self.label(),
        }
    }

    /// Reads [`Answer::as_str`]'s word back.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|answer| answer.as_str() == word)
    }
}

/// Performers answer no exceptions: nobody who did the work, sent the traces, or counts as one with such an account.
pub fn may_answer<'a>(unit: &Unit, involved: impl IntoIterator<Item = &'a str>) -> Result<()> {
    if unit.contains_any(involved) {
        return Err(Error::forbidden(
            "you, or an account that counts as one with you, did work on this order or sent its traces, so somebody \
             else answers this exception",
        ));
    }
    Ok(())
}

/// What was found, in words: `openai-key in input.messages[1].content and 2 more`. Never the secret.
pub fn detail(findings: &[&Finding]) -> String {
    let Some(first) = findings.first() else { return String::new() };
    let more = match findings.len() - 1 {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{} in {}{more}", first.detector, first.field)
}
