//! Everything that is derived from arrivals, computed anew and compared: the command `rebuild --check` asks for it.
//!
//! Reads only, trace by trace, each page of traces in a snapshot of its own: a server may run beside it. What was received
//! is what receipts in the log vouch for, so a row that is made from nothing received, and something received that no row
//! is made from, are differences too. What no arrival tells (see `docs/decisions/integrity.md`) is not looked at.

mod compare;
mod hours;
mod loaded;
mod orphans;
mod received;
mod roots;
mod scores;
mod series;
mod sessions;
mod trace;

use std::fmt;
use std::sync::Arc;

use diesel::Connection as _;
use diesel::connection::SimpleConnection as _;
use prices::book::Book;

use crate::db::{AnyConnection, Db};
use crate::foundation::{Digest, ProjectKey, Result};

pub(crate) use compare::first_difference;
pub use roots::{Roots, check_roots};

/// More differences than this are counted, not described.
const DESCRIBED: usize = 100;

/// Where a stored value is not what the arrivals make of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub table: &'static str,
    /// The row, by the columns of its key.
    pub key: String,
    pub column: String,
    /// As it is stored.
    pub stored: String,
    /// As it is made anew.
    pub made: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, key, column, stored, made } = self;
        write!(f, "{table} ({key}) {column}: stored {stored}, computed {made}")
    }
}

/// What was looked at and what is wrong.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    pub traces: u64,
    pub observations: u64,
    pub scores: u64,
    /// Hours whose sums were made anew; marked ones are read from the rows and have none.
    pub hours: u64,
    /// Erasures of before November 2026 name no packs: so many sealed receipts rest on their count alone.
    pub unnamed_erasures: u64,
    /// The first hundred.
    pub differences: Vec<Difference>,
    pub difference_count: u64,
}

impl Checked {
    fn differs(
        &mut self,
        table: &'static str,
        key: impl fmt::Display,
        column: impl Into<String>,
        stored: impl fmt::Display,
        made: impl fmt::Display,
    ) {
        self.difference_count += 1;
        if self.differences.len() < DESCRIBED {
            self.differences.push(Difference {
                table,
                key: key.to_string(),
                column: column.into(),
                stored: shortened(&stored.to_string()),
                made: shortened(&made.to_string()),
            });
        }
    }
}

fn shortened(text: &str) -> String {
    const MOST: usize = 200;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    text.chars().take(MOST).chain(['…']).collect()
}

/// What the checks ask of others.
pub struct Sources<'s> {
    /// The prices of a project, as they are stored.
    pub book: &'s dyn Fn(&mut AnyConnection, ProjectKey) -> Result<Arc<Book>>,
    /// A piece in object storage; `None` when it is not there.
    pub blob: &'s dyn Fn(ProjectKey, Digest) -> Result<Option<Vec<u8>>>,
    /// Is told now and then how many traces were looked at.
    pub progress: &'s dyn Fn(u64),
}

/// Reads in one snapshot of the database.
fn snapshot<T>(conn: &mut AnyConnection, read: impl FnOnce(&mut AnyConnection) -> Result<T>) -> Result<T> {
    conn.transaction(|conn| {
        if let AnyConnection::Postgres(inner) = conn {
            inner.batch_execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")?;
        }
        read(conn)
    })
}

/// Checks everything; an `Err` says that it could not be read, not that it is wrong.
pub fn check(db: &Db, sources: &Sources<'_>) -> Result<Checked> {
    let mut checked = Checked::default();
    trace::check_all(db, sources, &mut checked)?;
    db.read_blocking(|conn| snapshot(conn, |conn| orphans::check(conn, &mut checked)))?;
    received::check(db, &mut checked)?;
    sessions::check(db, &mut checked)?;
    scores::check(db, &mut checked)?;
    hours::check(db, &mut checked)?;
    series::check(db, &mut checked)?;
    Ok(checked)
}
