//! Rows of exceptions.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::audit::events::Opened;
use crate::db::AnyConnection;
use crate::db::schema::exceptions;
use crate::db::sql::{Sql, load};
use crate::foundation::{ProjectKey, Result, Timestamp};
use crate::ledger::Event;

/// A row of `exceptions`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = exceptions)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
#[expect(missing_docs, reason = "columns are described by the migration")]
pub struct ExceptionRow {
    pub project: ProjectKey,
    pub exception_id: String,
    pub order_id: String,
    pub trace_id: String,
    pub kind: String,
    pub detail: String,
    pub opened_at: Timestamp,
    pub opened_event: String,
    pub resolved_at: Option<Timestamp>,
    pub resolved_by: Option<String>,
    pub resolved_name: Option<String>,
    pub resolved_event: Option<String>,
    pub how: Option<String>,
    pub comment: Option<String>,
}

/// What an order was told of a kind and a trace so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::audit) enum Told {
    Never,
    /// It waits for its answer, which is about whatever is added meanwhile too.
    Open,
    /// Last answered then.
    Answered(Timestamp),
}

pub(in crate::audit) fn told(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order_id: &str,
    trace_id: &str,
    kind: &str,
) -> Result<Told> {
    let answers: Vec<Option<Timestamp>> = exceptions::table
        .filter(exceptions::project.eq(project))
        .filter(exceptions::order_id.eq(order_id))
        .filter(exceptions::trace_id.eq(trace_id))
        .filter(exceptions::kind.eq(kind))
        .select(exceptions::resolved_at)
        .load(conn)?;
    if answers.iter().any(Option::is_none) {
        return Ok(Told::Open);
    }
    Ok(answers.into_iter().flatten().max().map_or(Told::Never, Told::Answered))
}

/// Whether one of this kind says just this of an order, answered or not.
pub(in crate::audit) fn says_already(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order_id: &str,
    kind: &str,
    detail: &str,
) -> Result<bool> {
    let told = exceptions::table
        .filter(exceptions::project.eq(project))
        .filter(exceptions::order_id.eq(order_id))
        .filter(exceptions::kind.eq(kind))
        .filter(exceptions::detail.eq(detail))
        .select(exceptions::exception_id)
        .first::<String>(conn);
    Ok(told.optional()?.is_some())
}

/// Whether one of this kind about this trace says just this of an order, answered or not.
pub(in crate::audit) fn said_of_trace(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order_id: &str,
    (trace_id, kind): (&str, &str),
    detail: &str,
) -> Result<bool> {
    let told = exceptions::table
        .filter(exceptions::project.eq(project))
        .filter(exceptions::order_id.eq(order_id))
        .filter(exceptions::trace_id.eq(trace_id))
        .filter(exceptions::kind.eq(kind))
        .filter(exceptions::detail.eq(detail))
        .select(exceptions::exception_id)
        .first::<String>(conn);
    Ok(told.optional()?.is_some())
}

/// Calls of a trace that lack a name of their own and of the run that they are part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, QueryableByName)]
pub(in crate::audit) struct Nameless {
    /// All of them, whatever they name.
    #[diesel(sql_type = BigInt)]
    pub(in crate::audit) calls: i64,
    #[diesel(sql_type = BigInt)]
    pub(in crate::audit) agent: i64,
    #[diesel(sql_type = BigInt)]
    pub(in crate::audit) tenant: i64,
    #[diesel(sql_type = BigInt)]
    pub(in crate::audit) persona: i64,
    #[diesel(sql_type = BigInt)]
    pub(in crate::audit) workflow: i64,
}

/// How many calls of a trace lack what; of those that count.
pub(in crate::audit) fn nameless(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
) -> Result<Option<Nameless>> {
    let lacking = |column: &str| {
        format!("CAST(COALESCE(SUM(CASE WHEN {column} IS NULL THEN 1 ELSE 0 END), 0) AS BIGINT) AS {column}")
    };
    let columns = ["agent", "tenant", "persona", "workflow"].map(lacking).join(", ");
    let asking = Sql::new(format!("SELECT COUNT(*) AS calls, {columns} FROM observations WHERE project = "));
    let asking = asking.whole(project.0).sql(" AND trace_id = ").text(trace_id);
    let rows: Vec<Nameless> = load(conn, asking.sql(" AND kind = 'GENERATION' AND counted"))?;
    Ok(rows.into_iter().next())
}

/// Whether one of this kind about this trace waits for its answer and says just this.
pub(in crate::audit) fn waits_saying(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order_id: &str,
    (trace_id, kind): (&str, &str),
    detail: &str,
) -> Result<bool> {
    let waits = exceptions::table
        .filter(exceptions::project.eq(project))
        .filter(exceptions::order_id.eq(order_id))
        .filter(exceptions::trace_id.eq(trace_id))
        .filter(exceptions::kind.eq(kind))
        .filter(exceptions::detail.eq(detail))
        .filter(exceptions::resolved_at.is_null())
        .select(exceptions::exception_id)
        .first::<String>(conn);
    Ok(waits.optional()?.is_some())
}

pub(in crate::audit) fn open(conn: &mut AnyConnection, event: &Event, opened: &Opened) -> Result<()> {
    let row = (
        exceptions::project.eq(event.project),
        exceptions::exception_id.eq(&opened.id),
        exceptions::order_id.eq(&event.stream_id),
        exceptions::trace_id.eq(&opened.trace),
        exceptions::kind.eq(opened.kind.as_str()),
        exceptions::detail.eq(&opened.detail),
        exceptions::opened_at.eq(event.at),
        exceptions::opened_event.eq(&event.id),
    );
    diesel::insert_into(exceptions::table).values(row).execute(conn)?;
    Ok(())
}

pub(in crate::audit) fn resolve(
    conn: &mut AnyConnection,
    event: &Event,
    exception: &str,
    how: &str,
    comment: &str,
) -> Result<()> {
    let row = exceptions::table.find((event.project, exception));
    diesel::update(row)
        .set((
            exceptions::resolved_at.eq(Some(event.at)),
            exceptions::resolved_by.eq(Some(&event.actor)),
            exceptions::resolved_name.eq(Some(event.actor_name())),
            exceptions::resolved_event.eq(Some(&event.id)),
            exceptions::how.eq(Some(how)),
            exceptions::comment.eq(Some(comment)),
        ))
        .execute(conn)?;
    Ok(())
}
