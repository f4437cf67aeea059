//! What can happen to an alert, as versioned events on a stream of its own.
//!
//! Everything lies in the erasable body, since a subject is a name; the leaf names nothing of it.

use serde::{Deserialize, Serialize};

use super::model::{Rule, Unit};
use crate::foundation::stored::{self, Json};
use crate::foundation::{Error, ProjectKey, Result, Timestamp};
use crate::ledger::{Draft, Stream};

/// The kind of an alert's stream.
pub const STREAM_KIND: &str = "alert";

/// One thing that happened to an alert. Each says which rule and subject it is about, so that each can be read alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AlertEvent {
    #[serde(rename = "alert.fired.v1")]
    Fired {
        rule: Rule,
        subject: String,
        value: i64,
        unit: Unit,
        said: String,
        /// Whether it was silenced, so that nobody is told.
        is_silenced: bool,
    },
    /// It is over.
    #[serde(rename = "alert.resolved.v1")]
    Resolved {
        rule: Rule,
        subject: String,
        /// Since when it had fired.
        since: Timestamp,
        is_silenced: bool,
    },
    /// Somebody looks after it.
    #[serde(rename = "alert.acknowledged.v1")]
    Acknowledged { rule: Rule, subject: String },
    /// They do not after all.
    #[serde(rename = "alert.given_back.v1")]
    GivenBack { rule: Rule, subject: String },
    #[serde(rename = "alert.silenced.v1")]
    Silenced { rule: Rule, subject: String, until: Timestamp, reason: String },
    /// Its silence ended, because its end had come or somebody ended it.
    #[serde(rename = "alert.silence_ended.v1")]
    SilenceEnded {
        rule: Rule,
        subject: String,
        /// Whether it fired under the silence and still does: nobody may have been told of that yet.
        is_firing: bool,
        /// What was measured last, where it is firing.
        said: String,
    },
}

impl AlertEvent {
    /// The kind with its version, as stored beside the event.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Fired { .. } => "alert.fired.v1",
            Self::Resolved { .. } => "alert.resolved.v1",
            Self::Acknowledged { .. } => "alert.acknowledged.v1",
            Self::GivenBack { .. } => "alert.given_back.v1",
            Self::Silenced { .. } => "alert.silenced.v1",
            Self::SilenceEnded { .. } => "alert.silence_ended.v1",
        }
    }

    /// Which alert it happened to.
    pub fn about(&self) -> (Rule, &str) {
        match self {
            Self::Fired { rule, subject, .. }
            | Self::Resolved { rule, subject, .. }
            | Self::Acknowledged { rule, subject }
            | Self::GivenBack { rule, subject }
            | Self::Silenced { rule, subject, .. }
            | Self::SilenceEnded { rule, subject, .. } => (*rule, subject),
        }
    }

    /// The draft for the ledger.
    pub fn draft(&self) -> Result<Draft> {
        Ok(Draft::new(self.kind(), stored::event(self)?))
    }

    /// Reads the stored form; the kind stored beside it must be the one inside.
    pub fn from_json<'a>(kind: &str, body: impl Into<Json<'a>>) -> Result<Self> {
        let event = body.into().event(kind)?;
        event.ok_or_else(|| Error::internal(format!("unknown event {kind} of an alert")))
    }
}

/// The stream of one alert.
pub fn stream_of(project: ProjectKey, alert: &str) -> Stream {
    Stream { project, kind: STREAM_KIND, id: alert.to_owned() }
}
