//! The index as a file: contentless FTS5, one table of terms for each project, and the documents behind the row numbers.
//!
//! Terms only (`detail=none`): a tenth of the text in size. Phrases and fields without marks are looked up in the stored
//! bodies. The file holds nothing that cannot be made again; one that is damaged or of another version is made anew.

use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;
use diesel::dsl::max;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Text};
use diesel::sqlite::Sqlite;
use diesel::{Connection, SqliteConnection, sql_query};

use crate::foundation::{Error, ProjectKey, Result};

use super::super::document::Document;
use super::{Position, Round, content_of, from_json, number_of, to_json};

/// Pages merged at a time.
const MERGED_PAGES: i64 = 400;
/// The form of the file; another number means making it anew.
const VERSION: i64 = 2;

/// WAL lets pages search while a round is written; a lost second after a power cut is indexed again.
const SET_UP: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; \
     PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON;";

const TABLES: &str = "CREATE TABLE position (one INTEGER PRIMARY KEY CHECK (one = 1), position TEXT NOT NULL) STRICT; \
     CREATE TABLE docs (doc INTEGER PRIMARY KEY, trace INTEGER NOT NULL, project INTEGER NOT NULL, \
         trace_id TEXT NOT NULL, observation_id TEXT NOT NULL, content INTEGER NOT NULL) STRICT; \
     CREATE INDEX docs_of_trace ON docs (trace, observation_id); \
     CREATE TABLE untidy (project INTEGER PRIMARY KEY) STRICT;";

diesel::table! {
    docs (doc) {
        doc -> BigInt,
        trace -> BigInt,
        project -> BigInt,
        trace_id -> Text,
        observation_id -> Text,
        content -> BigInt,
    }
}

/// An open index file.
pub(crate) struct File {
    pub(super) conn: SqliteConnection,
}

#[derive(QueryableByName)]
struct PositionRow {
    #[diesel(sql_type = Text)]
    position: String,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// What a round is told once the file is locked: erased traces, and documents whose trace lives.
pub(super) type Living<'a> = (Vec<(ProjectKey, String)>, Vec<(ProjectKey, Vec<&'a Document>)>);

impl File {
    /// Opens the file, or makes it; one that cannot be used is replaced.
    pub(super) fn open(path: &Path) -> Result<Self> {
        match Self::try_open(path) {
            Ok(Some(file)) => Ok(file),
            Ok(None) => {
                tracing::info!("the search file has another form; it is made anew");
                Self::replace(path)
            }
            Err(cause) if is_damage(&cause) => {
                tracing::warn!(%cause, "the search file is damaged; it is made anew");
                Self::replace(path)
            }
            Err(cause) => Err(cause),
        }
    }

    fn try_open(path: &Path) -> Result<Option<Self>> {
        let mut conn = SqliteConnection::establish(&path.to_string_lossy())
            .map_err(|e| Error::Unavailable(format!("cannot open {}: {e}", path.display()).into()))?;
        conn.batch_execute(SET_UP)?;
        let mut version = version_of(&mut conn)?;
        if version == 0 {
            conn.immediate_transaction(|conn| {
                if version_of(conn)? == 0 {
                    conn.batch_execute(TABLES)?;
                    conn.batch_execute(&format!("PRAGMA user_version = {VERSION}"))?;
                }
                Ok::<_, Error>(())
            })?;
            version = VERSION;
        }
        Ok((version == VERSION).then_some(Self { conn }))
    }

