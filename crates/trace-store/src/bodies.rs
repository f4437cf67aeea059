//! Inputs, outputs and metadata as bytes, by field or by digest, wherever they lie.
//!
//! What comes out has been checked against its digest: storage that gives other bytes gives an error.

use object_store::ObjectStoreExt as _;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::foundation::{Digest, Error, ProjectKey, Result};
use crate::state::App;

use crate::traces::blobs::{aside_path, blob_path};
use crate::traces::reads;
use packing::{Chunk, Content, Packs, Piece, Refs, Role};
use trace_model::{BodyForm, BodyRef, BodyRole};

/// A body of the present state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurrentBody {
    /// The bytes as received; for metadata the JSON text in the image.
    pub bytes: Vec<u8>,
    /// SHA-256 of the bytes.
    pub digest: Digest,
    pub form: BodyForm,
    /// The observation's revision they belong to.
    pub revision: Digest,
}

/// A body that is known and cannot be read: what it was, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// How many bytes it had.
    pub len: u64,
    pub why: Why,
}

/// Why a body cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Object storage does not have it.
    Missing,
    /// Object storage does not answer.
    Unreachable,
    /// What is stored has another digest.
    Damaged,
}

impl Why {
    /// As a sentence says it of the body.
    pub fn words(self) -> &'static str {
        match self {
            Self::Missing => "is not in the object storage any more",
            Self::Unreachable => "cannot be read from the object storage now",
            Self::Damaged => "is stored with other bytes than its digest says",
        }
    }
}

impl Gone {
    fn error(&self) -> Error {
        match self.why {
            Why::Damaged => Error::internal("stored bytes do not have their digest"),
            why => {
                Error::Unavailable(format!("the stored body sha256:{} {}", self.digest, why.words()).into())
            }
        }
    }
}

/// One field of an observation as it stands: `input`, `output` or `metadata`. `None` when there is none.
pub async fn current_body(
    app: &App,
    project: ProjectKey,
    trace_id: &str,
    observation_id: &str,
    field: &str,
) -> Result<Option<CurrentBody>> {
    body_at(app, project, trace_id, observation_id, None, field).await
}

/// The same at a revision, present or earlier; `None` for the revision means the present one.
pub async fn body_at(
    app: &App,
    project: ProjectKey,
    trace_id: &str,
    observation_id: &str,
    revision: Option<Digest>,
    field: &str,
) -> Result<Option<CurrentBody>> {
    let found = body_or_gone(app, project, trace_id, observation_id, revision, field).await?;
    found.map(|found| found.map_err(|gone| gone.error())).transpose()
}

/// The same for pages and files that show what there is and name what is missing.
pub async fn body_or_gone(
    app: &App,
    project: ProjectKey,
    trace_id: &str,
    observation_id: &str,
    revision: Option<Digest>,
    field: &str,
) -> Result<Option<Result<CurrentBody, Gone>>> {
    let role = role_of(field)?;
    let (trace, observation) = (trace_id.to_owned(), observation_id.to_owned());
    let found = app
        .db
        .read(move |conn| {
            let at = match revision {
                Some(revision) => reads::refs_of_revision(conn, project, &trace, &observation, revision)?
                    .map(|refs| (revision, refs)),
                None => reads::current_refs(conn, project, &trace, &observation)?,
            };
            let Some((revision, refs)) = at else { return Ok(None) };
            let content = reads::content(conn, project, &refs, role)?;
            Ok(Some((revision, refs, content)))
        })
        .await?;
    let Some((revision, refs, content)) = found else { return Ok(None) };
    if role == Role::Image {
        return Ok(content
            .and_then(Content::whole)
            .and_then(|image| metadata_of(&image))
            .map(|bytes| CurrentBody { digest: Digest::of(&bytes), form: BodyForm::Json, bytes, revision })
            .map(Ok));
    }
    let (Some(piece), Some(content)) = (refs.piece(role), content) else { return Ok(None) };
    let Some(body) = piece.body else { return Ok(None) };
    let read = checked(app, project, piece, body.digest, content).await;
    Ok(Some(read.map(|bytes| CurrentBody { bytes, digest: body.digest, form: body.form, revision })))
}

/// The trace's own input or output, with how to read it. `None` when none was given to the trace itself.
pub async fn trace_body(
    app: &App,
    project: ProjectKey,
    trace_id: &str,
    field: &str,
) -> Result<Option<(BodyRef, Vec<u8>)>> {
    let role = Role::Body(if field == "output" { BodyRole::TraceOutput } else { BodyRole::TraceInput });
    let trace = trace_id.to_owned();
    let found = app
        .db
        .read(move |conn| {
            let Some(refs) = reads::trace_refs(conn, project, &trace)? else { return Ok(None) };
            let content = reads::content(conn, project, &refs, role)?;
            Ok(Some((refs, content)))
        })
        .await?;
    match found {
        Some((refs, content)) => body_bytes(app, project, &refs, role, content).await,
        None => Ok(None),
    }
}

/// Where the trace's own input or output lies, as far as the database holds it.
pub async fn trace_piece(
    app: &App,
    project: ProjectKey,
    trace_id: &str,
    field: &str,
) -> Result<Option<reads::Fetched>> {
    let role = Role::Body(if field == "output" { BodyRole::TraceOutput } else { BodyRole::TraceInput });
    let trace = trace_id.to_owned();
    app.db
        .read(move |conn| {
            let Some(refs) = reads::trace_refs(conn, project, &trace)? else { return Ok(None) };
            let Some(piece) = refs.piece(role).copied() else { return Ok(None) };
            Ok(reads::content(conn, project, &refs, role)?.map(|content| (piece, content)))
        })
        .await
}

