//! The two back ends of the index behind the same few functions.
//!
//! Documents and the position they bring the index to are written in one transaction, so a crash repeats nothing and
//! leaves nothing out. Several processes may index at once: whoever finds the position moved writes nothing.

mod asking;
mod postgres;
mod sqlite;

use std::path::PathBuf;

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Text};
use serde::{Deserialize, Serialize};

use crate::db::AnyConnection;
use crate::foundation::{Actor, Digest, Error, ProjectKey, Result, Timestamp};
use crate::state::App;

use super::deadline::Deadline;
use super::document::Document;
use super::query::{IndexQuery, Term};
use super::reads;

pub(super) use postgres::erase as erase_in_place;

/// How far the index has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Position {
    /// The last receipt that is indexed whole, by its place in the log; 0 before the first.
    pub(super) receipt: i64,
    /// When that receipt was written.
    pub(super) at: Timestamp,
    /// Project and name of the last indexed pack of the receipt that follows.
    pub(super) pack: Option<(i64, Vec<u8>)>,
    /// Present while an empty index is being filled from the stored traces.
    pub(super) filling: Option<Filling>,
}

/// The last indexed observation while filling.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Filling {
    pub(super) project: i64,
    pub(super) start_at: Timestamp,
    pub(super) trace_id: String,
    /// `None` when the trace is done.
    pub(super) observation_id: Option<String>,
}

/// Documents of one project.
pub(super) type OfProject = (ProjectKey, Vec<Document>);

/// What one round writes.
#[derive(Debug)]
pub(super) struct Round {
    /// Where the index must stand for this to be right; `None` for an empty one.
    pub(super) from: Option<Position>,
    /// Where it stands afterwards.
    pub(super) to: Position,
    /// By project, each document once.
    pub(super) documents: Vec<OfProject>,
}

/// A document that may fit.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub(super) struct Candidate {
    /// Its place: later documents have higher ones.
    #[diesel(sql_type = BigInt)]
    pub(super) doc: i64,
    #[diesel(sql_type = Text)]
    pub(super) trace_id: String,
    /// Empty for the trace itself.
    #[diesel(sql_type = Text)]
    pub(super) observation_id: String,
}

/// Documents that may fit, and where to go on, if there may be more.
pub(super) type Found = (Vec<Candidate>, Option<i64>);

/// What an index is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// Of each of these, one term at least.
    pub(super) with: Vec<Vec<Term>>,
    /// None of these.
    pub(super) without: Vec<Term>,
    /// Whether the index cannot help much: it names all of the newest documents, and their texts decide.
    pub(super) is_broad: bool,
}

impl Plan {
    fn of(query: &IndexQuery) -> Self {
        let with = query.with.iter().map(|term| vec![term.clone()]).collect();
        Self { with, without: query.without.clone(), is_broad: false }
    }
}

/// An open index to read from.
pub(super) enum Index<'a> {
    Sqlite(sqlite::File),
    Postgres(&'a mut AnyConnection),
}

fn path(app: &App) -> PathBuf {
    app.config.data.join("search.db")
}

/// Where the index stands; `None` when it is empty. Call it on a blocking thread.
pub(super) fn position(app: &App) -> Result<Option<Position>> {
    if app.db.is_sqlite() {
        return sqlite::File::open(&path(app))?.position();
    }
    app.db.read_blocking(postgres::position)
}

/// The same, when a connection is at hand.
pub(super) fn position_with(app: &App, conn: &mut AnyConnection) -> Result<Option<Position>> {
    if conn.is_sqlite() { sqlite::File::open(&path(app))?.position() } else { postgres::position(conn) }
}

/// Writes a round; false when another process was quicker. Documents of traces that are gone are left out.
pub(super) fn write(app: &App, round: Round) -> Result<bool> {
    if app.db.is_sqlite() {
        return write_file(app, &round);
    }
    app.db.write_blocking(&Actor::system(), move |tx| postgres::write(tx.conn, &round))
}