    fn replace(path: &Path) -> Result<Self> {
        for end in ["", "-wal", "-shm"] {
            let mut name = path.as_os_str().to_owned();
            name.push(end);
            match std::fs::remove_file(PathBuf::from(name)) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Error::Unavailable(format!("cannot replace the search file: {e}").into()));
                }
                _ => {}
            }
        }
        Self::try_open(path)?.ok_or_else(|| Error::internal("a new search file has the wrong form"))
    }

    pub(super) fn position(&mut self) -> Result<Option<Position>> {
        let row: Option<PositionRow> =
            sql_query("SELECT position FROM position").get_result(&mut self.conn).optional()?;
        Ok(row.and_then(|row| from_json(&row.position)))
    }

    /// Writes a round; `living` is asked once the file is locked.
    pub(super) fn write<'a>(
        &mut self,
        round: &Round,
        living: impl FnOnce() -> Result<Living<'a>>,
    ) -> Result<bool> {
        self.conn.immediate_transaction(|conn| {
            let stands: Option<PositionRow> =
                sql_query("SELECT position FROM position").get_result(conn).optional()?;
            if stands.and_then(|row| from_json(&row.position)) != round.from {
                return Ok(false);
            }
            let (erased, documents) = living()?;
            for (project, trace_id) in &erased {
                erase(conn, *project, trace_id)?;
            }
            for (project, documents) in documents {
                create_words(conn, project)?;
                put(conn, project, &documents)?;
            }
            sql_query("INSERT OR REPLACE INTO position (one, position) VALUES (1, ?)")
                .bind::<Text, _>(to_json(&round.to)?)
                .execute(conn)?;
            Ok(true)
        })
    }

    /// A deleted document leaves its terms behind without its name, until segments are merged: does some of that for
    /// projects with erased traces. True when there may be more to do.
    pub(super) fn tidy(&mut self) -> Result<bool> {
        self.conn.immediate_transaction(|conn| {
            let untidy: Option<Number> =
                sql_query("SELECT project AS number FROM untidy LIMIT 1").get_result(conn).optional()?;
            let Some(untidy) = untidy else { return Ok(false) };
            if merge(conn, ProjectKey(untidy.number))? {
                sql_query("DELETE FROM untidy WHERE project = ?")
                    .bind::<BigInt, _>(untidy.number)
                    .execute(conn)?;
            }
            Ok(true)
        })
    }

    /// Whether there is something to tidy; asked without a lock.
    pub(super) fn is_untidy(&mut self) -> Result<bool> {
        let untidy: Option<Number> = sql_query("SELECT project AS number FROM untidy LIMIT 1")
            .get_result(&mut self.conn)
            .optional()?;
        Ok(untidy.is_some())
    }
}

fn version_of(conn: &mut SqliteConnection) -> Result<i64> {
    let row: Number = sql_query("SELECT user_version AS number FROM pragma_user_version").get_result(conn)?;
    Ok(row.number)
}

fn is_damage(cause: &Error) -> bool {
    let text = cause.to_string();
    ["not a database", "malformed", "corrupt"].iter().any(|word| text.contains(word))
}

pub(super) fn words_table(project: ProjectKey) -> String {
    format!("words_{}", project.0.unsigned_abs())
}

/// The number of a trace in the index of documents; the ids are compared as well.
pub(super) fn trace_number(project: ProjectKey, trace_id: &str) -> i64 {
    number_of(&format!("{}/{trace_id}", project.0))
}

pub(super) fn has_words(conn: &mut SqliteConnection, project: ProjectKey) -> Result<bool> {
    let found: Option<Number> = sql_query("SELECT 1 AS number FROM sqlite_schema WHERE name = ?")
        .bind::<Text, _>(words_table(project))
        .get_result(conn)
        .optional()?;
    Ok(found.is_some())
}

/// Terms come ready-made, so the tokenizer only cuts at blanks: `ascii` leaves all other letters alone.
fn create_words(conn: &mut SqliteConnection, project: ProjectKey) -> Result<()> {
    if has_words(conn, project)? {
        return Ok(());
    }
    let words = words_table(project);
    conn.batch_execute(&format!(
        "CREATE VIRTUAL TABLE {words} USING fts5(terms, content = '', contentless_delete = 1, detail = none, \
             tokenize = 'ascii'); \
         INSERT INTO {words} ({words}, rank) VALUES ('hashsize', 8388608);"
    ))?;
    Ok(())
}