/// The body with this digest among all revisions of an observation, metadata among them.
pub async fn body_by_digest(
    app: &App,
    project: ProjectKey,
    trace_id: &str,
    observation_id: &str,
    digest: Digest,
) -> Result<Option<Vec<u8>>> {
    let (trace, observation) = (trace_id.to_owned(), observation_id.to_owned());
    let found = app
        .db
        .read(move |conn| {
            let mut packs = Packs::default();
            for refs in reads::all_refs(conn, project, &trace, &observation)? {
                let mut load = |pack| reads::pack_bytes(conn, project, pack);
                if let Some(piece) = refs.pieces.iter().find(|p| p.body.is_some_and(|b| b.digest == digest)) {
                    return Ok(Some((*piece, packs.content(piece, &mut load)?)));
                }
                let Some(image) = refs.piece(Role::Image) else { continue };
                let metadata = packs.bytes(image, &mut load)?.and_then(|image| metadata_of(&image));
                if let Some(metadata) = metadata.filter(|bytes| Digest::of(bytes) == digest) {
                    return Ok(Some((*image, Content::of(metadata))));
                }
            }
            Ok(None)
        })
        .await?;
    let Some((piece, content)) = found else { return Ok(None) };
    checked(app, project, &piece, digest, content).await.map(Some).map_err(|gone| gone.error())
}

fn role_of(field: &str) -> Result<Role> {
    match field {
        "input" => Ok(Role::Body(BodyRole::Input)),
        "output" => Ok(Role::Body(BodyRole::Output)),
        // Metadata stands inside the image.
        "metadata" => Ok(Role::Image),
        _ => Err(Error::invalid("field", format!("{field:?} must be input, output or metadata"))),
    }
}

/// The metadata's JSON text inside an image, byte for byte.
pub fn metadata_of(image: &[u8]) -> Option<Vec<u8>> {
    #[derive(Deserialize)]
    struct Image<'a> {
        #[serde(borrow)]
        metadata: Option<&'a RawValue>,
    }
    let image: Image<'_> = serde_json::from_slice(image).ok()?;
    Some(image.metadata?.get().as_bytes().to_vec())
}

async fn body_bytes(
    app: &App,
    project: ProjectKey,
    refs: &Refs,
    role: Role,
    content: Option<Content>,
) -> Result<Option<(BodyRef, Vec<u8>)>> {
    let (Some(piece), Some(content)) = (refs.piece(role), content) else { return Ok(None) };
    let Some(body) = piece.body else { return Ok(None) };
    let bytes = checked(app, project, piece, body.digest, content).await.map_err(|gone| gone.error())?;
    Ok(Some((body, bytes)))
}

/// The bytes of a fetched body, checked against its digest; from object storage when they lie there.
pub async fn whole(app: &App, project: ProjectKey, fetched: reads::Fetched) -> Result<Vec<u8>> {
    whole_or_gone(app, project, fetched).await?.map_err(|gone| gone.error())
}

/// The same for files that hold what there is and name what is missing.
pub async fn whole_or_gone(
    app: &App,
    project: ProjectKey,
    fetched: reads::Fetched,
) -> Result<Result<Vec<u8>, Gone>> {
    let (piece, content) = fetched;
    let body = piece.body.ok_or_else(|| Error::internal("a stored body has no digest"))?;
    Ok(checked(app, project, &piece, body.digest, content).await)
}

async fn checked(
    app: &App,
    project: ProjectKey,
    piece: &Piece,
    digest: Digest,
    content: Content,
) -> Result<Vec<u8>, Gone> {
    let gone = |why| Gone { digest, len: piece.body.map_or(piece.len, |body| body.len), why };
    let mut bytes = Vec::new();
    for chunk in content.chunks {
        match chunk {
            Chunk::Bytes(run) if bytes.is_empty() => bytes = run,
            Chunk::Bytes(run) => bytes.extend_from_slice(&run),
            Chunk::Blob(digest, _) => {
                let found = blob(app, project, digest).await;
                bytes.extend_from_slice(&found.map_err(|cause| {
                    tracing::error!(role = ?piece.role, %digest, %cause, "a stored body cannot be read");
                    gone(why(&cause))
                })?);
            }
        }
    }
    if Digest::of(&bytes) == digest {
        return Ok(bytes);
    }
    tracing::error!(role = ?piece.role, %digest, "stored bytes do not have their digest");
    Err(gone(Why::Damaged))
}

fn why(cause: &object_store::Error) -> Why {
    if matches!(cause, object_store::Error::NotFound { .. }) { Why::Missing } else { Why::Unreachable }
}

async fn blob(app: &App, project: ProjectKey, digest: Digest) -> object_store::Result<Vec<u8>> {
    let mut found = app.blobs.get(&blob_path(project, digest)).await;
    if let Err(object_store::Error::NotFound { .. }) = found {
        found = app.blobs.get(&aside_path(project, digest)).await;
    }
    Ok(found?.bytes().await?.to_vec())
}

/// The first bytes of a big body, for looking at; not checked against its digest.
pub async fn blob_head(app: &App, project: ProjectKey, digest: Digest, most: u64) -> Result<Vec<u8>> {
    let unavailable = |cause| Error::Unavailable(format!("a stored body cannot be read: {cause}").into());
    let path = blob_path(project, digest);
    Ok(app.blobs.get_range(&path, 0..most).await.map_err(unavailable)?.to_vec())
}