/// Removes what erased documents left behind, a little at a time; false when there is nothing to do.
pub(super) fn tidy(app: &App) -> Result<bool> {
    if !app.db.is_sqlite() {
        return Ok(false);
    }
    let mut file = sqlite::File::open(&path(app))?;
    Ok(file.is_untidy()? && file.tidy()?)
}

/// Erasures are read after the file is locked and before documents are added: a trace erased by then is not added, and
/// one erased later is in the next round's list.
fn write_file(app: &App, round: &Round) -> Result<bool> {
    let mut erased = Vec::new();
    let written = sqlite::File::open(&path(app))?.write(round, || {
        app.db.read_blocking(|conn| {
            erased = reads::erased(conn, 10_000)?;
            let mut alive = Vec::with_capacity(round.documents.len());
            for (project, documents) in &round.documents {
                alive.push((*project, living(conn, *project, documents)?));
            }
            Ok((erased.iter().map(|(_, project, id)| (*project, id.clone())).collect(), alive))
        })
    })?;
    if let (true, Some((last, ..))) = (written, erased.last()) {
        let last = *last;
        app.db.write_blocking(&Actor::system(), move |tx| reads::forget_erased(tx.conn, last))?;
    }
    Ok(written)
}

/// The documents whose trace exists.
fn living<'a>(
    conn: &mut AnyConnection,
    project: ProjectKey,
    documents: &'a [Document],
) -> Result<Vec<&'a Document>> {
    let mut ids: Vec<&str> = documents.iter().map(|document| document.trace_id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut alive = reads::alive(conn, project, &ids)?;
    alive.sort_unstable();
    let lives = |document: &&Document| alive.binary_search(&document.trace_id).is_ok();
    Ok(documents.iter().filter(lives).collect())
}

impl<'a> Index<'a> {
    /// Opens it for one search; `conn` is the main database.
    pub(super) fn open(app: &App, conn: &'a mut AnyConnection) -> Result<Self> {
        Ok(if conn.is_sqlite() {
            Self::Sqlite(sqlite::File::open(&path(app))?)
        } else {
            Self::Postgres(conn)
        })
    }

    /// How to ask for what is wanted; none when nothing can fit.
    pub(super) fn plan(&mut self, project: ProjectKey, query: &IndexQuery) -> Result<Option<Plan>> {
        match self {
            Self::Sqlite(file) => file.plan(project, query),
            Self::Postgres(_) => Ok(Some(Plan::of(query))),
        }
    }

    /// Documents that may fit, newest first, below a place; and where to go on, if there may be more. Stops soon after
    /// `until`.
    pub(super) fn candidates(
        &mut self,
        project: ProjectKey,
        plan: &mut Plan,
        below: i64,
        limit: i64,
        until: &Deadline,
    ) -> Result<Found> {
        match self {
            Self::Sqlite(file) => file.candidates(project, plan, below, limit, until),
            Self::Postgres(conn) => postgres::candidates(conn, project, plan, below, limit, until),
        }
    }

    /// Documents of a trace that may fit at or above a place: an earlier page may have shown it.
    pub(super) fn above(
        &mut self,
        project: ProjectKey,
        plan: &Plan,
        trace_id: &str,
        place: i64,
    ) -> Result<Vec<Candidate>> {
        match self {
            Self::Sqlite(file) => file.above(project, plan, trace_id, place),
            Self::Postgres(conn) => postgres::above(conn, project, plan, trace_id, place),
        }
    }
}

/// Tells equal words from others; never leaves the index.
fn content_of(document: &Document) -> i64 {
    number_of(&document.terms)
}

/// A number for a text; equal texts have equal numbers.
fn number_of(text: &str) -> i64 {
    let digest = Digest::of(text.as_bytes());
    digest.0.iter().take(8).fold(0_i64, |sum, byte| sum << 8 | i64::from(*byte))
}

fn to_json(position: &Position) -> Result<String> {
    serde_json::to_string(position).map_err(Error::internal)
}

fn from_json(text: &str) -> Option<Position> {
    serde_json::from_str(text).ok()
}
