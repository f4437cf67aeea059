//! Who does something: a person, an AI agent with its own account, or the system itself.

use serde::{Deserialize, Serialize};

use super::Timestamp;

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

    /// A name as it is printed with what was done, said, given or read: an agent is told from a person everywhere, by this word alone.
    pub fn marked(self, name: &str) -> String {
        if self == Self::Agent { format!("{name} (agent)") } else { name.to_owned() }
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
    /// The password was set through somebody else's link, and nobody has confirmed since that the person has it.
    pub under_reset: Option<UnderReset>,
}

/// Whose link set a password, and when: the mark on what is done in that name until it is confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnderReset {
    /// The account that made the link, or `system` for the operator.
    pub by: String,
    pub by_name: String,
    pub at: Timestamp,
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
            under_reset: None,
        }
    }

    /// The name as it is printed with what they do; it says so while a reset of their password is not confirmed.
    pub fn printed_name(&self) -> String {
        match &self.under_reset {
            Some(reset) => format!("{} (password reset by {}, not confirmed)", self.name, reset.by_name),
            None => self.name.clone(),
        }
    }
}
