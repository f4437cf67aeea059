//! The texts of observations and traces, put together from their stored pieces.

use crate::db::AnyConnection;
use crate::foundation::{Digest, ProjectKey, Result};
use crate::state::App;
use crate::traces::bodies::{blob_head, metadata_of};
use crate::traces::model::{BodyForm, BodyRole};
use crate::traces::packs::{Chunk, PackId, Packs, Refs, Role};
use crate::traces::reads as stored;

use super::document::{Field, Texts};
use super::reads::{Spoken, Told};
use super::text::words_of;

/// Bytes read of a body that lies in object storage.
const BLOB_HEAD: u64 = 128 * 1024;

/// Texts, and the bodies in object storage that still belong to them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Loaded {
    pub(super) texts: Texts,
    pub(super) blobs: Vec<(Field, Digest, BodyForm)>,
}

/// The texts of an observation.
pub(super) fn observation(
    conn: &mut AnyConnection,
    project: ProjectKey,
    row: &Spoken,
    packs: &mut Packs,
) -> Result<Loaded> {
    let refs = Refs::decode(&row.refs)?;
    let mut loaded = Loaded::default();
    loaded.texts.name = row.name.clone().unwrap_or_default();
    loaded.texts.status = row.status_message.clone().unwrap_or_default();
    for (role, field) in [(BodyRole::Input, Field::Input), (BodyRole::Output, Field::Output)] {
        loaded.body(conn, project, &refs, role, field, packs)?;
    }
    if let Some(image) = refs.piece(Role::Image) {
        let mut load = |pack: PackId| stored::pack_bytes(conn, project, pack);
        let image = packs.bytes(image, &mut load)?.unwrap_or_default();
        let metadata = metadata_of(&image).unwrap_or_default();
        loaded.texts.metadata = words_of(&metadata, BodyForm::Json, true);
    }
    Ok(loaded)
}

/// The texts of a trace itself: what it is called and whom it is about, and its own bodies.
pub(super) fn trace(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    row: &Told,
    packs: &mut Packs,
) -> Result<Loaded> {
    let refs = Refs::decode(&row.refs)?;
    let mut loaded = Loaded::default();
    let tags: Vec<String> = serde_json::from_str(&row.tags).unwrap_or_default();
    let said = [row.name.as_deref(), Some(trace_id), row.user_id.as_deref(), row.session_id.as_deref()];
    let said: Vec<&str> = said.into_iter().flatten().chain(tags.iter().map(String::as_str)).collect();
    loaded.texts.name = said.join("\n");
    for (role, field) in [(BodyRole::TraceInput, Field::Input), (BodyRole::TraceOutput, Field::Output)] {
        loaded.body(conn, project, &refs, role, field, packs)?;
    }
    Ok(loaded)
}

/// Adds the beginnings of bodies in object storage; one that cannot be read is left out and said in the log.
pub(super) async fn add_blobs(app: &App, project: ProjectKey, loaded: &mut Loaded) {
    for (field, digest, form) in std::mem::take(&mut loaded.blobs) {
        match blob_head(app, project, digest, BLOB_HEAD).await {
            Ok(bytes) => put(&mut loaded.texts, field, &words_of(&bytes, form, false)),
            Err(cause) => tracing::warn!(%cause, %digest, "a big body is not searched"),
        }
    }
}

impl Loaded {
    fn body(
        &mut self,
        conn: &mut AnyConnection,
        project: ProjectKey,
        refs: &Refs,
        role: BodyRole,
        field: Field,
        packs: &mut Packs,
    ) -> Result<()> {
        let Some(piece) = refs.piece(Role::Body(role)) else { return Ok(()) };
        let Some(body) = piece.body else { return Ok(()) };
        let mut load = |pack: PackId| stored::pack_bytes(conn, project, pack);
        let mut bytes = Vec::new();
        for chunk in packs.content(piece, &mut load)?.chunks {
            match chunk {
                Chunk::Bytes(run) => bytes.extend_from_slice(&run),
                Chunk::Blob(digest, _) => self.blobs.push((field, digest, body.form)),
            }
        }
        put(&mut self.texts, field, &words_of(&bytes, body.form, false));
        Ok(())
    }
}

fn put(texts: &mut Texts, field: Field, words: &str) {
    let text = if field == Field::Output { &mut texts.output } else { &mut texts.input };
    if !text.is_empty() && !words.is_empty() {
        text.push('\n');
    }
    text.push_str(words);
}
