//! What can happen to a budget, as versioned events on a stream of its own. Names, amounts and reasons lie in the erasable body.

use serde::{Deserialize, Serialize};

use super::model::{About, Terms};
use crate::foundation::stored::{self, Json};
use crate::foundation::{Error, ProjectKey, Result};
use crate::ledger::{Draft, Stream};

/// The kind of a budget's stream.
pub const STREAM_KIND: &str = "budget";

/// One thing that happened to a budget.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BudgetEvent {
    #[serde(rename = "budget.set.v1")]
    Set {
        /// The budget's id.
        budget: String,
        about: About,
        terms: Terms,
        reason: String,
    },
    #[serde(rename = "budget.changed.v1")]
    Changed { from: Terms, to: Terms, reason: String },
    /// It holds no longer.
    #[serde(rename = "budget.ended.v1")]
    Ended { reason: String },
}

impl BudgetEvent {
    /// The kind with its version, as stored beside the event.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Set { .. } => "budget.set.v1",
            Self::Changed { .. } => "budget.changed.v1",
            Self::Ended { .. } => "budget.ended.v1",
        }
    }

    /// The draft for the ledger.
    pub fn draft(&self) -> Result<Draft> {
        Ok(Draft::new(self.kind(), stored::event(self)?))
    }

    /// Reads the stored form; the kind stored beside it must be the one inside.
    pub fn from_json<'a>(kind: &str, body: impl Into<Json<'a>>) -> Result<Self> {
        let event = body.into().event(kind)?;
        event.ok_or_else(|| Error::internal(format!("unknown event {kind} of a budget")))
    }
}

/// The stream of one budget.
pub fn stream_of(project: ProjectKey, budget: &str) -> Stream {
    Stream { project, kind: STREAM_KIND, id: budget.to_owned() }
}
