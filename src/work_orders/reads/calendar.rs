//! The calendar: which orders are due on which day, and what has no day.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};

use super::{Backend, Filter, OrderRow, matching};
use crate::db::AnyConnection;
use crate::db::schema::orders;
use crate::foundation::{ActorKind, ProjectKey, Result, Timestamp};

/// Open orders without a due day, in the words of their index: as text, for no index of a part of the rows serves a bound value.
pub(super) const WITHOUT_DAY: &str =
    "due_at IS NULL AND status IN ('draft', 'submitted', 'approved', 'in_progress', 'on_hold')";

/// Days that something is due on. What was written as a day is that day in every zone and ends at midnight in UTC; what was
/// written with a time belongs to the day of whoever reads it. So each is bounded by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueDays {
    /// Where the first day begins and the last one ends in UTC.
    pub days: (Timestamp, Timestamp),
    /// The same in the reader's zone.
    pub moments: (Timestamp, Timestamp),
}

/// What the calendar counts of an order, read off an index alone.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = orders)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct DueRow {
    pub order_id: String,
    pub due_at: Option<Timestamp>,
    /// The same while it is open.
    pub open_until: Option<Timestamp>,
    pub assignee_account: Option<String>,
    pub assignee_name: String,
    /// As stored.
    pub assignee_kind: String,
}

impl DueRow {
    /// The printed name of whoever has it; an agent says that it is one.
    pub fn assignee(&self) -> String {
        ActorKind::from_stored(&self.assignee_kind).marked(&self.assignee_name)
    }
}

/// Narrows a question to orders due on some days.
pub(super) fn on_days(
    query: orders::BoxedQuery<'static, Backend>,
    due: DueDays,
) -> orders::BoxedQuery<'static, Backend> {
    let (first, last) = (due.days.0.min(due.moments.0), due.days.1.max(due.moments.1));
    query.filter(orders::due_at.gt(first)).filter(orders::due_at.le(last)).filter(
        sql::<Bool>("(CASE WHEN orders.due_at % 86400000000 = 0 THEN orders.due_at > ")
            .bind::<BigInt, _>(due.days.0.0)
            .sql(" AND orders.due_at <= ")
            .bind::<BigInt, _>(due.days.1.0)
            .sql(" ELSE orders.due_at > ")
            .bind::<BigInt, _>(due.moments.0.0)
            .sql(" AND orders.due_at <= ")
            .bind::<BigInt, _>(due.moments.1.0)
            .sql(" END)"),
    )
}

/// Narrows a question to open orders that are due before a day, which begins here in UTC and in the reader's zone: together with
/// [`on_days`] from that day on, each order is in one of the two.
pub(super) fn before_day(
    query: orders::BoxedQuery<'static, Backend>,
    (day, moment): (Timestamp, Timestamp),
) -> orders::BoxedQuery<'static, Backend> {
    query.filter(orders::open_until.le(day.max(moment))).filter(
        sql::<Bool>("(CASE WHEN orders.open_until % 86400000000 = 0 THEN orders.open_until <= ")
            .bind::<BigInt, _>(day.0)
            .sql(" ELSE orders.open_until <= ")
            .bind::<BigInt, _>(moment.0)
            .sql(" END)"),
    )
}

/// Up to `limit` orders that are due on these days, by when they are due.
pub fn due_on(
    conn: &mut AnyConnection,
    project: ProjectKey,
    filter: &Filter,
    days: DueDays,
    limit: i64,
) -> Result<Vec<DueRow>> {
    let filter = Filter { due_between: Some(days), ..filter.clone() };
    let query = of_whom(project, &filter).order(orders::due_at.asc()).limit(limit);
    Ok(query.select(DueRow::as_select()).load(conn)?)
}

/// The rows with these ids, in any order.
pub fn with_ids(conn: &mut AnyConnection, project: ProjectKey, ids: &[String]) -> Result<Vec<OrderRow>> {
    let rows = orders::table.filter(orders::project.eq(project)).filter(orders::order_id.eq_any(ids));
    Ok(rows.select(OrderRow::as_select()).load(conn)?)
}

/// How many open orders have no due day.
pub fn without_day(conn: &mut AnyConnection, project: ProjectKey, filter: &Filter) -> Result<i64> {
    let filter = Filter { without_day: true, ..filter.clone() };
    Ok(of_whom(project, &filter).count().get_result(conn)?)
}

/// What matches; orders of somebody who sees only their own are found by who they belong to.
fn of_whom(project: ProjectKey, filter: &Filter) -> orders::BoxedQuery<'static, Backend> {
    let Some(account) = filter.own.clone() else { return matching(project, filter) };
    let rest = matching(project, &Filter { own: None, ..filter.clone() });
    let own = sql::<Bool>("orders.order_id IN (SELECT o.order_id FROM orders o WHERE o.project = ")
        .bind::<BigInt, _>(project.0)
        .sql(" AND o.assignee_account = ")
        .bind::<Text, _>(account.clone())
        .sql(" UNION ALL SELECT o.order_id FROM orders o WHERE o.project = ")
        .bind::<BigInt, _>(project.0)
        .sql(" AND o.owner = ")
        .bind::<Text, _>(account);
    match filter.answering.clone() {
        None => rest.filter(own.sql(")")),
        Some(person) => rest.filter(
            own.sql(" UNION ALL SELECT o.order_id FROM orders o WHERE o.project = ")
                .bind::<BigInt, _>(project.0)
                .sql(" AND o.accountable = ")
                .bind::<Text, _>(person)
                .sql(")"),
        ),
    }
}
