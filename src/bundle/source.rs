//! What a bundle needs from other features: the bytes of pinned revisions, and the score of the order.

use crate::audit::events::Pin;
use crate::db::AnyConnection;
use crate::foundation::{Digest, ProjectKey, Result};
use crate::trust::View;

/// A pinned revision: the image's bytes, and the bodies that the image names by digest.
#[derive(Clone, Debug, Default)]
pub struct Revision {
    /// The bytes whose SHA-256 is the revision.
    pub image: Vec<u8>,
    /// Each body with its digest; a body that was erased is left out.
    pub bodies: Vec<(Digest, Vec<u8>)>,
}

/// The three files of the score.
#[derive(Clone, Debug)]
pub struct ScoreFiles {
    /// The policy, canonical JSON.
    pub policy: Vec<u8>,
    /// `inputs.csv`.
    pub inputs: String,
    /// `result.json`.
    pub result: Vec<u8>,
}

/// Where the evidence comes from.
pub trait EvidenceSource {
    /// A pinned revision; `None` when its bytes were erased.
    fn revision(&self, conn: &mut AnyConnection, project: ProjectKey, pin: &Pin) -> Result<Option<Revision>>;

    /// The bytes of a file that a record brought; `None` where they are not whole any more, or more than `most`.
    fn file(
        &self,
        _: ProjectKey,
        _order_id: &str,
        _file: &str,
        _digest: Digest,
        _most: u64,
    ) -> Result<Option<Vec<u8>>> {
        Ok(None)
    }

    /// The event that records the erasure of a pinned trace, if it was erased on purpose.
    fn erasure(&self, _: &mut AnyConnection, _: ProjectKey, _: &Pin) -> Result<Option<String>> {
        Ok(None)
    }

    /// The score of an order as the ledger stood in this view.
    fn score(
        &self,
        conn: &mut AnyConnection,
        project: ProjectKey,
        order_id: &str,
        view: View,
    ) -> Result<ScoreFiles>;
}
