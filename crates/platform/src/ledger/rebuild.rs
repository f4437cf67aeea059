//! Remakes every projected table from the events, or only checks that a rebuild would change nothing.
//!
//! A rebuild is one transaction: readers see the old tables or the new ones, never a half. Appends wait meanwhile; on
//! PostgreSQL for five seconds at most, then they are refused, so a large installation rebuilds while the server is stopped.
//! A check replays into private tables beside the real ones, in a snapshot ([`Db::aside`]): nobody waits for it.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use serde_json::{Map, Value};

use crate::db::{AnyConnection, Db, Stored, Tx, each};
use crate::foundation::{Actor, Result};

use super::{Ledger, Projection, Stream, events};

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

/// Replays into private tables and compares what is stored with them.
pub fn check(db: &Db, ledger: &Ledger) -> Result<Rebuilt> {
    let tables: Vec<&str> = tables_of(ledger).map(|(_, table)| table).collect();
    db.aside(&tables, |tx, stored| {
        let events = replay_into_empty(tx, ledger)?;
        let mut differences = Vec::new();
        for (projection, table) in tables_of(ledger) {
            differences.extend(difference(tx.conn, stored, projection, table)?);
        }
        Ok(Rebuilt { events, differences })
    })
}

fn tables_of(ledger: &Ledger) -> impl Iterator<Item = (&Projection, &'static str)> {
    ledger.projections().iter().flat_map(|p| p.tables.iter().map(move |table| (p, *table)))
}

/// Remakes the read tables in the caller's transaction; gives the number of events.
pub fn remake(tx: &mut Tx<'_>, ledger: &Ledger) -> Result<u64> {
    replay(tx, ledger)
}

/// Projects the newest event of a stream once more, for rows that an older version wrote.
pub fn project_newest(tx: &mut Tx<'_>, ledger: &Ledger, stream: &Stream) -> Result<()> {
    let events = events::read_stream(tx.conn, stream, None)?;
    events.last().map_or(Ok(()), |newest| ledger.project(tx, newest))
}

fn replay(tx: &mut Tx<'_>, ledger: &Ledger) -> Result<u64> {
    lock(tx.conn)?;
    for projection in ledger.projections().iter().rev() {
        reset(tx.conn, projection)?;
    }
    replay_into_empty(tx, ledger)
}

fn replay_into_empty(tx: &mut Tx<'_>, ledger: &Ledger) -> Result<u64> {
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
    stored: &Stored,
    projection: &Projection,
    table: &'static str,
) -> Result<Option<Difference>> {
    let line = line_of(conn, table)?;
    let lines = |of: &str| format!("SELECT {line} AS line FROM {of} AS whole");
    let (before, after) = (lines(&stored.is_at(table)), lines(table));
    let (stored_only, mut rows) = lines_only_in(conn, &before, &after, '-')?;
    let (rebuilt_only, made) = lines_only_in(conn, &after, &before, '+')?;
    // Where somebody took a table's key away, a row may stand there twice.
    let surplus = count(conn, &before)? - count(conn, &after)? - stored_only + rebuilt_only;
    if stored_only == 0 && rebuilt_only == 0 && surplus == 0 {
        return Ok(None);
    }
    rows.extend(made);
    Ok(Some(Difference {
        projection: projection.name,
        table,
        stored_only: stored_only + surplus.max(0),
        rebuilt_only,
        rows,
    }))
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

/// How many lines only `here` has, and the first of them; a line that stands there twice is one, since `EXCEPT ALL` is not
/// in SQLite.
fn lines_only_in(
    conn: &mut AnyConnection,
    here: &str,
    there: &str,
    mark: char,
) -> Result<(i64, Vec<String>)> {
    let only = format!("SELECT line FROM ({here}) AS h EXCEPT SELECT line FROM ({there}) AS t");
    let count = count(conn, &only)?;
    let first = format!("SELECT line FROM ({only}) AS o ORDER BY line LIMIT {SHOWN}");
    let lines: Vec<Line> = each!(conn, |inner| diesel::sql_query(first).load(inner))?;
    Ok((count, lines.into_iter().map(|row| format!("{mark} {}", row.line)).collect()))
}

fn count(conn: &mut AnyConnection, lines: &str) -> Result<i64> {
    let counting = format!("SELECT COUNT(*) AS count FROM ({lines}) AS counted_lines");
    let counts: Vec<Count> = each!(conn, |inner| diesel::sql_query(counting).load(inner))?;
    Ok(counts.first().map_or(0, |row| row.count))
}

/// An SQL expression for one row, called `whole`, as text with its column names.
fn line_of(conn: &mut AnyConnection, table: &str) -> Result<String> {
    match conn {
        AnyConnection::Postgres(_) => Ok("row_to_json(whole)::text".to_owned()),
        AnyConnection::Sqlite(conn) => {
            let sql = format!("SELECT name AS line FROM pragma_table_info('{table}') ORDER BY cid");
            let columns: Vec<Line> = diesel::sql_query(sql).load(conn)?;
            let shown: Vec<String> =
                columns.iter().map(|c| format!("'{0}', {1}", c.line, literal(&c.line))).collect();
            Ok(format!("json_object({})", shown.join(", ")))
        }
    }
}

/// A value of a column as SQL writes it. `quote` ends a text at its first NUL, so such a text is shown in hex.
fn literal(column: &str) -> String {
    format!(
        "CASE WHEN typeof(\"{column}\") = 'text' AND instr(CAST(\"{column}\" AS BLOB), x'00') > 0
         THEN 'hex ' || hex(\"{column}\") ELSE quote(\"{column}\") END"
    )
}
