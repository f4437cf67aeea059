//! Who does something: a person, an AI agent with its own account, or the system itself.

use serde::{Deserialize, Serialize};

/// What kind of being acts. Agents log, tick and link; they never sign, judge or approve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// A person with a password.
    Human,
    /// A program with its own account and key.
    Agent,
    /// Tracewright itself: rules, schedules, set-up.
    System,
}

impl ActorKind {
    /// The word stored in the database and in ledger leaves.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Agent => "agent",
            Self::System => "system",
        }
    }

    /// Reads the stored word back; an unknown word is read as `System`, which may do the least.
    pub fn from_stored(word: &str) -> Self {
        match word {
            "human" => Self::Human,
            "agent" => Self::Agent,
            _ => Self::System,
        }
    }
}

/// The one who acts, as stamped on every event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Opaque account id (`UUIDv7`), or `system`.
    pub id: String,
    pub kind: ActorKind,
    /// The name printed at that time; it goes into the erasable body, never into a leaf.
    pub name: String,
    /// The session the act came through, if any.
    pub session: Option<String>,
    /// The request the act came through, if any.
    pub request_id: Option<String>,
}

impl Actor {
    /// The system acting by rule.
    pub fn system() -> Self {
        Self {
            id: "system".to_owned(),
            kind: ActorKind::System,
            name: "Tracewright".to_owned(),
            session: None,
            request_id: None,
        }
    }
}
