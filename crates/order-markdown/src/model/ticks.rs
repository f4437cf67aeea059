//! Ticks as records: each says who, when and how, and an undone one stays in the list.
//!
//! An imported tick says nothing that can be relied on; it is unattested until somebody with an
//! account here attests it.

use serde::{Deserialize, Serialize};

use super::{Answer, Who};
use foundation::Timestamp;

/// How a tick came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TickHow {
    /// Made here, stamped by the server.
    Recorded,
    /// Read from a file; who and when are at best what the file claims.
    Imported,
}

/// Somebody vouching for an imported tick.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attestation {
    pub by: Who,
    pub at: Timestamp,
    /// What they know and how; empty when not said.
    #[serde(default)]
    pub note: String,
}

/// The taking back of a tick.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undone {
    pub by: Who,
    pub at: Timestamp,
    /// Why; empty where no reason was asked for.
    #[serde(default)]
    pub reason: String,
}

/// One tick on an item, a step without items, or a criterion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tick {
    /// Stable id; claims refer to it.
    pub id: String,
    /// Made here or read from a file.
    pub how: TickHow,
    /// Who ticked; for an imported tick what the file claims, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Who>,
    /// When, by the server's clock; for an imported tick what the file claims, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// What was answered, where the item asks for more than a tick.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
    /// The event that recorded it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// Who vouches for it, once somebody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attested: Option<Attestation>,
    /// How it was taken back, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undone: Option<Undone>,
}

impl Tick {
    /// A tick found in a file.
    pub fn imported(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            how: TickHow::Imported,
            by: None,
            at: None,
            answer: None,
            event: None,
            attested: None,
            undone: None,
        }
    }

    /// Whether it came from a file and nobody vouches for it.
    pub fn is_unattested(&self) -> bool {
        self.how == TickHow::Imported && self.attested.is_none()
    }
}

/// All ticks a thing ever had, oldest first. At most the last one stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ticks(pub Vec<Tick>);

impl Ticks {
    /// The tick that stands, if any.
    pub fn current(&self) -> Option<&Tick> {
        self.0.last().filter(|tick| tick.undone.is_none())
    }

    /// The tick that stands, to change it.
    pub fn current_mut(&mut self) -> Option<&mut Tick> {
        self.0.last_mut().filter(|tick| tick.undone.is_none())
    }

    /// Whether a tick stands.
    pub fn is_ticked(&self) -> bool {
        self.current().is_some()
    }

    /// Whether the standing tick came from a file and nobody vouches for it.
    pub fn is_unattested(&self) -> bool {
        self.current().is_some_and(Tick::is_unattested)
    }

    /// Whether a tick stands that counts: made here, or taken over by somebody here.
    pub fn counts(&self) -> bool {
        self.current().is_some_and(|tick| !tick.is_unattested())
    }

    /// Whether anybody here ever ticked, took over or took back something. What only a file claims is no history.
    pub fn has_history(&self) -> bool {
        self.0.iter().any(|tick| !tick.is_unattested() || tick.undone.is_some())
    }

    /// Everyone with an account who ticked, attested or undid something here.
    pub fn people(&self) -> impl Iterator<Item = &Who> {
        self.0.iter().flat_map(|tick| {
            let attester = tick.attested.as_ref().map(|attestation| &attestation.by);
            tick.by.iter().chain(attester)
        })
    }
}
