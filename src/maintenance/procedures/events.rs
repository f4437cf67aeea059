//! What can happen to a procedure, as versioned events on a stream of its own.
//!
//! Stored JSON carries its type inside, as that of orders does. Texts, titles and reasons lie in the erasable body; the leaf
//! names the digest of a text in the open, so that it can be proven without the body.

use serde::{Deserialize, Serialize};

use super::model::CopiedFrom;
use crate::foundation::stored::{self, Json};
use crate::foundation::{Digest, Error, ProjectKey, Result, Timestamp};
use crate::ledger::{Draft, Stream};

/// The kind of the event that begins a version.
pub const DRAFTED: &str = "procedure.version_drafted.v1";
/// The kind of a procedure's stream.
pub const STREAM_KIND: &str = "procedure";

/// One thing that happened to a procedure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProcedureEvent {
    #[serde(rename = "procedure.created.v1")]
    Created {
        /// The procedure's id.
        procedure: String,
        /// `PR-001`.
        code: String,
        /// The number in the code.
        sequence: i64,
        title: String,
    },
    /// A version was begun.
    #[serde(rename = "procedure.version_drafted.v1")]
    Drafted {
        version: u32,
        text: String,
        digest: Digest,
        order_type: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        copied_from: Option<CopiedFrom>,
    },
    /// The text of a draft is another one.
    #[serde(rename = "procedure.version_changed.v1")]
    Changed {
        version: u32,
        text: String,
        digest: Digest,
        order_type: String,
        /// The order whose plan it was changed to, where it was copied.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        copied_from: Option<CopiedFrom>,
    },
    #[serde(rename = "procedure.version_submitted.v1")]
    Submitted { version: u32, digest: Digest },
    #[serde(rename = "procedure.version_returned.v1")]
    Returned { version: u32, reason: String },
    #[serde(rename = "procedure.version_approved.v1")]
    Approved {
        version: u32,
        digest: Digest,
        /// The beginning of the UTC day from which it is in use.
        effective_from: Timestamp,
    },
    /// It was thrown away, and stays as a record.
    #[serde(rename = "procedure.version_withdrawn.v1")]
    Withdrawn { version: u32, reason: String },
    #[serde(rename = "procedure.renamed.v1")]
    Renamed { from: String, to: String },
    /// No more orders are made from it.
    #[serde(rename = "procedure.retired.v1")]
    Retired { reason: String },
    /// Orders are made from it again.
    #[serde(rename = "procedure.taken_up.v1")]
    TakenUp { reason: String },
}

impl ProcedureEvent {
    /// The kind with its version, as stored beside the event.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Created { .. } => "procedure.created.v1",
            Self::Drafted { .. } => DRAFTED,
            Self::Changed { .. } => "procedure.version_changed.v1",
            Self::Submitted { .. } => "procedure.version_submitted.v1",
            Self::Returned { .. } => "procedure.version_returned.v1",
            Self::Approved { .. } => "procedure.version_approved.v1",
            Self::Withdrawn { .. } => "procedure.version_withdrawn.v1",
            Self::Renamed { .. } => "procedure.renamed.v1",
            Self::Retired { .. } => "procedure.retired.v1",
            Self::TakenUp { .. } => "procedure.taken_up.v1",
        }
    }

    /// The draft for the ledger.
    pub fn draft(&self) -> Result<Draft> {
        let mut draft = Draft::new(self.kind(), stored::event(self)?);
        draft.refs = self.digest().into_iter().map(Digest::to_hex).collect();
        Ok(draft)
    }

    /// The digest of the text that it speaks of.
    fn digest(&self) -> Option<Digest> {
        match self {
            Self::Drafted { digest, .. }
            | Self::Changed { digest, .. }
            | Self::Submitted { digest, .. }
            | Self::Approved { digest, .. } => Some(*digest),
            _ => None,
        }
    }

    /// Reads the stored form; the kind stored beside it must be the one inside.
    pub fn from_json<'a>(kind: &str, body: impl Into<Json<'a>>) -> Result<Self> {
        let event = body.into().event(kind)?;
        event.ok_or_else(|| Error::internal(format!("unknown event {kind} of a procedure")))
    }
}

/// The stream of one procedure.
pub fn stream_of(project: ProjectKey, procedure: &str) -> Stream {
    Stream { project, kind: STREAM_KIND, id: procedure.to_owned() }
}
