//! Several reads of one state.

use diesel::prelude::*;

use foundation::Result;

use super::AnyConnection;

/// Reads more than once from the same state of the database.
pub fn snapshot<T>(
    conn: &mut AnyConnection,
    read: impl FnOnce(&mut AnyConnection) -> Result<T>,
) -> Result<T> {
    conn.transaction(|conn| {
        if let AnyConnection::Postgres(conn) = conn {
            diesel::sql_query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY").execute(conn)?;
        }
        read(conn)
    })
}
