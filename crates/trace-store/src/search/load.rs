//! The texts of observations and traces, put together from their stored pieces.

use crate::bodies::{blob_head, metadata_of};
use crate::db::AnyConnection;
use crate::foundation::{Digest, ProjectKey, Result};
use crate::state::App;
use crate::traces::reads as stored;
use packing::{Chunk, PackId, Packs, Refs, Role};
use trace_model::{BodyForm, BodyRole};

use super::document::{Field, Texts};
use super::reads::{Spoken, Told};
use super::sent;
use super::text::{words_of, words_of_parts};
use trace_model::JsonMap;
use wire::sent::Sent;

/// Bytes read of what lies in object storage of one body.
const BLOB_HEAD: u64 = 128 * 1024;

/// Texts as far as the database holds them, and the bodies that lie partly or wholly in object storage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Loaded {
    pub(super) texts: Texts,
    pub(super) split: Vec<(Field, BodyForm, Vec<Chunk>)>,
    /// Names and values for looking up; only where they were asked for.
    pub(super) named: JsonMap,
}

/// The texts of an observation.
pub(super) fn observation(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    row: &Spoken,
    is_named: bool,
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
        loaded.named =
            if is_named { serde_json::from_slice(&metadata).unwrap_or_default() } else { JsonMap::new() };
    }
    let sent = stored::sent_under(conn, project, (trace_id, &row.observation_id), &refs, packs)?;
    loaded.hear(&sent, is_named);
    Ok(loaded)
}

/// The texts of a trace itself: what it is called and whom it is about, and its own bodies.
pub(super) fn trace(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    row: &Told,
    is_named: bool,
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
    let metadata = stored::said(&row.state)?.metadata;
    if !metadata.is_empty() {
        loaded.texts.metadata = words_of(&serde_json::to_vec(&metadata)?, BodyForm::Json, true);
    }
    loaded.named = if is_named { metadata } else { JsonMap::new() };
    loaded.hear(&stored::sent_of_trace(conn, project, trace_id)?, is_named);
    Ok(loaded)
}

/// Adds the beginnings of pieces in object storage at their place; one that cannot be read is left out and said in the
/// log.
pub(super) async fn add_blobs(app: &App, project: ProjectKey, loaded: &mut Loaded) {
    for (field, form, chunks) in std::mem::take(&mut loaded.split) {
        let big = chunks.iter().filter(|chunk| matches!(chunk, Chunk::Blob(..))).count() as u64;
        let mut parts = Vec::with_capacity(chunks.len());
        for chunk in chunks {
            match chunk {
                Chunk::Bytes(run) => parts.push(run),
                Chunk::Blob(digest, _) => {
                    parts.extend(head(app, project, digest, BLOB_HEAD / big.max(1)).await);
                }
            }
        }
        *slot(&mut loaded.texts, field) = words_of_parts(&parts, form, false);
    }
}

async fn head(app: &App, project: ProjectKey, digest: Digest, most: u64) -> Option<Vec<u8>> {
    let read = blob_head(app, project, digest, most).await;
    read.inspect_err(|cause| tracing::warn!(%cause, %digest, "a big body is not searched")).ok()
}

impl Loaded {
    fn hear(&mut self, said: &Sent, is_named: bool) {
        self.texts.sent = sent::words(said);
        if is_named {
            self.named = said.with_metadata(std::mem::take(&mut self.named));
        }
    }

    /// Bytes at hand.
    pub(super) fn size(&self) -> usize {
        let texts = self.texts.each().map(|(_, text)| text.len()).sum::<usize>();
        let runs = self.split.iter().flat_map(|(.., chunks)| chunks).map(|chunk| match chunk {
            Chunk::Bytes(run) => run.len(),
            Chunk::Blob(..) => 0,
        });
        texts + runs.sum::<usize>()
    }

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
        let content = packs.content(piece, &mut load)?;
        let runs = content.chunks.iter().filter_map(|chunk| match chunk {
            Chunk::Bytes(run) => Some(run),
            Chunk::Blob(..) => None,
        });
        *slot(&mut self.texts, field) = words_of_parts(&runs.collect::<Vec<_>>(), body.form, false);
        if !content.is_whole() {
            self.split.push((field, body.form, content.chunks));
        }
        Ok(())
    }
}

fn slot(texts: &mut Texts, field: Field) -> &mut String {
    if field == Field::Output { &mut texts.output } else { &mut texts.input }
}
