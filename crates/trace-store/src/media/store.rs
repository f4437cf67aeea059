//! Rows of media: announced, uploaded, reported on, erased.

use std::collections::BTreeSet;

use diesel::prelude::*;

use crate::db::locks::{media_turn, turn};
use crate::db::schema::{media, media_of};
use crate::db::{AnyConnection, Tx, each};
use crate::foundation::ids::random_bytes;
use crate::foundation::{Error, ProjectKey, Result};

use super::model::{Announced, ClientReport, media_id};
use super::reads::{self, MediaRow};

/// Ids in one statement.
const CHUNK: usize = 256;

#[derive(Insertable)]
#[diesel(table_name = media)]
struct NewMedia {
    project: ProjectKey,
    media_id: String,
    content_type: String,
    content_length: i64,
    digest: Vec<u8>,
    blob: String,
    created_at: i64,
}

/// Notes an announced file and the field that speaks of it; gives the file as it is known now, or `None` when the trace
/// was erased: what comes for it is dropped.
///
/// Type and length of bytes that are already here stay as they are.
pub fn announce(tx: &mut Tx<'_>, project: ProjectKey, announced: &Announced) -> Result<Option<MediaRow>> {
    // The lock of the trace first, as erasure does.
    crate::db::locks::take_turns(tx.conn, vec![turn(project, "trace", &announced.trace_id)])?;
    if crate::tombstones::tombstone(tx.conn, project, &announced.trace_id)?.is_some() {
        return Ok(None);
    }
    let id = media_id(announced.digest);
    take_turns(tx, project, std::slice::from_ref(&id))?;
    let length = i64::try_from(announced.content_length).map_err(Error::internal)?;
    match reads::find(tx.conn, project, &id)? {
        None => insert(tx, project, &id, announced, length)?,
        Some(known) => agree(tx, project, &known, announced, length)?,
    }
    link(tx.conn, project, &id, announced)?;
    reads::find(tx.conn, project, &id)
}

fn insert(tx: &mut Tx<'_>, project: ProjectKey, id: &str, announced: &Announced, length: i64) -> Result<()> {
    let hex = announced.digest.to_hex();
    let folder = hex.get(..2).unwrap_or_default();
    let row = NewMedia {
        project,
        media_id: id.to_owned(),
        content_type: announced.content_type.clone(),
        content_length: length,
        digest: announced.digest.0.to_vec(),
        blob: format!("media/{}/{folder}/{hex}-{}", project.0, hex::encode(random_bytes::<6>())),
        created_at: tx.now().0,
    };
    diesel::insert_into(media::table).values(&row).execute(tx.conn)?;
    Ok(())
}

fn agree(
    tx: &mut Tx<'_>,
    project: ProjectKey,
    known: &MediaRow,
    announced: &Announced,
    length: i64,
) -> Result<()> {
    if known.digest()? != announced.digest {
        return Err(Error::invalid("sha256Hash", "another file has the same first 132 bits of its SHA-256"));
    }
    if known.uploaded_at.is_some() {
        let same = known.content_length == length;
        let fault = || format!("the bytes with this SHA-256 are {} long", known.content_length);
        return if same { Ok(()) } else { Err(Error::invalid("contentLength", fault())) };
    }
    diesel::update(media::table.find((project, &known.media_id)))
        .set((media::content_type.eq(&announced.content_type), media::content_length.eq(length)))
        .execute(tx.conn)?;
    Ok(())
}

fn link(conn: &mut AnyConnection, project: ProjectKey, id: &str, announced: &Announced) -> Result<()> {
    let row = (
        media_of::project.eq(project),
        media_of::media_id.eq(id),
        media_of::trace_id.eq(&announced.trace_id),
        media_of::observation_id.eq(&announced.observation_id),
        media_of::field.eq(&announced.field),
    );
    each!(conn, |c| diesel::insert_into(media_of::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// Notes that the checked bytes lie at the row's place; false when the row has gone or changed meanwhile.
pub fn uploaded(tx: &mut Tx<'_>, project: ProjectKey, sent: &MediaRow) -> Result<bool> {
    let changed = diesel::update(media::table)
        .filter(media::project.eq(project))
        .filter(media::media_id.eq(&sent.media_id))
        .filter(media::blob.eq(&sent.blob))
        .set((
            media::uploaded_at.eq(Some(tx.now().0)),
            media::content_type.eq(&sent.content_type),
            media::content_length.eq(sent.content_length),
        ))
        .execute(tx.conn)?;
    Ok(changed == 1)
}

/// Notes what the client says of its upload; false when there is no such file.
pub fn report(tx: &mut Tx<'_>, project: ProjectKey, id: &str, report: &ClientReport) -> Result<bool> {
    let changed = diesel::update(media::table.find((project, id)))
        .set((
            media::client_status.eq(Some(report.status)),
            media::client_error.eq(report.error.as_deref()),
            media::client_ms.eq(report.took_ms),
        ))
        .execute(tx.conn)?;
    Ok(changed == 1)
}

/// Takes these traces' media away, but for what other traces speak of too.
///
/// Gives the places of the bytes that nobody speaks of any more: hand them to [`super::actions::forget`] after COMMIT.
pub fn erase_of_traces(tx: &mut Tx<'_>, project: ProjectKey, trace_ids: &[&str]) -> Result<Vec<String>> {
    let mut ids = BTreeSet::new();
    for chunk in trace_ids.chunks(CHUNK) {
        let found: Vec<String> = each!(tx.conn, |c| media_of::table
            .filter(media_of::project.eq(project))
            .filter(media_of::trace_id.eq_any(chunk.iter().copied()))
            .select(media_of::media_id)
            .load(c))?;
        ids.extend(found);
    }
    let ids: Vec<String> = ids.into_iter().collect();
    take_turns(tx, project, &ids)?;
    for chunk in trace_ids.chunks(CHUNK) {
        each!(tx.conn, |c| diesel::delete(media_of::table)
            .filter(media_of::project.eq(project))
            .filter(media_of::trace_id.eq_any(chunk.iter().copied()))
            .execute(c))?;
    }
    let mut blobs = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        blobs.extend(remove_unlinked(tx.conn, project, chunk)?);
    }
    Ok(blobs)
}

fn remove_unlinked(conn: &mut AnyConnection, project: ProjectKey, ids: &[String]) -> Result<Vec<String>> {
    let linked: Vec<String> = each!(conn, |c| media_of::table
        .filter(media_of::project.eq(project))
        .filter(media_of::media_id.eq_any(ids))
        .select(media_of::media_id)
        .distinct()
        .load(c))?;
    let gone: Vec<&String> = ids.iter().filter(|id| !linked.contains(id)).collect();
    let blobs: Vec<String> = each!(conn, |c| media::table
        .filter(media::project.eq(project))
        .filter(media::media_id.eq_any(&gone))
        .select(media::blob)
        .load(c))?;
    each!(conn, |c| diesel::delete(media::table)
        .filter(media::project.eq(project))
        .filter(media::media_id.eq_any(&gone))
        .execute(c))?;
    Ok(blobs)
}

/// One who links a file and one who erases it must not pass each other.
fn take_turns(tx: &mut Tx<'_>, project: ProjectKey, ids: &[String]) -> Result<()> {
    crate::db::locks::take_turns(tx.conn, ids.iter().map(|id| media_turn(project, id)).collect())
}
