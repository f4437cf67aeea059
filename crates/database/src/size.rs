//! How large the database is.

use foundation::Result;

use super::AnyConnection;
use super::sql::{Sql, numbers};

/// Bytes of the database on its disk, with its indexes and what is free inside; SQLite's log beside it is not counted.
pub fn size(conn: &mut AnyConnection) -> Result<i64> {
    let asking = Sql::new("SELECT ").either(
        "page_count * page_size FROM pragma_page_count(), pragma_page_size()",
        "pg_database_size(current_database())",
    );
    Ok(numbers(conn, asking)?.first().copied().unwrap_or_default())
}
