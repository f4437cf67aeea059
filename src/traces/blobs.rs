//! Bodies in object storage that are used, and those that no longer are.
//!
//! Ingest puts a body before COMMIT, erasure removes it after COMMIT, and both look at the rows afterwards: whoever
//! comes second sees what the other did, so a body that a committed trace uses is always there.

use object_store::{ObjectStoreExt as _, PutPayload};

use crate::foundation::{Digest, Error, ProjectKey, Result};
use crate::state::App;

use super::bodies::blob_path;
use super::store::erase::is_used;

/// After COMMIT of what uses them: puts back what an erasure removed meanwhile, removes what was not stored after all.
pub(super) async fn settle(app: &App, project: ProjectKey, put: Vec<(Digest, PutPayload)>) -> Result<()> {
    for (digest, bytes) in put {
        let path = blob_path(project, digest);
        if !used(app, project, digest).await? {
            remove_unused(app, project, &[digest]).await?;
        } else if let Err(object_store::Error::NotFound { .. }) = app.blobs.head(&path).await {
            app.blobs.put(&path, bytes).await.map_err(unavailable)?;
        }
    }
    Ok(())
}

/// After COMMIT of an erasure: removes bodies, unless a trace that uses them was committed meanwhile.
pub(super) async fn remove_unused(app: &App, project: ProjectKey, digests: &[Digest]) -> Result<()> {
    for digest in digests {
        let path = blob_path(project, *digest);
        if used(app, project, *digest).await? {
            continue;
        }
        let bytes = match app.blobs.get(&path).await {
            Ok(found) => found.bytes().await.map_err(unavailable)?,
            Err(object_store::Error::NotFound { .. }) => continue,
            Err(cause) => return Err(unavailable(cause)),
        };
        app.blobs.delete(&path).await.map_err(unavailable)?;
        if used(app, project, *digest).await? {
            app.blobs.put(&path, PutPayload::from(bytes)).await.map_err(unavailable)?;
        }
    }
    Ok(())
}

async fn used(app: &App, project: ProjectKey, digest: Digest) -> Result<bool> {
    app.db.read(move |conn| is_used(conn, project, digest)).await
}

fn unavailable(cause: object_store::Error) -> Error {
    Error::Unavailable(format!("object storage cannot be reached now: {cause}").into())
}
