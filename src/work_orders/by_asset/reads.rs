//! The orders of assets, by the codes of those in small letters; with `own`, only orders that are this account's own, as in every list: what
//! it wrote, was given, has claimed or answers for ([`OrderRow::tie`]).

use std::collections::BTreeMap;

use diesel::dsl::{Desc, sql};
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};

use crate::db::AnyConnection;
use crate::db::schema::orders;
use crate::db::sql::{Sql, load};
use crate::foundation::{ProjectKey, Result, Timestamp};
use crate::work_orders::model::Status;
use crate::work_orders::reads::OrderRow;

type Backend = <AnyConnection as Connection>::Backend;

/// Codes that one query asks about.
const AT_ONCE: usize = 500;

/// Orders that somebody has claimed or answers for, up to their project: as ids, so that all else is still read off the index of assets
/// alone.
const AMONG: &str = " OR order_id IN (SELECT o.order_id FROM orders o WHERE o.project = ";

/// How many orders of one asset are to do, and how many of those are late.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Open {
    pub open: i64,
    pub late: i64,
}

/// Whether the orders of assets are still to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    Open,
    Ended,
}

/// Orders that name one asset.
#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = Text)]
    code: String,
    #[diesel(sql_type = BigInt)]
    total: i64,
    #[diesel(sql_type = BigInt)]
    late: i64,
}

/// Open and late orders by code, for every code that an open order names.
pub fn counts(
    conn: &mut AnyConnection,
    project: ProjectKey,
    own: Option<&str>,
    now: Timestamp,
) -> Result<BTreeMap<String, Open>> {
    let open: Vec<String> = words(Which::Open).into_iter().map(str::to_owned).collect();
    let mut condition = Sql::new(" AND ").then(Sql::one_of("status", &open));
    if let Some(account) = own {
        condition = condition.sql(" AND (assignee_account = ").text(account);
        condition = condition.sql(" OR owner = ").text(account).sql(AMONG).whole(project.0);
        condition = condition.sql(" AND o.claimed_by = ").text(account).sql(")").sql(AMONG).whole(project.0);
        condition = condition.sql(" AND o.accountable = ").text(account).sql("))");
    }
    let rows = grouped(conn, project, now, condition)?;
    let count = |row: CountRow| (row.code, Open { open: row.total, late: row.late });
    Ok(rows.into_iter().map(count).collect())
}

/// How many orders name each tag, in small letters.
pub fn tags(conn: &mut AnyConnection, project: ProjectKey) -> Result<Vec<(String, i64)>> {
    let rows = grouped(conn, project, Timestamp(0), Sql::default())?;
    Ok(rows.into_iter().map(|row| (row.code, row.total)).collect())
}

/// From the index alone: the due day of an order that is to do is the one that it can be late for.
fn grouped(
    conn: &mut AnyConnection,
    project: ProjectKey,
    now: Timestamp,
    condition: Sql,
) -> Result<Vec<CountRow>> {
    let counts = "SELECT asset_key AS code, count(*) AS total, count(CASE WHEN due_at < ";
    let select = Sql::new(counts).whole(now.0).sql(" THEN 1 END) AS late FROM orders WHERE project = ");
    let select = select.whole(project.0).sql(" AND asset_key > ''").then(condition);
    load(conn, select.sql(" GROUP BY asset_key ORDER BY asset_key"))
}

/// A tag as the newest order that names it writes it, and what that calls the asset.
pub fn written(conn: &mut AnyConnection, project: ProjectKey, key: &str) -> Result<Option<(String, String)>> {
    let named = orders::table.filter(orders::project.eq(project)).filter(orders::asset_key.eq(key));
    let newest = named.order((newest(), orders::order_id.desc())).select(orders::order_id);
    let Some(id) = newest.first::<String>(conn).optional()? else { return Ok(None) };
    let row = orders::table.find((project, id)).select((orders::asset_tag, orders::asset_name));
    Ok(row.first(conn).optional()?)
}

/// Up to `limit` orders of assets: open ones by their due day, ended ones the newest first; and how many there are.
pub fn list(
    conn: &mut AnyConnection,
    project: ProjectKey,
    keys: &[String],
    own: Option<&str>,
    which: Which,
    limit: usize,
) -> Result<(Vec<OrderRow>, i64)> {
    let (mut rows, mut total) = (Vec::new(), 0);
    for keys in keys.chunks(AT_ONCE) {
        let of_keys = || {
            let of_project = of(project, own).filter(orders::asset_key.eq_any(keys.to_vec()));
            of_project.filter(orders::status.eq_any(words(which)))
        };
        total += of_keys().count().get_result::<i64>(conn)?;
        rows.extend(some(conn, project, of_keys(), which, limit)?);
    }
    match which {
        Which::Open => {
            rows.sort_by_key(|row: &OrderRow| (row.due_at.is_none(), row.due_at, row.order_id.clone()));
        }
        Which::Ended => rows.sort_by_key(|row| std::cmp::Reverse((row.updated_at, row.order_id.clone()))),
    }
    rows.truncate(limit);
    Ok((rows, total))
}

/// Ids are found in the index alone, however many orders there are; then the rows by their ids.
fn some(
    conn: &mut AnyConnection,
    project: ProjectKey,
    query: orders::BoxedQuery<'static, Backend>,
    which: Which,
    limit: usize,
) -> Result<Vec<OrderRow>> {
    let query = match which {
        Which::Open => {
            query.order((orders::due_at.is_null().asc(), orders::due_at.asc(), orders::order_id.asc()))
        }
        Which::Ended => query.order((newest(), orders::order_id.desc())),
    };
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let ids: Vec<String> = query.limit(limit).select(orders::order_id).load(conn)?;
    let rows = orders::table.filter(orders::project.eq(project)).filter(orders::order_id.eq_any(ids));
    Ok(rows.select(OrderRow::as_select()).load(conn)?)
}

/// As a sum: the index of times gives this order for nothing, and would read every order of the project for it.
fn newest() -> Desc<SqlLiteral<BigInt>> {
    sql::<BigInt>("+orders.updated_at").desc()
}

fn words(which: Which) -> Vec<&'static str> {
    let is_open = |status: &Status| !status.is_done() && !status.is_final();
    Status::ALL
        .into_iter()
        .filter(|status| is_open(status) == (which == Which::Open))
        .map(Status::as_str)
        .collect()
}

fn of(project: ProjectKey, own: Option<&str>) -> orders::BoxedQuery<'static, Backend> {
    let query = orders::table.filter(orders::project.eq(project)).into_boxed::<Backend>();
    let Some(account) = own.map(str::to_owned) else { return query };
    query.filter(
        sql::<Bool>("(assignee_account = ")
            .bind::<Text, _>(account.clone())
            .sql(" OR owner = ")
            .bind::<Text, _>(account.clone())
            .sql(AMONG)
            .bind::<BigInt, _>(project.0)
            .sql(" AND o.claimed_by = ")
            .bind::<Text, _>(account.clone())
            .sql(")")
            .sql(AMONG)
            .bind::<BigInt, _>(project.0)
            .sql(" AND o.accountable = ")
            .bind::<Text, _>(account)
            .sql("))"),
    )
}
