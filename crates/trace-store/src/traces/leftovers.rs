//! What erasure leaves in object storage, removed until it is gone.
//!
//! The job is enqueued in the transaction that takes the rows away, so it is there exactly when they are gone. Whoever
//! erases tries at once after COMMIT; the job does what that could not, and again until it is done.

use futures_util::future::LocalBoxFuture;
use serde::{Deserialize, Serialize};

use crate::db::Tx;
use crate::foundation::{Asker, Digest, ProjectKey, Result};
use crate::jobs::{self, JobContext, JobKind, Options, Tier};
use crate::state::App;

use super::blobs;
use crate::media;

/// `traces.remove_erased`; its attempts last four days.
pub const KIND: JobKind = JobKind { name: "traces.remove_erased", tier: Tier::Critical, max_attempts: 100 };
/// The job lets whoever erased try first, in microseconds.
const HEAD_START: i64 = 60_000_000;
/// Names in one job.
const MOST: usize = 300;

/// Names of bytes that no row speaks of any more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leftovers {
    /// Big pieces, unless somebody uses them again by then.
    pub pieces: Vec<Digest>,
    /// Where media lie; such a place is never used twice.
    pub media: Vec<String>,
}

impl Leftovers {
    fn portions(&self) -> impl Iterator<Item = Self> {
        let pieces = self.pieces.chunks(MOST).map(|some| Self { pieces: some.to_vec(), ..Self::default() });
        let media = self.media.chunks(MOST).map(|some| Self { media: some.to_vec(), ..Self::default() });
        pieces.chain(media)
    }
}

/// Asks for the removal, in the transaction that takes the rows away.
pub fn note(tx: &mut Tx<'_>, project: ProjectKey, left: &Leftovers) -> Result<()> {
    for portion in left.portions() {
        let run_at = Some(tx.now().plus_micros(HEAD_START));
        jobs::enqueue(tx, project, KIND, &portion, Options { run_at, ..Options::default() })?;
    }
    Ok(())
}

/// Removes after COMMIT what can be removed now; the rest is the job's.
pub async fn remove_now(app: &App, project: ProjectKey, left: &Leftovers) {
    if let Err(cause) = remove(app, project, left).await {
        tracing::warn!(%cause, "erased bytes could not be removed from storage; the job {} tries again", KIND.name);
    }
}

/// The job.
pub fn run(context: JobContext) -> LocalBoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let left: Leftovers = context.payload()?;
        remove(&context.app, context.project(), &left).await
    })
}

async fn remove(app: &App, project: ProjectKey, left: &Leftovers) -> Result<()> {
    let pieces = blobs::remove_unused(app, project, &left.pieces).await;
    media::actions::forget(app, &Asker::system(project), &left.media).await.and(pieces)
}
