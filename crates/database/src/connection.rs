//! The connection type over both databases, and how a pooled one is prepared.

use diesel::connection::SimpleConnection;
use diesel::r2d2::{CustomizeConnection, Error as PoolError};
use diesel::{PgConnection, SqliteConnection};

/// A connection to either database.
///
/// SQLite stands last: it takes any text as a path, so it would swallow a PostgreSQL URL.
#[derive(diesel::MultiConnection)]
pub enum AnyConnection {
    /// A team's server.
    Postgres(PgConnection),
    /// The embedded default.
    Sqlite(SqliteConnection),
}

impl AnyConnection {
    /// Whether this is the embedded database.
    pub fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }
}

/// Runs the same diesel expression on the inner connection.
///
/// Batch inserts and `ON CONFLICT` do not compile on the multi connection itself.
#[macro_export]
macro_rules! each {
    ($conn:expr, |$inner:ident| $body:expr) => {
        match $conn {
            $crate::AnyConnection::Postgres($inner) => $body,
            $crate::AnyConnection::Sqlite($inner) => $body,
        }
    };
}

/// What a pooled connection is for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Purpose {
    Read,
    Write,
    /// Writing without waiting for the disk at every COMMIT, see [`super::DbOptions::is_lazy`].
    WriteLazily,
    /// Long work in private tables, see [`super::Db::aside`].
    Aside,
}

/// Sets the session up when the pool opens a connection.
#[derive(Debug)]
pub(super) struct Prepare(pub Purpose);

impl CustomizeConnection<AnyConnection, PoolError> for Prepare {
    fn on_acquire(&self, conn: &mut AnyConnection) -> Result<(), PoolError> {
        prepare(conn, self.0).map_err(PoolError::QueryError)
    }
}

/// `busy_timeout` comes first: the pragmas after it may have to wait for another process. Without recursive triggers
/// `INSERT OR REPLACE` would delete rows past the triggers that keep them.
const SQLITE_COMMON: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;";

const POSTGRES_COMMON: &str =
    "SET TIME ZONE 'UTC'; SET lock_timeout = '5s'; SET idle_in_transaction_session_timeout = '60s';";

pub(super) fn prepare(conn: &mut AnyConnection, purpose: Purpose) -> diesel::QueryResult<()> {
    match (conn, purpose) {
        (AnyConnection::Sqlite(conn), Purpose::Read) => {
            conn.batch_execute(SQLITE_COMMON)?;
            conn.batch_execute("PRAGMA cache_size = -4000; PRAGMA query_only = ON;")
        }
        (AnyConnection::Sqlite(conn), Purpose::Write) => {
            conn.batch_execute(SQLITE_COMMON)?;
            // Checkpoints run in the background, so that no writer waits for one.
            conn.batch_execute("PRAGMA cache_size = -32000; PRAGMA wal_autocheckpoint = 0;")
        }
        (AnyConnection::Sqlite(conn), Purpose::WriteLazily) => {
            conn.batch_execute(SQLITE_COMMON)?;
            // The log is brought to disk before a checkpoint copies it, so nothing is ever half there.
            conn.batch_execute(
                "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -32000; PRAGMA wal_autocheckpoint = 0;",
            )
        }
        (AnyConnection::Sqlite(conn), Purpose::Aside) => {
            conn.batch_execute(SQLITE_COMMON)?;
            // Private tables grow with the database, so they lie on disk.
            conn.batch_execute(
                "PRAGMA temp_store = FILE; PRAGMA cache_size = -16000; PRAGMA wal_autocheckpoint = 0;",
            )
        }
        (AnyConnection::Postgres(conn), Purpose::WriteLazily) => {
            conn.batch_execute(POSTGRES_COMMON)?;
            conn.batch_execute("SET synchronous_commit = off;")
        }
        (AnyConnection::Postgres(conn), _) => conn.batch_execute(POSTGRES_COMMON),
    }
}
