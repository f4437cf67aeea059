//! An event: what it is before it is written (a draft) and after.
//!
//! Events are insert-only. What is proven for ever stands in the leaf; names, values and reasons are in the erasable body.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::foundation::stored::{Json, Stored};
use crate::foundation::{ActorKind, ProjectKey, Timestamp, UnderReset};

pub use super::event_rows::{read_from, read_kinds, read_stream, version};

/// A sequence of events about one thing: a work order, an account, a project.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Stream {
    /// The project it belongs to; project 0 is the installation itself.
    pub project: ProjectKey,
    /// What kind of thing, e.g. `work_order`.
    pub kind: &'static str,
    /// Its opaque id.
    pub id: String,
}

/// An event that a decision asks to write.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Versioned kind, e.g. `work_order.item_ticked.v1`.
    pub kind: &'static str,
    /// The feature's own data; goes into the erasable body.
    pub data: Value,
    /// Why, when the actor gave a reason; erasable too.
    pub reason: Option<String>,
    /// Opaque ids or digests the leaf names in the open, so that they can be proven without the body.
    pub refs: Vec<String>,
}

impl Draft {
    /// A draft without reason or references.
    pub fn new(kind: &'static str, data: Value) -> Self {
        Self { kind, data, reason: None, refs: Vec::new() }
    }
}

/// A written event, as projections and pages see it.
#[derive(Clone, Debug)]
pub struct Event {
    /// Order of insertion; the place in the tree is the leaf index, not this.
    pub seq: i64,
    /// `UUIDv7`.
    pub id: String,
    pub project: ProjectKey,
    pub stream_kind: String,
    pub stream_id: String,
    /// Place in the stream, from 1.
    pub version: i64,
    /// Versioned kind.
    pub kind: String,
    /// When, by the server's clock.
    pub at: Timestamp,
    /// Account id or `system`.
    pub actor: String,
    pub actor_kind: ActorKind,
    /// The erasable part; `None` once erased.
    pub body: Option<Body>,
}

impl Event {
    /// The feature's data; a null once the body is erased.
    pub fn data(&self) -> Value {
        self.body.as_ref().map_or(Value::Null, |body| Value::clone(&body.data))
    }

    /// The same for whoever reads an event of a feature out of it.
    pub fn json(&self) -> Json<'_> {
        self.body.as_ref().map_or(Json::from(Value::Null), |body| Json::from(&body.data))
    }

    /// The actor's name at that time, if not erased.
    pub fn actor_name(&self) -> &str {
        self.body.as_ref().map_or("(erased)", |body| body.actor_name.as_str())
    }

    /// The same, with the word for an agent.
    pub fn marked_name(&self) -> String {
        self.actor_kind.marked(self.actor_name())
    }
}

/// What an event says beyond its leaf. Erasable; the leaf keeps a salted commitment.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Body {
    /// The actor's printed name at that time.
    pub actor_name: String,
    /// Whose link had set the actor's password, while that was not confirmed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub under_reset: Option<UnderReset>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub session: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub request_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// The feature's own data.
    pub data: Stored,
}
