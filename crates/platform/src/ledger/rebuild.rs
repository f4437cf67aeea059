//! Remakes every projected table from the events, or only checks that a rebuild would change nothing.
//!
//! One transaction: readers see the old tables or the new ones, never a half. Appends wait meanwhile; on PostgreSQL for
//! five seconds at most, then they are refused, so a large installation rebuilds while the server is stopped.

use std::sync::mpsc;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use serde_json::{Map, Value};

use crate::db::{AnyConnection, Db, Tx, each};
use crate::foundation::{Actor, Error, Result};

use super::{Ledger, Projection, events};

/// Events read at a time.
const BATCH: i64 = 512;
/// Rows shown of one table's differences.
const SHOWN: i64 = 5;

/// What a rebuild did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rebuilt {
    pub events: u64,
    /// What differs, by table in projection order; empty when nothing does, or when nothing was compared.
    pub differences: Vec<Difference>,
}

/// How one projected table differs from what the events say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The projection that fills the table.
    pub projection: &'static str,
    pub table: &'static str,
    /// Rows that are stored and that no event explains.
    pub stored_only: i64,
    /// Rows that the events make and that are not stored.
    pub rebuilt_only: i64,
    /// The first rows as JSON, `-` for stored ones and `+` for rebuilt ones.
    pub rows: Vec<String>,
}

impl Difference {
    /// The first column that differs, with the row's key and both values; where a row has no counterpart, that it has none.
    pub fn first_column(&self) -> Option<String> {
        let parsed = |mark: char| {
            let of = self.rows.iter().filter_map(move |row| row.strip_prefix(mark));
            of.filter_map(|row| serde_json::from_str::<Map<String, Value>>(row.trim_start()).ok())
        };
        let (stored, made): (Vec<_>, Vec<_>) = (parsed('-').collect(), parsed('+').collect());
        let one = stored.first().or_else(|| made.first())?;
        let alike = |row: &Map<String, Value>| {
            row.iter().filter(|(name, value)| one.get(*name) == Some(value)).count()
        };
        let twin = made
            .iter()
            .max_by_key(|row| alike(row))
            .filter(|row| !stored.is_empty() && 2 * alike(row) >= row.len());
        let Some(twin) = twin else {
            let lacks = if stored.is_empty() { "is missing" } else { "is stored, and no event makes it" };
            return Some(format!("row {} {lacks}", key_of(one, None)));
        };
        let (column, value) = one.iter().find(|(name, value)| twin.get(*name) != Some(value))?;
        let made = twin.get(column).cloned().unwrap_or_default();
        Some(format!("row {}: column {column}: stored {value}, rebuilt {made}", key_of(one, Some(twin))))
    }
}

/// The first columns of a row that its counterpart has too: its key stands there.
fn key_of(row: &Map<String, Value>, twin: Option<&Map<String, Value>>) -> String {
    let same = row.iter().filter(|(name, value)| twin.is_none_or(|twin| twin.get(*name) == Some(value)));
    same.take(3).map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
}

/// Empties all projected tables and replays every event through the projections.
pub fn rebuild(db: &Db, ledger: &Ledger) -> Result<Rebuilt> {
    let ledger = ledger.clone();
    db.write_blocking(&Actor::system(), move |tx| {
        let events = replay(tx, &ledger)?;
        Ok(Rebuilt { events, differences: Vec::new() })
    })
}

/// Replays into the tables, compares with what stood there before, and rolls all of it back.
pub fn check(db: &Db, ledger: &Ledger) -> Result<Rebuilt> {
    let ledger = ledger.clone();
    let (sender, receiver) = mpsc::channel();
    let rolled_back: Result<()> = db.write_blocking(&Actor::system(), move |tx| {
        let compared = compare(tx, &ledger);
        // Whoever asked is waiting below; the transaction must end in an error to be rolled back.
        let _ = sender.send(compared);
        Err(Error::refused("a check writes nothing"))
    });
    match receiver.recv() {
        Ok(compared) => compared,
        Err(_) => rolled_back.and(Err(Error::internal("the check ended without an answer"))),
    }
}

/// Remakes the read tables in the caller's transaction; gives the number of events.
pub fn remake(tx: &mut Tx<'_>, ledger: &Ledger) -> Result<u64> {
    replay(tx, ledger)
}

