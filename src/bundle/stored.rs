//! The evidence as it is stored: images and bodies of the trace store, and the score of trust.

use evidence_bundle::hex_runs;
use tokio::runtime::Handle;

use crate::audit::events::Pin;
use crate::bodies;
use crate::db::AnyConnection;
use crate::foundation::{Digest, ProjectKey, Result};
use crate::media::blobs;
use crate::state::App;
use crate::traces::reads as traces;
use crate::trust::{View, csv, reads as trust};
use crate::work_orders::gathered::storage;

use super::{EvidenceSource, Revision, ScoreFiles};

/// What this installation holds. Ask it on a blocking thread inside the runtime, as [`crate::db::Db::read`] gives.
pub struct Stored {
    app: App,
}

impl Stored {
    /// The stored evidence of an application.
    pub fn new(app: App) -> Self {
        Self { app }
    }

    fn body(&self, project: ProjectKey, pin: &Pin, digest: Digest) -> Result<Option<Vec<u8>>> {
        let found = bodies::body_by_digest(&self.app, project, &pin.trace, &pin.observation, digest);
        Handle::current().block_on(found)
    }
}

impl EvidenceSource for Stored {
    fn revision(&self, conn: &mut AnyConnection, project: ProjectKey, pin: &Pin) -> Result<Option<Revision>> {
        let image = traces::image(conn, project, &pin.trace, &pin.observation, pin.revision)?;
        let Some(image) = image else { return Ok(None) };
        let mut bodies = Vec::new();
        for digest in named(&image) {
            bodies.extend(self.body(project, pin, digest)?.map(|bytes| (digest, bytes)));
        }
        Ok(Some(Revision { image, bodies }))
    }

    fn file(
        &self,
        project: ProjectKey,
        order_id: &str,
        file: &str,
        digest: Digest,
        most: u64,
    ) -> Result<Option<Vec<u8>>> {
        let place = storage::place(project, order_id, file);
        let bytes = Handle::current().block_on(blobs::whole(&self.app, &place, most))?;
        Ok(bytes.filter(|bytes| Digest::of(bytes) == digest))
    }

    fn erasure(&self, conn: &mut AnyConnection, project: ProjectKey, pin: &Pin) -> Result<Option<String>> {
        Ok(crate::tombstones::tombstone(conn, project, &pin.trace)?.map(|stone| stone.event_id))
    }

    fn score(
        &self,
        conn: &mut AnyConnection,
        project: ProjectKey,
        order_id: &str,
        view: View,
    ) -> Result<ScoreFiles> {
        let (subject, policy) = trust::inputs_of(conn, project, order_id, view)?;
        Ok(ScoreFiles {
            policy: policy.to_bytes()?,
            inputs: csv::inputs(&subject, view, &policy)?,
            result: csv::result(&subject, view, &policy)?,
        })
    }
}

/// The digests an image names, in the order it names them.
fn named(image: &[u8]) -> Vec<Digest> {
    let runs = hex_runs(image).filter_map(|run| std::str::from_utf8(run).ok());
    runs.filter_map(Digest::from_hex).collect()
}
