//! How orders hang together.

use serde::{Deserialize, Serialize};

use super::{OrderNumber, Released, Target, Who};
use foundation::Timestamp;

/// What another order is to this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    /// This order was opened for what the other left.
    FollowUpOf,
    /// The other was opened for what this one left.
    FollowedUpBy,
    /// The other begins only once this one is done.
    Blocks,
    /// This one begins only once the other is done.
    BlockedBy,
    /// This one asks for what the other asks for already.
    DuplicateOf,
    /// The other asks for what this one asks for already.
    DuplicatedBy,
    /// Steps of this one stood in the other before.
    SplitFrom,
    /// Steps of this one stand in the other now.
    SplitTo,
}

impl RelationKind {
    /// The words shown to people.
    pub fn label(self) -> &'static str {
        match self {
            Self::FollowUpOf => "Follow-up of",
            Self::FollowedUpBy => "Followed up by",
            Self::Blocks => "Blocks",
            Self::BlockedBy => "Blocked by",
            Self::DuplicateOf => "Duplicate of",
            Self::DuplicatedBy => "Duplicated by",
            Self::SplitFrom => "Split from",
            Self::SplitTo => "Split to",
        }
    }

    /// Those that people make and take away by themselves, as forms post them.
    pub const BY_HAND: [(Self, &'static str); 4] = [
        (Self::BlockedBy, "blocked_by"),
        (Self::Blocks, "blocks"),
        (Self::DuplicateOf, "duplicate_of"),
        (Self::DuplicatedBy, "duplicated_by"),
    ];

    /// The word that forms post; none for what only a follow-up or a split makes.
    pub fn word(self) -> Option<&'static str> {
        Self::BY_HAND.iter().find(|(kind, _)| *kind == self).map(|(_, word)| *word)
    }

    /// Reads the word back.
    pub fn read(word: &str) -> Option<Self> {
        Self::BY_HAND.iter().find(|(_, known)| *known == word).map(|(kind, _)| *kind)
    }

    /// What the first order is to the other.
    #[must_use]
    pub fn turned(self) -> Self {
        match self {
            Self::FollowUpOf => Self::FollowedUpBy,
            Self::FollowedUpBy => Self::FollowUpOf,
            Self::Blocks => Self::BlockedBy,
            Self::BlockedBy => Self::Blocks,
            Self::DuplicateOf => Self::DuplicatedBy,
            Self::DuplicatedBy => Self::DuplicateOf,
            Self::SplitFrom => Self::SplitTo,
            Self::SplitTo => Self::SplitFrom,
        }
    }
}

/// One tie to another order of the project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relation {
    pub kind: RelationKind,
    /// The other order's id.
    pub order: String,
    pub number: OrderNumber,
    /// The step, item or criterion of the order that was followed up.
    pub about: Option<Target>,
    pub by: Who,
    pub at: Timestamp,
    /// Who let this order begin although the other blocks it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passed: Option<Released>,
}
