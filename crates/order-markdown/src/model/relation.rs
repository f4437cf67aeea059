//! How orders hang together.

use serde::{Deserialize, Serialize};

use super::{OrderNumber, Target, Who};
use foundation::Timestamp;

/// What another order is to this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    /// This order was opened for what the other left.
    FollowUpOf,
    /// The other was opened for what this one left.
    FollowedUpBy,
}

impl RelationKind {
    /// The words shown to people.
    pub fn label(self) -> &'static str {
        match self {
            Self::FollowUpOf => "Follow-up of",
            Self::FollowedUpBy => "Followed up by",
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
}
