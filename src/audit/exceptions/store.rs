//! Rows of exceptions.

use diesel::prelude::*;

use crate::audit::events::Opened;
use crate::db::schema::exceptions;
use crate::db::{AnyConnection, each};
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

/// Which of these there already is for an order.
pub(in crate::audit) fn is_known(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order_id: &str,
    trace_id: &str,
    kind: &str,
) -> Result<bool> {
    let known = exceptions::table
        .filter(exceptions::project.eq(project))
        .filter(exceptions::order_id.eq(order_id))
        .filter(exceptions::trace_id.eq(trace_id))
        .filter(exceptions::kind.eq(kind))
        .select(exceptions::exception_id)
        .first::<String>(conn);
    Ok(known.optional()?.is_some())
}

/// Whether one of this kind waits for its answer in an order.
pub(in crate::audit) fn is_open(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order_id: &str,
    kind: &str,
) -> Result<bool> {
    let open = exceptions::table
        .filter(exceptions::project.eq(project))
        .filter(exceptions::order_id.eq(order_id))
        .filter(exceptions::kind.eq(kind))
        .filter(exceptions::resolved_at.is_null())
        .select(exceptions::exception_id)
        .first::<String>(conn);
    Ok(open.optional()?.is_some())
}

/// Whether one of this kind says the same of an order already, answered or not.
pub(in crate::audit) fn is_told(
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
    each!(conn, |c| diesel::insert_into(exceptions::table).values(row).on_conflict_do_nothing().execute(c))?;
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
