//! Who did something, whom the work is given to, and what it is done on.

use serde::{Deserialize, Serialize};

use foundation::{Actor, ActorKind};

/// Someone as stamped on a record. An empty id means: named by a file, known to nobody here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// Account id, or empty.
    pub id: String,
    pub kind: ActorKind,
    /// The name printed at that time.
    pub name: String,
}

impl Who {
    /// A name found in a file.
    pub fn named(name: impl Into<String>) -> Self {
        Self { id: String::new(), kind: ActorKind::Human, name: name.into() }
    }

    /// The name as it is printed with what they did: an agent is told from a person everywhere.
    pub fn marked_name(&self) -> String {
        self.kind.marked(&self.name)
    }

    /// Whether this is the account `id`; nobody is the empty id.
    pub fn is(&self, id: &str) -> bool {
        !id.is_empty() && self.id == id
    }
}

impl From<&Actor> for Who {
    fn from(actor: &Actor) -> Self {
        Self { id: actor.id.clone(), kind: actor.kind, name: actor.name.clone() }
    }
}

/// Whom the work is given to: a name and a stable user code, and the account once it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignee {
    /// Account id, when the person or agent has an account here.
    #[serde(default)]
    pub account: Option<String>,
    #[serde(default)]
    pub kind: Option<ActorKind>,
    pub name: String,
    /// Stable user code such as `USR-001`; empty when none.
    #[serde(default)]
    pub code: String,
}

impl Assignee {
    /// The name as it is printed: see [`Who::marked_name`].
    pub fn marked_name(&self) -> String {
        self.kind.map_or_else(|| self.name.clone(), |kind| kind.marked(&self.name))
    }
}

/// What the work is done on: a name and a stable tag.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssetRef {
    pub name: String,
    /// Stable tag such as `support-prod`; empty when none.
    #[serde(default)]
    pub tag: String,
}
