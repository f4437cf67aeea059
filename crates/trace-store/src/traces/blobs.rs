//! Big pieces in object storage: put before what uses them is stored, removed when nobody uses them.
//!
//! Ingest puts a piece before COMMIT, erasure removes it after COMMIT, and both look at the rows afterwards: whoever
//! comes second sees what the other did, so a piece that a committed trace uses is always there.

use std::collections::{BTreeMap, BTreeSet};

use object_store::path::Path;
use object_store::{ObjectStoreExt as _, PutPayload};

use crate::foundation::{Digest, Error, ProjectKey, Result};
use crate::state::App;

use super::store::erase::is_used;

/// Pieces by digest.
type Pieces = BTreeMap<Digest, PutPayload>;

/// Before COMMIT of what uses them: puts them where they belong. Those that a stored trace uses lie there already.
pub async fn put(app: &App, project: ProjectKey, pieces: BTreeMap<Digest, Vec<u8>>) -> Result<Pieces> {
    let pieces: Pieces = pieces.into_iter().map(|(digest, bytes)| (digest, bytes.into())).collect();
    let used = used(app, project, pieces.keys().copied().collect()).await?;
    for (digest, bytes) in pieces.iter().filter(|(digest, _)| !used.contains(digest)) {
        let put = app.blobs.put(&blob_path(project, *digest), bytes.clone()).await;
        put.map_err(|cause| unavailable(&cause))?;
    }
    Ok(pieces)
}

/// The bytes of a piece; `None` when it is not there.
pub async fn read(app: &App, project: ProjectKey, digest: Digest) -> Result<Option<Vec<u8>>> {
    match app.blobs.get(&blob_path(project, digest)).await {
        Ok(found) => Ok(Some(found.bytes().await.map_err(|cause| unavailable(&cause))?.to_vec())),
        Err(object_store::Error::NotFound { .. }) => Ok(None),
        Err(cause) => Err(unavailable(&cause)),
    }
}

/// After COMMIT of what uses them: puts back what an erasure removed meanwhile, removes what was not stored after all.
pub async fn settle(app: &App, project: ProjectKey, put: Pieces) -> Result<()> {
    let used = used(app, project, put.keys().copied().collect()).await?;
    let unused: Vec<Digest> = put.keys().copied().filter(|digest| !used.contains(digest)).collect();
    for (digest, bytes) in put.into_iter().filter(|(digest, _)| used.contains(digest)) {
        let path = blob_path(project, digest);
        if let Err(object_store::Error::NotFound { .. }) = app.blobs.head(&path).await {
            app.blobs.put(&path, bytes).await.map_err(|cause| unavailable(&cause))?;
        }
    }
    remove_unused(app, project, &unused).await
}

/// After COMMIT of an erasure: removes pieces, unless a trace that uses them was committed meanwhile. All are tried
/// before a failure is told.
pub async fn remove_unused(app: &App, project: ProjectKey, digests: &[Digest]) -> Result<()> {
    let mut told = Ok(());
    for digest in digests {
        if let Err(cause) = remove(app, project, *digest).await {
            told = Err(cause);
        }
    }
    told
}

/// Puts a piece aside, looks again, and only then deletes it: at no moment are the bytes nowhere, and doing it again goes
/// on where it was broken off.
async fn remove(app: &App, project: ProjectKey, digest: Digest) -> Result<()> {
    let (path, aside) = (blob_path(project, digest), aside_path(project, digest));
    if !is_used_now(app, project, digest).await? {
        done(app.blobs.rename(&path, &aside).await)?;
    }
    if is_used_now(app, project, digest).await? {
        done(app.blobs.rename(&aside, &path).await)
    } else {
        done(app.blobs.delete(&aside).await)
    }
}

async fn is_used_now(app: &App, project: ProjectKey, digest: Digest) -> Result<bool> {
    Ok(!used(app, project, vec![digest]).await?.is_empty())
}

/// Nothing there is as good.
fn done(moved: object_store::Result<()>) -> Result<()> {
    match moved {
        Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
        Err(cause) => Err(unavailable(&cause)),
    }
}

/// Those of the pieces that a stored trace uses.
async fn used(app: &App, project: ProjectKey, digests: Vec<Digest>) -> Result<BTreeSet<Digest>> {
    if digests.is_empty() {
        return Ok(BTreeSet::new());
    }
    let read = move |conn: &mut _| {
        let mut used = BTreeSet::new();
        for digest in digests {
            used.extend(is_used(conn, project, digest)?.then_some(digest));
        }
        Ok(used)
    };
    app.db.read(read).await
}

fn unavailable(cause: &object_store::Error) -> Error {
    Error::Unavailable(format!("object storage cannot be reached now: {cause}").into())
}

/// Where a big piece lies in object storage.
pub fn blob_path(project: ProjectKey, digest: Digest) -> Path {
    let hex = digest.to_hex();
    Path::from(format!("bodies/{}/{}/{hex}", project.0, hex.get(..2).unwrap_or_default()))
}

/// Where a piece waits while [`settle`] looks whether somebody uses it.
pub fn aside_path(project: ProjectKey, digest: Digest) -> Path {
    Path::from(format!("{}.aside", blob_path(project, digest)))
}
