//! The board: the orders of one state with what is stuck first, and how many stand where.
//!
//! Each lane is one question that an index answers in its order. Orders of somebody are found by who they belong to instead:
//! among a hundred thousand orders that reads theirs and no others. A plus before a column says so to SQLite, which would else
//! go through the lane in its order until it has found enough.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Text};

use super::{Backend, Filter, OrderRow, matching};
use crate::db::AnyConnection;
use crate::db::schema::orders;
use crate::foundation::{ProjectKey, Result, Timestamp};
use crate::work_orders::model::Status;

/// Up to how many orders of a state are counted: a lane that is fuller says so, and its list has them all.
pub const COUNTED: i64 = 1_000;

/// How many orders stand in a state; a number above [`COUNTED`] says that there are more than that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LaneCount {
    pub all: i64,
    /// Past their due time, where the state is one that can be late.
    pub late: i64,
}

/// Up to `limit` orders of a state: those with a failed step, then by due day, so that the latest come first, then those
/// without a day, what changed last first. The filter's own state is not asked.
pub fn lane(
    conn: &mut AnyConnection,
    project: ProjectKey,
    filter: &Filter,
    status: Status,
    limit: i64,
) -> Result<Vec<OrderRow>> {
    let query = in_state(project, filter, status).limit(limit);
    let due = (orders::open_until.is_null().asc(), orders::open_until.asc());
    let newest = (orders::updated_at.desc(), orders::order_id.desc());
    let failed_first =
        if is_of_somebody(filter) { "+orders.steps_failed = 0" } else { "orders.steps_failed = 0" };
    let query = query.order((sql::<Bool>(failed_first).asc(), due.0, due.1, newest.0, newest.1));
    Ok(query.select(OrderRow::as_select()).load(conn)?)
}

/// How many orders a lane has, and how many of them are late at `now`.
pub fn count(
    conn: &mut AnyConnection,
    project: ProjectKey,
    filter: &Filter,
    status: Status,
    now: Timestamp,
) -> Result<LaneCount> {
    let all = counted(conn, in_state(project, filter, status))?;
    if all == 0 || status.is_done() || status.is_final() {
        return Ok(LaneCount { all, late: 0 });
    }
    let query = in_state(project, filter, status);
    let late = if is_of_somebody(filter) {
        query.filter(sql::<Bool>("+orders.open_until < ").bind::<BigInt, _>(now.0))
    } else {
        query.filter(orders::open_until.lt(now))
    };
    Ok(LaneCount { all, late: counted(conn, late)? })
}

/// Counts no further than it takes to know that there are more than [`COUNTED`]: tens of thousands cost tens of milliseconds.
fn counted(conn: &mut AnyConnection, query: orders::BoxedQuery<'static, Backend>) -> Result<i64> {
    let ones: Vec<i32> = query.select(sql::<Integer>("1")).limit(COUNTED + 1).load(conn)?;
    Ok(i64::try_from(ones.len()).unwrap_or(COUNTED))
}

/// Whether few orders are meant, which are found by whose they are.
fn is_of_somebody(filter: &Filter) -> bool {
    filter.own.is_some() || filter.assignee.is_some()
}

/// Whose orders are meant is asked of an index alone, which gives their ids; the rows are then found by these.
fn in_state(project: ProjectKey, filter: &Filter, status: Status) -> orders::BoxedQuery<'static, Backend> {
    if !is_of_somebody(filter) {
        return matching(project, &Filter { status: Some(status), ..filter.clone() });
    }
    let rest = Filter { status: None, own: None, assignee: None, ..filter.clone() };
    let mut query = matching(project, &rest);
    if let Some(account) = filter.assignee.clone() {
        query = query.filter(
            sql::<Bool>("orders.order_id IN (SELECT o.order_id FROM orders o WHERE o.project = ")
                .bind::<BigInt, _>(project.0)
                .sql(" AND o.assignee_account = ")
                .bind::<Text, _>(account)
                .sql(" AND o.status = ")
                .bind::<Text, _>(status.as_str())
                .sql(")"),
        );
    }
    match filter.own.clone() {
        Some(account) => of_own(query, project, filter, &account, status),
        None => query,
    }
}

/// Those that somebody has, wrote or answers for.
fn of_own(
    query: orders::BoxedQuery<'static, Backend>,
    project: ProjectKey,
    filter: &Filter,
    account: &str,
    status: Status,
) -> orders::BoxedQuery<'static, Backend> {
    let own = sql::<Bool>("orders.order_id IN (SELECT o.order_id FROM orders o WHERE o.project = ")
        .bind::<BigInt, _>(project.0)
        .sql(" AND o.assignee_account = ")
        .bind::<Text, _>(account.to_owned())
        .sql(" AND o.status = ")
        .bind::<Text, _>(status.as_str())
        .sql(" UNION ALL SELECT o.order_id FROM orders o WHERE o.project = ")
        .bind::<BigInt, _>(project.0)
        .sql(" AND o.owner = ")
        .bind::<Text, _>(account.to_owned())
        .sql(" AND o.status = ")
        .bind::<Text, _>(status.as_str());
    match filter.answering.clone() {
        None => query.filter(own.sql(")")),
        Some(person) => query.filter(
            own.sql(" UNION ALL SELECT o.order_id FROM orders o WHERE o.project = ")
                .bind::<BigInt, _>(project.0)
                .sql(" AND o.accountable = ")
                .bind::<Text, _>(person)
                .sql(" AND o.status = ")
                .bind::<Text, _>(status.as_str())
                .sql(")"),
        ),
    }
}
