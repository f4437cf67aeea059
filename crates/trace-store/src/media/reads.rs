//! What is known of media.

use std::collections::BTreeSet;

use diesel::prelude::*;

use crate::db::schema::{media, media_of};
use crate::db::{AnyConnection, each};
use crate::foundation::{Digest, Error, ProjectKey, Result, Timestamp};

/// One file.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = media)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct MediaRow {
    /// Its id, see [`super::model::media_id`].
    pub media_id: String,
    pub content_type: String,
    /// Bytes.
    pub content_length: i64,
    /// SHA-256 of the bytes; see [`MediaRow::digest`].
    pub digest: Vec<u8>,
    /// Where in object storage the bytes lie or will lie.
    pub blob: String,
    /// When it was announced.
    pub created_at: Timestamp,
    /// When the bytes were stored; none while they are missing.
    pub uploaded_at: Option<Timestamp>,
    /// The HTTP status the client says it saw.
    pub client_status: Option<i64>,
    /// The error the client says it saw.
    pub client_error: Option<String>,
    /// How long the upload took by the client's clock, in milliseconds.
    pub client_ms: Option<i64>,
}

impl MediaRow {
    /// SHA-256 of the bytes.
    pub fn digest(&self) -> Result<Digest> {
        Digest::from_slice(&self.digest).ok_or_else(|| Error::internal("a stored media digest is damaged"))
    }
}

/// A field that speaks of a file.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = media_of)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct MediaLink {
    /// The file.
    pub media_id: String,
    pub trace_id: String,
    /// The observation; empty for the trace itself.
    pub observation_id: String,
    /// `input`, `output` or `metadata`.
    pub field: String,
}

/// One file of a project, whether its bytes have come or not.
pub fn find(conn: &mut AnyConnection, project: ProjectKey, media_id: &str) -> Result<Option<MediaRow>> {
    Ok(media::table.find((project, media_id)).select(MediaRow::as_select()).first(conn).optional()?)
}

/// Those of these files that somebody announced.
pub fn among(conn: &mut AnyConnection, project: ProjectKey, ids: &BTreeSet<String>) -> Result<Vec<MediaRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(each!(conn, |c| media::table
        .filter(media::project.eq(project))
        .filter(media::media_id.eq_any(ids))
        .select(MediaRow::as_select())
        .load(c))?)
}

/// What the fields of a trace and its observations speak of, at most 1000 of them.
pub fn of_trace(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
) -> Result<Vec<(MediaLink, MediaRow)>> {
    Ok(media_of::table
        .inner_join(
            media::table.on(media::project.eq(media_of::project).and(media::media_id.eq(media_of::media_id))),
        )
        .filter(media_of::project.eq(project))
        .filter(media_of::trace_id.eq(trace_id))
        .order((media_of::observation_id.asc(), media_of::field.asc(), media_of::media_id.asc()))
        .select((MediaLink::as_select(), MediaRow::as_select()))
        .limit(1000)
        .load(conn)?)
}

/// The traces among these that speak of media.
pub(crate) fn speaking_among(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_ids: &[String],
) -> Result<Vec<String>> {
    Ok(each!(conn, |c| media_of::table
        .filter(media_of::project.eq(project))
        .filter(media_of::trace_id.eq_any(trace_ids))
        .select(media_of::trace_id)
        .distinct()
        .load(c))?)
}
