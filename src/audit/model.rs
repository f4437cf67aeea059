//! The words of judging: reasons, where claims come from, and the first weight of each.

use serde::{Deserialize, Serialize};

pub use trust_score::{Materiality, Outcome, Relation};

/// Why a verdict of not enough information was given: a short, closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingReason {
    /// No trace or document is linked to the claim.
    NoEvidenceLinked,
    /// What is linked speaks of something else.
    EvidenceUnrelated,
    /// What is linked covers a part of the claim only.
    EvidenceIncomplete,
    /// The linked body is withheld, erased or cannot be read.
    EvidenceUnreadable,
    /// The claim can be read in more than one way.
    ClaimAmbiguous,
    /// Judging it needs knowledge or access that the judge lacks.
    BeyondJudge,
}

impl MissingReason {
    /// Every reason, in the order a form lists them.
    pub const ALL: [Self; 6] = [
        Self::NoEvidenceLinked,
        Self::EvidenceUnrelated,
        Self::EvidenceIncomplete,
        Self::EvidenceUnreadable,
        Self::ClaimAmbiguous,
        Self::BeyondJudge,
    ];

    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoEvidenceLinked => "no_evidence_linked",
            Self::EvidenceUnrelated => "evidence_unrelated",
            Self::EvidenceIncomplete => "evidence_incomplete",
            Self::EvidenceUnreadable => "evidence_unreadable",
            Self::ClaimAmbiguous => "claim_ambiguous",
            Self::BeyondJudge => "beyond_judge",
        }
    }

    /// The sentence a form shows.
    pub fn label(self) -> &'static str {
        match self {
            Self::NoEvidenceLinked => "No evidence is linked",
            Self::EvidenceUnrelated => "The evidence speaks of something else",
            Self::EvidenceIncomplete => "The evidence covers a part only",
            Self::EvidenceUnreadable => "The evidence cannot be read",
            Self::ClaimAmbiguous => "The claim can be read in several ways",
            Self::BeyondJudge => "Judging it needs knowledge or access I lack",
        }
    }

    /// Reads [`MissingReason::as_str`]'s word back.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }
}

/// What a claim was made from; it sets the claim's first materiality.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimSource {
    /// A step without items was ticked.
    Step,
    /// A checklist item was ticked.
    Item,
    /// A completion criterion was marked as met.
    Criterion,
    /// A free statement; it weighs nothing until a reviewer gives it weight (see [`super::stated`]).
    Statement,
}

impl ClaimSource {
    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Step => "step",
            Self::Item => "item",
            Self::Criterion => "criterion",
            Self::Statement => "statement",
        }
    }

    /// Reads [`ClaimSource::as_str`]'s word back.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Step, Self::Item, Self::Criterion, Self::Statement].into_iter().find(|s| s.as_str() == word)
    }

    /// What a fresh claim of this source weighs.
    pub fn materiality(self) -> Materiality {
        match self {
            Self::Step | Self::Item => Materiality::Normal,
            Self::Criterion => Materiality::Important,
            Self::Statement => Materiality::None,
        }
    }
}

/// Whether a ticked step is a claim by itself: only when it has no items, else its items are the claims.
pub fn step_is_claim(item_count: usize) -> bool {
    item_count == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn materiality_comes_from_the_source() {
        let first = |s: ClaimSource| s.materiality().k();
        assert_eq!(first(ClaimSource::Item), 1);
        assert_eq!(first(ClaimSource::Step), 1);
        assert_eq!(first(ClaimSource::Criterion), 2);
        assert_eq!(first(ClaimSource::Statement), 0);
        assert!(serde_json::from_str::<Materiality>("3").is_err());
        assert!(step_is_claim(0) && !step_is_claim(1));
    }

    #[test]
    fn stored_words_read_back() {
        for outcome in [Outcome::Supported, Outcome::Refuted, Outcome::NotEnoughInformation] {
            assert_eq!(Outcome::parse(outcome.as_str()), Some(outcome));
            assert_eq!(serde_json::to_value(outcome).unwrap(), outcome.as_str());
        }
        for relation in [Relation::Own, Relation::SameUnit, Relation::Independent] {
            assert_eq!(Relation::parse(relation.as_str()), Some(relation));
            assert_eq!(serde_json::to_value(relation).unwrap(), relation.as_str());
        }
        for reason in MissingReason::ALL {
            assert_eq!(MissingReason::parse(reason.as_str()), Some(reason));
            assert_eq!(serde_json::to_value(reason).unwrap(), reason.as_str());
        }
    }
}
