//! The bytes of media: streamed into object storage and out of it, checked both ways.

use std::ops::Range;

use futures_util::stream::{BoxStream, try_unfold};
use futures_util::{Stream, StreamExt as _};
use object_store::path::Path;
use object_store::{GetOptions, MultipartUpload, ObjectStoreExt as _, PutPayload};
use sha2::{Digest as _, Sha256};

use crate::foundation::{Digest, Error, Result};
use crate::state::App;

/// Bytes held in memory for one upload; object stores want parts of at least 5 MiB.
const PART: usize = 5 << 20;

/// Stores what comes, if it has this length and digest; otherwise nothing of it stays.
pub async fn store<B, E>(
    app: &App,
    place: &str,
    bytes: impl Stream<Item = Result<B, E>>,
    length: u64,
    digest: Digest,
) -> Result<()>
where
    B: AsRef<[u8]>,
    E: std::fmt::Display,
{
    let path = Path::from(place);
    if length <= PART as u64 {
        let mut taker = Taker::new(length, digest);
        let whole = collect(bytes, &mut taker).await?;
        let put = app.blobs.put(&path, PutPayload::from(whole)).await;
        return put.map(drop).map_err(|cause| unavailable(&cause));
    }
    let mut upload = app.blobs.put_multipart(&path).await.map_err(|cause| unavailable(&cause))?;
    let sent = send_parts(upload.as_mut(), bytes, Taker::new(length, digest)).await;
    match sent {
        Ok(()) => upload.complete().await.map(drop).map_err(|cause| unavailable(&cause)),
        Err(refusal) => {
            if let Err(cause) = upload.abort().await {
                tracing::warn!(%cause, place, "a refused upload could not be cleaned away");
            }
            Err(refusal)
        }
    }
}

async fn collect<B, E>(bytes: impl Stream<Item = Result<B, E>>, taker: &mut Taker) -> Result<Vec<u8>>
where
    B: AsRef<[u8]>,
    E: std::fmt::Display,
{
    let mut bytes = std::pin::pin!(bytes);
    let mut whole = Vec::new();
    while let Some(chunk) = bytes.next().await {
        let chunk = chunk.map_err(|cause| broke_off(&cause))?;
        taker.take(chunk.as_ref())?;
        whole.extend_from_slice(chunk.as_ref());
    }
    taker.finish()?;
    Ok(whole)
}

async fn send_parts<B, E>(
    upload: &mut dyn MultipartUpload,
    bytes: impl Stream<Item = Result<B, E>>,
    mut taker: Taker,
) -> Result<()>
where
    B: AsRef<[u8]>,
    E: std::fmt::Display,
{
    let mut bytes = std::pin::pin!(bytes);
    let mut part = Vec::with_capacity(PART);
    while let Some(chunk) = bytes.next().await {
        let chunk = chunk.map_err(|cause| broke_off(&cause))?;
        taker.take(chunk.as_ref())?;
        part.extend_from_slice(chunk.as_ref());
        if part.len() >= PART {
            let full = std::mem::replace(&mut part, Vec::with_capacity(PART));
            upload.put_part(PutPayload::from(full)).await.map_err(|cause| unavailable(&cause))?;
        }
    }
    taker.finish()?;
    if !part.is_empty() {
        upload.put_part(PutPayload::from(part)).await.map_err(|cause| unavailable(&cause))?;
    }
    Ok(())
}

/// Counts and hashes what goes by.
struct Taker {
    left: u64,
    length: u64,
    digest: Digest,
    hasher: Sha256,
}

impl Taker {
    fn new(length: u64, digest: Digest) -> Self {
        Self { left: length, length, digest, hasher: Sha256::new() }
    }

    fn take(&mut self, chunk: &[u8]) -> Result<()> {
        let longer = || Error::invalid("body", format!("is longer than the {} bytes announced", self.length));
        self.left = self.left.checked_sub(chunk.len() as u64).ok_or_else(longer)?;
        self.hasher.update(chunk);
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        if self.left > 0 {
            let found = self.length - self.left;
            return Err(Error::invalid(
                "body",
                format!("has {found} of the {} bytes announced", self.length),
            ));
        }
        if Digest(std::mem::take(&mut self.hasher).finalize().into()) == self.digest {
            return Ok(());
        }
        Err(Error::invalid("body", "does not have the SHA-256 announced"))
    }
}

/// Bytes on their way out.
pub type Fetched = BoxStream<'static, Result<Vec<u8>>>;

/// The bytes at a place. They are hashed on the way: the last chunk of what does not have the digest is an error.
pub async fn fetch(app: &App, place: &str, length: u64, digest: Digest) -> Result<Fetched> {
    let found = app.blobs.get(&Path::from(place)).await.map_err(|cause| unavailable(&cause))?;
    let state = (found.into_stream(), Taker::new(length, digest));
    let checked = try_unfold(state, |(mut bytes, mut taker)| async move {
        let Some(chunk) = bytes.next().await else { return Ok(None) };
        let chunk = chunk.map_err(|cause| unavailable(&cause))?.to_vec();
        let fits = taker.take(&chunk).and_then(|()| if taker.left == 0 { taker.finish() } else { Ok(()) });
        if let Err(cause) = fits {
            tracing::error!(%cause, "stored media are not what was uploaded");
            return Err(Error::internal("stored bytes do not have their digest"));
        }
        Ok(Some((chunk, (bytes, taker))))
    });
    Ok(checked.boxed())
}

/// A part of the bytes at a place, at least one. Only the whole could be checked against its digest; of a part, the length
/// is: what is shorter breaks off.
pub async fn fetch_part(app: &App, place: &str, part: Range<u64>) -> Result<Fetched> {
    let options = GetOptions::default().with_range(Some(part.clone()));
    let found = app.blobs.get_opts(&Path::from(place), options).await.map_err(|cause| unavailable(&cause))?;
    if found.range != part {
        return Err(Error::internal("stored media are shorter than what was uploaded"));
    }
    let chunks = found.into_stream();
    Ok(chunks.map(|chunk| chunk.map(|bytes| bytes.to_vec()).map_err(|cause| unavailable(&cause))).boxed())
}

/// Removes what lies at a place; nothing there is as good.
pub async fn remove(app: &App, place: &str) -> Result<()> {
    match app.blobs.delete(&Path::from(place)).await {
        Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
        Err(cause) => Err(unavailable(&cause)),
    }
}

fn unavailable(cause: &object_store::Error) -> Error {
    tracing::warn!(%cause, "object storage failed");
    Error::Unavailable("the storage of media does not answer now".into())
}

fn broke_off(cause: &dyn std::fmt::Display) -> Error {
    Error::invalid("body", format!("broke off: {cause}"))
}
