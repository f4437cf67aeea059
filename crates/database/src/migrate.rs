//! Migrations: embedded for both databases under the same names.

use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use foundation::{Error, Result};

use super::connection::{Purpose, prepare};
use super::{AnyConnection, DatabaseUrl, Db, locks};

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// Applies what is missing and returns the names of what was applied.
///
/// On PostgreSQL an advisory lock makes several processes that start at once take turns.
pub fn migrate(url: &DatabaseUrl) -> Result<Vec<String>> {
    use diesel::Connection;
    if let DatabaseUrl::Sqlite(path) = url
        && let Some(parent) = path.parent()
    {
        std::fs::create_dir_all(parent).map_err(Error::internal)?;
    }
    let mut conn = AnyConnection::establish(&url.connection_string())
        .map_err(|e| Error::Unavailable(format!("cannot open {url}: {e}").into()))?;
    prepare(&mut conn, Purpose::Write)?;
    match &mut conn {
        AnyConnection::Sqlite(conn) => apply(conn, SQLITE),
        AnyConnection::Postgres(conn) => {
            let lock = format!("SELECT pg_advisory_lock({})", locks::MIGRATING);
            diesel::RunQueryDsl::execute(diesel::sql_query(lock), conn)?;
            apply(conn, POSTGRES)
        }
    }
}

/// Whether every migration is applied.
pub fn is_current(db: &Db) -> Result<bool> {
    db.read_blocking(|conn| {
        match conn {
            AnyConnection::Sqlite(conn) => conn.has_pending_migration(SQLITE),
            AnyConnection::Postgres(conn) => conn.has_pending_migration(POSTGRES),
        }
        .map(|pending| !pending)
        .map_err(Error::internal)
    })
}

fn apply<C, D>(conn: &mut C, migrations: EmbeddedMigrations) -> Result<Vec<String>>
where
    C: MigrationHarness<D>,
    D: diesel::backend::Backend,
    EmbeddedMigrations: diesel::migration::MigrationSource<D>,
{
    let applied = conn
        .run_pending_migrations(migrations)
        .map_err(|e| Error::internal(format_args!("migration: {e}")))?;
    Ok(applied.iter().map(ToString::to_string).collect())
}