fn compare(tx: &mut Tx<'_>, ledger: &Ledger) -> Result<Rebuilt> {
    lock(tx.conn)?;
    let tables = || ledger.projections().iter().flat_map(|p| p.tables.iter().map(move |table| (p, *table)));
    for (place, (_, table)) in tables().enumerate() {
        let line = line_of(tx.conn, table)?;
        let sql = format!("CREATE TEMPORARY TABLE before_{place} AS SELECT {line} AS line FROM {table}");
        tx.conn.batch_execute(&sql)?;
    }
    let events = replay(tx, ledger)?;
    let mut differences = Vec::new();
    for (place, (projection, table)) in tables().enumerate() {
        differences.extend(difference(tx.conn, place, projection, table)?);
        tx.conn.batch_execute(&format!("DROP TABLE before_{place}"))?;
    }
    Ok(Rebuilt { events, differences })
}

fn replay(tx: &mut Tx<'_>, ledger: &Ledger) -> Result<u64> {
    lock(tx.conn)?;
    for projection in ledger.projections().iter().rev() {
        reset(tx.conn, projection)?;
    }
    let mut replayed = 0;
    let mut after = 0;
    loop {
        let batch = events::read_from(tx.conn, after, BATCH)?;
        let Some(last) = batch.last() else { return Ok(replayed) };
        after = last.seq;
        for event in &batch {
            ledger.project(tx, event)?;
            replayed += 1;
        }
    }
}

/// Keeps other processes from appending, and references to emptied tables from being missed too early.
fn lock(conn: &mut AnyConnection) -> Result<()> {
    match conn {
        AnyConnection::Sqlite(conn) => conn.batch_execute("PRAGMA defer_foreign_keys = ON")?,
        AnyConnection::Postgres(conn) => {
            conn.batch_execute("LOCK TABLE events IN SHARE ROW EXCLUSIVE MODE")?;
        }
    }
    Ok(())
}

fn reset(conn: &mut AnyConnection, projection: &Projection) -> Result<()> {
    for table in projection.tables.iter().rev() {
        conn.batch_execute(&format!("DELETE FROM {table}"))?;
    }
    Ok(())
}

fn difference(
    conn: &mut AnyConnection,
    place: usize,
    projection: &Projection,
    table: &'static str,
) -> Result<Option<Difference>> {
    let line = line_of(conn, table)?;
    let (before, after) =
        (format!("SELECT line FROM before_{place}"), format!("SELECT {line} AS line FROM {table}"));
    let (stored_only, mut rows) = lines_only_in(conn, &before, &after, '-')?;
    let (rebuilt_only, made) = lines_only_in(conn, &after, &before, '+')?;
    if stored_only + rebuilt_only == 0 {
        return Ok(None);
    }
    rows.extend(made);
    Ok(Some(Difference { projection: projection.name, table, stored_only, rebuilt_only, rows }))
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many lines only `here` has, and the first of them. `EXCEPT ALL` is not in SQLite; keys make rows unique.
fn lines_only_in(
    conn: &mut AnyConnection,
    here: &str,
    there: &str,
    mark: char,
) -> Result<(i64, Vec<String>)> {
    let only = format!("SELECT line FROM ({here}) AS h EXCEPT SELECT line FROM ({there}) AS t");
    let counting = format!("SELECT COUNT(*) AS count FROM ({only}) AS o");
    let counts: Vec<Count> = each!(conn, |inner| diesel::sql_query(counting).load(inner))?;
    let first = format!("SELECT line FROM ({only}) AS o ORDER BY line LIMIT {SHOWN}");
    let lines: Vec<Line> = each!(conn, |inner| diesel::sql_query(first).load(inner))?;
    let count = counts.first().map_or(0, |row| row.count);
    Ok((count, lines.into_iter().map(|row| format!("{mark} {}", row.line)).collect()))
}

/// An SQL expression for one row as text with its column names.
fn line_of(conn: &mut AnyConnection, table: &str) -> Result<String> {
    match conn {
        AnyConnection::Postgres(_) => Ok(format!("row_to_json({table})::text")),
        AnyConnection::Sqlite(conn) => {
            let sql = format!("SELECT name AS line FROM pragma_table_info('{table}') ORDER BY cid");
            let columns: Vec<Line> = diesel::sql_query(sql).load(conn)?;
            let shown: Vec<String> =
                columns.iter().map(|c| format!("'{0}', quote(\"{0}\")", c.line)).collect();
            Ok(format!("json_object({})", shown.join(", ")))
        }
    }
}