/// Adds documents behind all others; one whose words are there already stays where it is.
fn put(conn: &mut SqliteConnection, project: ProjectKey, documents: &[&Document]) -> Result<()> {
    let last: Option<i64> = docs::table.select(max(docs::doc)).first(conn)?;
    let (mut next, mut changed) = (last.unwrap_or(0), Vec::with_capacity(documents.len()));
    for document in documents {
        let content = content_of(document);
        match known(conn, project, document)? {
            Some((_, known)) if known == content => continue,
            Some((doc, _)) => remove(conn, project, doc)?,
            None => {}
        }
        next += 1;
        changed.push((next, content, *document));
    }
    insert(conn, project, &changed)
}

/// Place and content of a document by its name.
fn known(
    conn: &mut SqliteConnection,
    project: ProjectKey,
    document: &Document,
) -> Result<Option<(i64, i64)>> {
    Ok(docs::table
        .filter(docs::trace.eq(trace_number(project, &document.trace_id)))
        .filter(docs::observation_id.eq(&document.observation_id))
        .filter(docs::trace_id.eq(&document.trace_id))
        .filter(docs::project.eq(project.0))
        .select((docs::doc, docs::content))
        .first(conn)
        .optional()?)
}

/// One row a statement: it is prepared once, and one of many rows would make FTS5 write out what it has gathered.
fn insert(
    conn: &mut SqliteConnection,
    project: ProjectKey,
    documents: &[(i64, i64, &Document)],
) -> Result<()> {
    let table = words_table(project);
    for (doc, content, document) in documents {
        let row = (
            docs::doc.eq(*doc),
            docs::trace.eq(trace_number(project, &document.trace_id)),
            docs::project.eq(project.0),
            docs::trace_id.eq(&document.trace_id),
            docs::observation_id.eq(&document.observation_id),
            docs::content.eq(*content),
        );
        diesel::insert_into(docs::table).values(row).execute(conn)?;
        AddWords { table: &table, doc: *doc, terms: &document.terms }.execute(conn)?;
    }
    Ok(())
}

/// The words of one document; unlike `sql_query` this is prepared once.
struct AddWords<'a> {
    table: &'a str,
    doc: i64,
    terms: &'a str,
}

impl QueryFragment<Sqlite> for AddWords<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("INSERT INTO ");
        out.push_identifier(self.table)?;
        out.push_sql(" (rowid, terms) VALUES (");
        out.push_bind_param::<BigInt, _>(&self.doc)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(self.terms)?;
        out.push_sql(")");
        Ok(())
    }
}

impl QueryId for AddWords<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<SqliteConnection> for AddWords<'_> {}

fn erase(conn: &mut SqliteConnection, project: ProjectKey, trace_id: &str) -> Result<()> {
    let docs: Vec<Number> =
        sql_query("SELECT doc AS number FROM docs WHERE trace = ? AND trace_id = ? AND project = ?")
            .bind::<BigInt, _>(trace_number(project, trace_id))
            .bind::<Text, _>(trace_id)
            .bind::<BigInt, _>(project.0)
            .load(conn)?;
    if docs.is_empty() {
        return Ok(());
    }
    sql_query("INSERT OR IGNORE INTO untidy (project) VALUES (?)")
        .bind::<BigInt, _>(project.0)
        .execute(conn)?;
    docs.into_iter().try_for_each(|doc| remove(conn, project, doc.number))
}

/// Brings the segments of a project's words together, some pages at a time; true when there is no more to do.
fn merge(conn: &mut SqliteConnection, project: ProjectKey) -> Result<bool> {
    let words = words_table(project);
    let changes = |conn: &mut SqliteConnection| -> Result<i64> {
        let row: Number = sql_query("SELECT total_changes() AS number").get_result(conn)?;
        Ok(row.number)
    };
    let before = changes(conn)?;
    sql_query(format!("INSERT INTO {words} ({words}, rank) VALUES ('merge', -{MERGED_PAGES})"))
        .execute(conn)?;
    Ok(changes(conn)? - before < 2)
}

fn remove(conn: &mut SqliteConnection, project: ProjectKey, doc: i64) -> Result<()> {
    sql_query(format!("DELETE FROM {} WHERE rowid = ?", words_table(project)))
        .bind::<BigInt, _>(doc)
        .execute(conn)?;
    sql_query("DELETE FROM docs WHERE doc = ?").bind::<BigInt, _>(doc).execute(conn)?;
    Ok(())
}
