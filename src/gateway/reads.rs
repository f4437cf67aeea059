//! What calls that were passed on come to, and which of them have no trace.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::db::AnyConnection;
use crate::db::schema::gateway_calls;
use crate::db::sql::{Sql, load};
use crate::foundation::{ProjectKey, Result, Timestamp};

/// Calls that a provider bills: it answered, or nobody knows that it did not.
const BILLED: &str = "is_billed AND (status BETWEEN 200 AND 299 OR state = 'unknown')";

/// Billed calls of one model on one day.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct Counted {
    /// Days since 1970-01-01, in UTC.
    #[diesel(sql_type = BigInt)]
    pub day: i64,
    #[diesel(sql_type = Text)]
    pub provider: String,
    /// Empty where no answer said it.
    #[diesel(sql_type = Text)]
    pub model: String,
    #[diesel(sql_type = BigInt)]
    pub billed: i64,
    #[diesel(sql_type = BigInt)]
    pub traced: i64,
}

/// Billed calls by day and model.
pub fn counted(
    conn: &mut AnyConnection,
    project: ProjectKey,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<Counted>> {
    let sql = Sql::new("SELECT began_at / 86400000000 AS day, provider, COALESCE(model, '') AS model, ")
        .sql("CAST(COUNT(*) AS BIGINT) AS billed, CAST(COUNT(traced_at) AS BIGINT) AS traced ")
        .sql("FROM gateway_calls WHERE project = ")
        .whole(project.0)
        .sql(" AND began_at >= ")
        .whole(from.0)
        .sql(" AND began_at < ")
        .whole(to.0)
        .sql(format!(" AND {BILLED} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"));
    load(conn, sql)
}

/// A call without a trace.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = gateway_calls)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct Untraced {
    pub number: i64,
    pub provider: String,
    pub path: String,
    pub state: String,
    pub reason: Option<String>,
    pub model: Option<String>,
    pub began_at: Timestamp,
}

/// Billed calls that have no trace, the newest first. Those that are under way are not among them.
pub fn untraced(
    conn: &mut AnyConnection,
    project: ProjectKey,
    from: Timestamp,
    to: Timestamp,
    most: i64,
) -> Result<Vec<Untraced>> {
    let rows = gateway_calls::table
        .filter(gateway_calls::project.eq(project))
        .filter(gateway_calls::began_at.ge(from).and(gateway_calls::began_at.lt(to)))
        .filter(gateway_calls::is_billed.eq(true).and(gateway_calls::traced_at.is_null()))
        .filter(
            gateway_calls::state.eq("unknown").or(gateway_calls::status.assume_not_null().between(200, 299)),
        )
        .order(gateway_calls::number.desc())
        .select(Untraced::as_select())
        .limit(most)
        .load(conn)?;
    Ok(rows)
}

/// Whether any call of a project was passed on in a time.
pub fn has_calls(
    conn: &mut AnyConnection,
    project: ProjectKey,
    from: Timestamp,
    to: Timestamp,
) -> Result<bool> {
    let of = gateway_calls::table
        .filter(gateway_calls::project.eq(project))
        .filter(gateway_calls::began_at.ge(from).and(gateway_calls::began_at.lt(to)));
    Ok(diesel::select(diesel::dsl::exists(of)).get_result(conn)?)
}
