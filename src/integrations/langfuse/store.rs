//! Rows of pulls and of sources.

use diesel::prelude::*;

use crate::db::schema::{langfuse_sources as sources, pulls};
use crate::db::{AnyConnection, Tx, each};
use crate::foundation::{Error, ProjectKey, Result, Timestamp};

use super::model::{Counts, Walk};

/// How far a pull has come, as stored.
#[derive(Clone, Debug)]
pub struct Pull {
    /// The walk under way; none between two.
    pub walk: Option<Walk>,
    /// Everything before this was pulled.
    pub watermark: Option<Timestamp>,
    /// Of the walk under way, or of the last one.
    pub counts: Counts,
    /// When that walk began.
    pub started_at: Timestamp,
    /// When the last page was taken.
    pub updated_at: Timestamp,
    /// When the last walk ended, if it did.
    pub finished_at: Option<Timestamp>,
    pub last_error: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = pulls)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
struct PullRow {
    walk: Option<String>,
    watermark: Option<Timestamp>,
    counts: String,
    started_at: Timestamp,
    updated_at: Timestamp,
    finished_at: Option<Timestamp>,
    last_error: Option<String>,
}

/// The pull of this name, if there ever was one.
pub fn pull(conn: &mut AnyConnection, project: ProjectKey, name: &str) -> Result<Option<Pull>> {
    let row = pulls::table.find((project.0, name)).select(PullRow::as_select()).first(conn).optional()?;
    Ok(row.map(|row| Pull {
        // A walk that a newer or older build wrote in another shape is begun anew; what it pulled changes nothing.
        walk: row.walk.and_then(|text| serde_json::from_str(&text).ok()),
        watermark: row.watermark,
        counts: serde_json::from_str(&row.counts).unwrap_or_default(),
        started_at: row.started_at,
        updated_at: row.updated_at,
        finished_at: row.finished_at,
        last_error: row.last_error,
    }))
}

/// Where a run of a pull stands.
#[derive(Clone, Debug)]
pub struct Place {
    pub project: ProjectKey,
    pub name: String,
    /// The server's address, to be shown.
    pub url: String,
    /// Which run this is.
    pub holder: String,
    pub walk: Walk,
    pub counts: Counts,
}

/// Takes the pull over for this run and writes down where it stands.
pub fn begin(tx: &mut Tx<'_>, place: &Place) -> Result<()> {
    let now = tx.now();
    let row = (
        pulls::project.eq(place.project.0),
        pulls::source.eq(&place.name),
        pulls::url.eq(&place.url),
        pulls::holder.eq(&place.holder),
        pulls::counts.eq("{}"),
        pulls::started_at.eq(now.0),
        pulls::updated_at.eq(now.0),
    );
    each!(tx.conn, |inner| {
        diesel::insert_into(pulls::table).values(row).on_conflict_do_nothing().execute(inner)
    })?;
    let pull = pulls::table.find((place.project.0, &place.name));
    let taken = (pulls::holder.eq(&place.holder), pulls::last_error.eq(None::<String>));
    diesel::update(pull).set(taken).execute(tx.conn)?;
    if place.counts.pages == 0 {
        let fresh = (pulls::started_at.eq(now.0), pulls::finished_at.eq(None::<i64>));
        diesel::update(pull).set(fresh).execute(tx.conn)?;
    }
    save(tx, place)
}

/// Writes down where a walk stands, unless another run has taken it over.
pub fn save(tx: &mut Tx<'_>, place: &Place) -> Result<()> {
    let (walk, counts) = (serde_json::to_string(&place.walk)?, serde_json::to_string(&place.counts)?);
    let now = tx.now();
    let saved = diesel::update(mine(place))
        .set((pulls::walk.eq(walk), pulls::counts.eq(counts), pulls::updated_at.eq(now.0)))
        .execute(tx.conn)?;
    held(saved)
}

/// The walk is over; everything before `watermark` is here.
pub fn finish(tx: &mut Tx<'_>, place: &Place, watermark: Option<Timestamp>) -> Result<()> {
    let counts = serde_json::to_string(&place.counts)?;
    let now = tx.now();
    let saved = diesel::update(mine(place))
        .set((
            pulls::walk.eq(None::<String>),
            pulls::watermark.eq(watermark.map(|at| at.0)),
            pulls::counts.eq(counts),
            pulls::updated_at.eq(now.0),
            pulls::finished_at.eq(now.0),
        ))
        .execute(tx.conn)?;
    held(saved)
}

/// Notes why a run stopped; its place is kept.
pub fn fail(tx: &mut Tx<'_>, place: &Place, why: &str) -> Result<()> {
    let why: String = why.chars().take(1_000).collect();
    diesel::update(mine(place)).set(pulls::last_error.eq(why)).execute(tx.conn)?;
    Ok(())
}

fn held(saved: usize) -> Result<()> {
    if saved == 1 {
        return Ok(());
    }
    Err(Error::refused("Another run of this pull was started meanwhile; it goes on, this one ends here."))
}

#[diesel::dsl::auto_type(no_type_alias)]
fn mine<'a>(place: &'a Place) -> _ {
    let project: i64 = place.project.0;
    let name: &'a str = place.name.as_str();
    let holder: &'a str = place.holder.as_str();
    pulls::table
        .filter(pulls::project.eq(project))
        .filter(pulls::source.eq(name))
        .filter(pulls::holder.eq(holder))
}

/// A server that traces are pulled from, as stored.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = sources)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct SourceRow {
    pub project: ProjectKey,
    pub id: String,
    pub label: String,
    pub url: String,
    pub public_key: String,
    /// The secret half, sealed under the installation's key.
    pub sealed_secret: Vec<u8>,
    pub every_minutes: Option<i64>,
    pub created_at: Timestamp,
}

/// The sources of a project, oldest first.
pub fn sources(conn: &mut AnyConnection, project: ProjectKey) -> Result<Vec<SourceRow>> {
    Ok(sources::table
        .filter(sources::project.eq(project.0))
        .order(sources::id)
        .select(SourceRow::as_select())
        .load(conn)?)
}

/// One source.
pub fn source(conn: &mut AnyConnection, project: ProjectKey, id: &str) -> Result<Option<SourceRow>> {
    Ok(sources::table.find((project.0, id)).select(SourceRow::as_select()).first(conn).optional()?)
}

/// Adds a source.
pub fn insert_source(tx: &mut Tx<'_>, row: &SourceRow) -> Result<()> {
    diesel::insert_into(sources::table)
        .values((
            sources::project.eq(row.project.0),
            sources::id.eq(&row.id),
            sources::label.eq(&row.label),
            sources::url.eq(&row.url),
            sources::public_key.eq(&row.public_key),
            sources::sealed_secret.eq(&row.sealed_secret),
            sources::every_minutes.eq(row.every_minutes),
            sources::created_at.eq(row.created_at.0),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Removes a source with its secret; `false` when there was none.
pub fn delete_source(tx: &mut Tx<'_>, project: ProjectKey, id: &str) -> Result<bool> {
    Ok(diesel::delete(sources::table.find((project.0, id))).execute(tx.conn)? == 1)
}
