//! The words of judging that the score weighs: outcomes, relations, materiality.
//!
//! Outcomes follow FEVER (arXiv 1803.05355): supported, refuted, not enough information.

use serde::{Deserialize, Serialize};

/// What a verdict says about a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The evidence shows the claim to be true.
    Supported,
    /// The evidence shows the claim to be false.
    Refuted,
    /// The evidence at hand settles nothing; recorded, but it moves no number.
    NotEnoughInformation,
}

impl Outcome {
    /// The word stored in the database, in leaves and in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Supported => "supported",
            Self::Refuted => "refuted",
            Self::NotEnoughInformation => "not_enough_information",
        }
    }

    /// Reads [`Outcome::as_str`]'s word back.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Supported, Self::Refuted, Self::NotEnoughInformation].into_iter().find(|o| o.as_str() == word)
    }
}

/// How the one who judges stands to the one who made the claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// The same person, agent or model family, or somebody who did the work of that order.
    #[serde(rename = "self")]
    Own,
    /// Another account of the same unit or operator.
    SameUnit,
    /// Nobody of the above.
    Independent,
}

impl Relation {
    /// The word stored and shown: `self`, `same_unit` or `independent`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Own => "self",
            Self::SameUnit => "same_unit",
            Self::Independent => "independent",
        }
    }

    /// Reads [`Relation::as_str`]'s word back.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Own, Self::SameUnit, Self::Independent].into_iter().find(|r| r.as_str() == word)
    }
}

/// How much a claim matters: its mass in the score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub enum Materiality {
    /// 0: kept, but it counts nothing.
    None,
    /// 1: normal.
    Normal,
    /// 2: important.
    Important,
    /// 4: critical; a standing refutation caps the grade.
    Critical,
}

impl Materiality {
    /// The mass: 0, 1, 2 or 4.
    pub fn k(self) -> u32 {
        match self {
            Self::None => 0,
            Self::Normal => 1,
            Self::Important => 2,
            Self::Critical => 4,
        }
    }

    /// Reads the mass back; other numbers do not exist.
    pub fn from_k(k: u32) -> Option<Self> {
        [Self::None, Self::Normal, Self::Important, Self::Critical].into_iter().find(|m| m.k() == k)
    }
}

impl From<Materiality> for u32 {
    fn from(materiality: Materiality) -> Self {
        materiality.k()
    }
}

impl TryFrom<u32> for Materiality {
    type Error = String;

    fn try_from(k: u32) -> Result<Self, String> {
        Self::from_k(k).ok_or_else(|| format!("materiality is 0, 1, 2 or 4, not {k}"))
    }
}
