//! Isolation: while something is locked out, each person who works on it signs on and off themselves.

use serde::{Deserialize, Serialize};

use super::Who;
use foundation::Timestamp;

/// One person's time under the isolation of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignOn {
    pub who: Who,
    pub at: Timestamp,
    /// How it ended; none while they are signed on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub off: Option<SignOff>,
}

/// The end of a person's time under isolation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignOff {
    /// They themselves, or a supervisor.
    pub by: Who,
    pub at: Timestamp,
    /// Why somebody else signed them off; empty where they did it themselves.
    pub reason: String,
}

/// Whether an order asks for isolation, and who is or was signed on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Isolation {
    pub required: bool,
    /// The oldest first.
    pub entries: Vec<SignOn>,
}

impl Isolation {
    /// Whether it is asked for nowhere and nobody ever signed on.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Those who are signed on.
    pub fn signed_on(&self) -> impl Iterator<Item = &SignOn> {
        self.entries.iter().filter(|entry| entry.off.is_none())
    }

    /// The standing entry of an account.
    pub fn of(&self, account: &str) -> Option<&SignOn> {
        self.signed_on().find(|entry| entry.who.is(account))
    }
}
