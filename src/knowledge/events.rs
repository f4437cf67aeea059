//! What knowledge writes into the ledger: the atoms of one verdict, on the stream (`knowledge`, verdict id).
//!
//! One event per verdict, so that taking them out twice is refused by the stream's version.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::foundation::{Digest, Error, ProjectKey, Result};
use crate::ledger::{Draft, Stream};

use super::model::Atom;

/// The kind with its version.
pub const ATOMS_MADE: &str = "knowledge.atoms_made.v1";

/// Atoms taken from the words a verdict quotes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AtomsMade {
    /// The verdict whose quotes they are.
    pub verdict: String,
    pub claim: String,
    pub order: String,
    /// Name and version of the rule that took them.
    pub extractor: String,
    /// The atoms, in the order of the quotes.
    pub atoms: Vec<MadeAtom>,
    /// How many pieces of the quotes were not kept.
    pub dropped: u64,
}

/// One atom with its content address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeAtom {
    /// SHA-256 of its canonical content.
    pub id: Digest,
    /// It leans on something said before it, so no verdict alone verifies it.
    pub needs_context: bool,
    pub atom: Atom,
}

impl AtomsMade {
    /// The draft for the ledger; the leaf names verdict and atoms in the open.
    pub fn draft(&self) -> Result<Draft> {
        let mut draft = Draft::new(ATOMS_MADE, serde_json::to_value(self)?);
        draft.refs =
            [self.verdict.clone()].into_iter().chain(self.atoms.iter().map(|a| a.id.to_hex())).collect();
        Ok(draft)
    }

    /// Reads the stored form.
    pub fn from_json(kind: &str, body: Value) -> Result<Self> {
        if kind == ATOMS_MADE {
            return Ok(serde_json::from_value(body)?);
        }
        Err(Error::internal(format!("unknown knowledge event {kind}")))
    }
}

/// The stream that holds what was taken from one verdict.
pub fn stream_of(project: ProjectKey, verdict_id: &str) -> Stream {
    Stream { project, kind: "knowledge", id: verdict_id.to_owned() }
}
