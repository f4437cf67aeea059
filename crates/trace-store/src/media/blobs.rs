//! The bytes of media: streamed into object storage and out of it, checked both ways.

use std::ops::Range;

use futures_util::stream::{BoxStream, try_unfold};
use futures_util::{Stream, StreamExt as _};
use object_store::path::Path;
use object_store::{GetOptions, MultipartUpload, ObjectStoreExt as _, PutPayload};
use sha2::{Digest as _, Sha256};

use crate::foundation::{Digest, Error, Result, Timestamp};
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

/// What came, of which nobody had said how much it would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Bytes.
    pub length: u64,
    pub digest: Digest,
    /// The first bytes, by which its kind is told.
    pub head: Vec<u8>,
}

/// Stores what comes, hashed on the way, up to `most` bytes; of more, and of what broke off, nothing stays.
pub async fn take<B, E>(
    app: &App,
    place: &str,
    bytes: impl Stream<Item = Result<B, E>>,
    most: u64,
    head: usize,
) -> Result<Taken>
where
    B: AsRef<[u8]>,
    E: std::fmt::Display,
{
    let path = Path::from(place);
    let mut counted = Counted { most, length: 0, head: Vec::new(), keep: head, hasher: Sha256::new() };
    let mut bytes = std::pin::pin!(bytes);
    let mut part = Vec::new();
    let mut upload = None;
    let sent = loop {
        match bytes.next().await {
            None => break Ok(()),
            Some(Err(cause)) => break Err(broke_off(&cause)),
            Some(Ok(chunk)) => {
                if let Err(cause) = counted.take(chunk.as_ref()) {
                    break Err(cause);
                }
                part.extend_from_slice(chunk.as_ref());
            }
        }
        if part.len() >= PART
            && let Err(cause) = put_part(app, &path, &mut upload, std::mem::take(&mut part)).await
        {
            break Err(cause);
        }
    };
    match (sent, upload) {
        (Ok(()), None) => {
            app.blobs.put(&path, PutPayload::from(part)).await.map_err(|cause| unavailable(&cause))?;
        }
        (Ok(()), Some(mut upload)) => {
            if !part.is_empty() {
                upload.put_part(PutPayload::from(part)).await.map_err(|cause| unavailable(&cause))?;
            }
            upload.complete().await.map_err(|cause| unavailable(&cause))?;
        }
        (Err(refusal), None) => return Err(refusal),
        (Err(refusal), Some(mut upload)) => {
            if let Err(cause) = upload.abort().await {
                tracing::warn!(%cause, place, "a refused upload could not be cleaned away");
            }
            return Err(refusal);
        }
    }
    Ok(counted.taken())
}

async fn put_part(
    app: &App,
    path: &Path,
    upload: &mut Option<Box<dyn MultipartUpload>>,
    part: Vec<u8>,
) -> Result<()> {
    if upload.is_none() {
        *upload = Some(app.blobs.put_multipart(path).await.map_err(|cause| unavailable(&cause))?);
    }
    let Some(upload) = upload.as_mut() else { return Ok(()) };
    upload.put_part(PutPayload::from(part)).await.map_err(|cause| unavailable(&cause))
}

/// Counts and hashes what goes by, of an unknown length.
struct Counted {
    most: u64,
    length: u64,
    head: Vec<u8>,
    keep: usize,
    hasher: Sha256,
}

impl Counted {
    fn take(&mut self, chunk: &[u8]) -> Result<()> {
        self.length += chunk.len() as u64;
        if self.length > self.most {
            return Err(Error::TooLarge(format!("a file may be at most {} MiB", self.most >> 20).into()));
        }
        let lacking = self.keep.saturating_sub(self.head.len()).min(chunk.len());
        self.head.extend_from_slice(chunk.get(..lacking).unwrap_or_default());
        self.hasher.update(chunk);
        Ok(())
    }

    fn taken(self) -> Taken {
        Taken { length: self.length, digest: Digest(self.hasher.finalize().into()), head: self.head }
    }
}

/// How stored bytes stand against what was noted when they came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Whole,
    /// Other bytes lie there, or more, or fewer.
    Altered,
    Missing,
}

/// Reads what lies at a place and holds it against length and digest. Storage that does not answer is an error, not an
/// answer.
pub async fn compare(app: &App, place: &str, length: u64, digest: Digest) -> Result<Standing> {
    let found = match app.blobs.get(&Path::from(place)).await {
        Ok(found) => found,
        Err(object_store::Error::NotFound { .. }) => return Ok(Standing::Missing),
        Err(cause) => return Err(unavailable(&cause)),
    };
    let mut bytes = found.into_stream();
    let mut taker = Taker::new(length, digest);
    while let Some(chunk) = bytes.next().await {
        let chunk = chunk.map_err(|cause| unavailable(&cause))?;
        if taker.take(&chunk).is_err() {
            return Ok(Standing::Altered);
        }
    }
    Ok(if taker.finish().is_ok() { Standing::Whole } else { Standing::Altered })
}

/// All bytes at a place, if there are any and no more than `most`; for what must be looked at as a whole.
pub async fn whole(app: &App, place: &str, most: u64) -> Result<Option<Vec<u8>>> {
    match app.blobs.get(&Path::from(place)).await {
        Ok(found) if found.meta.size > most => Ok(None),
        Ok(found) => Ok(Some(found.bytes().await.map_err(|cause| unavailable(&cause))?.to_vec())),
        Err(object_store::Error::NotFound { .. }) => Ok(None),
        Err(cause) => Err(unavailable(&cause)),
    }
}

/// Puts bytes that were made here at a place.
pub async fn put(app: &App, place: &str, bytes: Vec<u8>) -> Result<()> {
    let put = app.blobs.put(&Path::from(place), PutPayload::from(bytes)).await;
    put.map(drop).map_err(|cause| unavailable(&cause))
}

/// What lies below a folder since before a moment: places, at most so many.
pub async fn places_before(app: &App, folder: &str, before: Timestamp, most: usize) -> Result<Vec<String>> {
    let mut listed = app.blobs.list(Some(&Path::from(folder)));
    let mut found = Vec::new();
    while let Some(entry) = listed.next().await {
        let entry = entry.map_err(|cause| unavailable(&cause))?;
        if entry.last_modified.timestamp_micros() < before.0 {
            found.push(entry.location.to_string());
        }
        if found.len() >= most {
            break;
        }
    }
    Ok(found)
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

/// Whether anything lies at a place.
pub async fn is_there(app: &App, place: &str) -> Result<bool> {
    match app.blobs.head(&Path::from(place)).await {
        Ok(_) => Ok(true),
        Err(object_store::Error::NotFound { .. }) => Ok(false),
        Err(cause) => Err(unavailable(&cause)),
    }
}
