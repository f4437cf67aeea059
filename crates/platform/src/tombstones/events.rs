//! What erasing writes into the ledger, on the stream (`privacy`, `erasures`) of a project.

use serde::{Deserialize, Serialize};

use crate::foundation::{Digest, ProjectKey, Result};
use crate::ledger::{Draft, Stream};

use super::model::Why;

/// Traces were erased.
pub const ERASED: &str = "traces.erased.v1";

/// Some traces were erased in one transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TracesErased {
    /// The same for all events of one request or nightly run.
    pub run: String,
    pub why: Why,
    /// The marks of the traces, sorted; see [`crate::tombstones::trace_mark`].
    pub traces: Vec<Digest>,
    pub observations: u64,
    pub scores: u64,
    /// The packs whose receipts were sealed, in hex and sorted; absent in records of before November 2026.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub packs: Option<Vec<String>>,
}

impl TracesErased {
    /// The draft for the ledger: the leaf names one digest over all marks.
    pub fn draft(&self, reason: &str) -> Result<Draft> {
        let marks: Vec<&[u8]> = self.traces.iter().map(|mark| mark.0.as_slice()).collect();
        Ok(Draft {
            reason: Some(reason.to_owned()),
            refs: vec![Digest::of_parts(&marks).to_hex()],
            ..Draft::new(ERASED, serde_json::to_value(self)?)
        })
    }
}

/// The stream of a project's erasures.
pub fn erasures_of(project: ProjectKey) -> Stream {
    Stream { project, kind: "privacy", id: "erasures".to_owned() }
}
