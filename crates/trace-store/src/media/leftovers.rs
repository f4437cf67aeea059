//! Bytes that nobody speaks of any more, removed until they are gone.
//!
//! The job is enqueued in the transaction that finds them unspoken of, so it is there exactly when they are.

use futures_util::future::LocalBoxFuture;
use serde::{Deserialize, Serialize};

use crate::db::Tx;
use crate::foundation::{Asker, ProjectKey, Result};
use crate::jobs::{self, JobContext, JobKind, Options, Tier};

use super::actions::forget;

/// `media.remove`; its attempts last four days.
pub const KIND: JobKind = JobKind { name: "media.remove", tier: Tier::Critical, max_attempts: 100 };

#[derive(Debug, Serialize, Deserialize)]
struct Places {
    places: Vec<String>,
}

/// Asks for the removal of what lies at a place.
pub fn note(tx: &mut Tx<'_>, project: ProjectKey, place: &str) -> Result<()> {
    let payload = Places { places: vec![place.to_owned()] };
    jobs::enqueue(tx, project, KIND, &payload, Options::default()).map(drop)
}

/// The job.
pub fn run(context: JobContext) -> LocalBoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let Places { places } = context.payload()?;
        forget(&context.app, &Asker::system(context.project()), &places).await
    })
}
