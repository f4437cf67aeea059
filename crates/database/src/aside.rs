//! A place beside the two doors, for whoever computes anew what is stored and compares: private tables that hide the real
//! ones by their names, in one snapshot, on a connection of its own. Nobody waits for it, and nothing of it is kept.

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::Text;

use foundation::{Actor, Error, Result};

use super::connection::Purpose;
use super::{AnyConnection, Db, Tx, each};

impl Db {
    /// Runs the closure in a snapshot in which each of these tables is hidden by an empty private one of the same shape:
    /// whoever names such a table means the private one, and [`Stored::is_at`] says how the hidden one is named.
    ///
    /// It ends in a rollback, whatever comes out. On PostgreSQL every other table can be read only.
    pub fn aside<T>(&self, tables: &[&str], f: impl FnOnce(&mut Tx<'_>, &Stored) -> Result<T>) -> Result<T> {
        let (mut conn, actor, now) = (self.own_connection(Purpose::Aside)?, Actor::system(), self.now());
        let mut found = None;
        let rolled_back = conn.transaction(|conn| {
            let stored = hide(conn, tables)?;
            found = Some(f(&mut Tx::new(conn, &actor, now), &stored));
            Err::<(), _>(Error::refused("what is computed aside is not kept"))
        });
        found.unwrap_or_else(|| rolled_back.and(Err(Error::internal("nothing was computed aside"))))
    }
}

/// Where the real tables are while private ones hide them.
#[derive(Clone, Debug)]
pub struct Stored {
    schema: String,
}

impl Stored {
    /// The full name of a hidden table.
    pub fn is_at(&self, table: &str) -> String {
        format!("{}.{table}", self.schema)
    }
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

fn hide(conn: &mut AnyConnection, tables: &[&str]) -> Result<Stored> {
    if !conn.is_sqlite() {
        conn.batch_execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")?;
        let schema = lines(conn, "SELECT quote_ident(current_schema()) AS line")?.pop();
        let stored = Stored { schema: schema.ok_or_else(|| Error::internal("there is no schema"))? };
        for table in tables {
            let like = stored.is_at(table);
            conn.batch_execute(&format!("CREATE TEMPORARY TABLE {table} (LIKE {like} INCLUDING ALL)"))?;
        }
        // Private tables can be written all the same.
        conn.batch_execute("SET TRANSACTION READ ONLY")?;
        return Ok(stored);
    }
    conn.batch_execute("PRAGMA defer_foreign_keys = ON")?;
    for table in tables {
        let made = format!(
            "SELECT sql AS line FROM main.sqlite_master WHERE tbl_name = '{table}' AND type IN ('table', 'index')
             AND sql IS NOT NULL ORDER BY type DESC, name"
        );
        for sql in lines(conn, &made)? {
            conn.batch_execute(&private(&sql))?;
        }
    }
    Ok(Stored { schema: "main".to_owned() })
}

/// The statement that made a table or an index, for a private one. SQLite keeps each with its first words in one form.
fn private(sql: &str) -> String {
    for (kept, own) in [
        ("CREATE TABLE ", "CREATE TEMPORARY TABLE "),
        ("CREATE INDEX ", "CREATE INDEX temp."),
        ("CREATE UNIQUE INDEX ", "CREATE UNIQUE INDEX temp."),
    ] {
        if let Some(rest) = sql.strip_prefix(kept) {
            return format!("{own}{rest}");
        }
    }
    sql.to_owned()
}

fn lines(conn: &mut AnyConnection, sql: &str) -> Result<Vec<String>> {
    let rows: Vec<Line> = each!(conn, |inner| diesel::sql_query(sql).load(inner))?;
    Ok(rows.into_iter().map(|row| row.line).collect())
}
