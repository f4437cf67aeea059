//! What others see of prices: the rows behind ids, the list with what is in force, calls whose price nobody knows.

use std::collections::HashMap;
use std::sync::Arc;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

use super::store::{self, GENERAL};
use crate::db::schema::{observations, price_tables, traces};
use crate::db::{AnyConnection, each};
use crate::foundation::{ProjectKey, Result, Timestamp};
use prices::book::{Book, Index};
use prices::model::PriceRow;

pub use super::store::TableRow;

/// Prices by their ids; an id that no price of this project has is left out.
pub fn prices(conn: &mut AnyConnection, project: ProjectKey, ids: &[&str]) -> Result<Vec<PriceRow>> {
    store::by_ids(conn, project, ids)
}

/// The source of a cost in words, by the id that the observation names:
/// `gpt-4o, table 2026-11, input 2.50, output 10.00 $/M`.
pub fn named(conn: &mut AnyConnection, project: ProjectKey, ids: &[&str]) -> Result<HashMap<String, String>> {
    let labels = labels(conn, project)?;
    let words = |row: PriceRow| {
        let label = labels.get(&(row.is_own, row.version)).map_or("?", String::as_str);
        let rates: Vec<String> =
            row.price.rates.named().map(|(name, rate)| format!("{name} {rate}")).collect();
        let whose = if row.is_own { "own price" } else { "table" };
        let text = format!("{}, {whose} {label}, {} $/M", row.price.model, rates.join(", "));
        (row.id, text)
    };
    Ok(store::by_ids(conn, project, ids)?.into_iter().map(words).collect())
}

/// The labels of the versions by whose they are.
pub fn labels(conn: &mut AnyConnection, project: ProjectKey) -> Result<HashMap<(bool, i64), String>> {
    let tables = store::tables(conn, project)?;
    Ok(tables.into_iter().map(|row| ((row.project != GENERAL, row.version), row.label)).collect())
}

/// The versions that a project's prices come from, newest first.
pub fn tables(conn: &mut AnyConnection, project: ProjectKey) -> Result<Vec<TableRow>> {
    store::tables(conn, project)
}

/// Whether a table of everybody's has this label.
pub fn has_table(conn: &mut AnyConnection, label: &str) -> Result<bool> {
    let found = price_tables::table
        .filter(price_tables::project.eq(GENERAL))
        .filter(price_tables::label.eq(label))
        .select(price_tables::version)
        .first::<i64>(conn);
    Ok(found.optional()?.is_some())
}

/// Every price a project may be charged by, its own first, then by model.
pub fn all(conn: &mut AnyConnection, project: ProjectKey) -> Result<Vec<PriceRow>> {
    let mut rows = store::prices(conn, project)?;
    rows.extend(store::prices(conn, GENERAL)?);
    rows.sort_by(|a, b| {
        let key = |row: &PriceRow| {
            (!row.is_own, row.price.model.to_lowercase(), std::cmp::Reverse((row.price.from, row.version)))
        };
        key(a).cmp(&key(b))
    });
    Ok(rows)
}

/// A model whose price nobody knows, and what was seen of it.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct UnknownModel {
    /// The model, as sent.
    #[diesel(sql_type = Text)]
    pub model: String,
    /// Its provider, as one of the calls said.
    #[diesel(sql_type = Nullable<Text>)]
    pub provider: Option<String>,
    #[diesel(sql_type = BigInt)]
    pub calls: i64,
    /// Tokens of all kinds.
    #[diesel(sql_type = BigInt)]
    pub tokens: i64,
    /// When the last call began.
    #[diesel(sql_type = BigInt)]
    pub last_at: i64,
}

/// Models without a price among the calls begun since a moment, most calls first; a call that two instrumentations saw
/// counts once.
pub fn unknown_models(
    conn: &mut AnyConnection,
    project: ProjectKey,
    since: Timestamp,
    limit: usize,
) -> Result<Vec<UnknownModel>> {
    let sql = |a: &str, b: &str, c: &str| {
        format!(
            "SELECT model, max(provider) AS provider, count(*) AS calls, \
             CAST(sum(uncached_input + cached_read + cache_write + output_tokens + reasoning) AS BIGINT) AS tokens, \
             max(start_at) AS last_at FROM observations \
             WHERE project = {a} AND start_at >= {b} AND cost_nanos IS NULL AND usage_convention IS NOT NULL \
             AND model IS NOT NULL AND counted \
             GROUP BY model ORDER BY calls DESC, model LIMIT {c}"
        )
    };
    let sql = if conn.is_sqlite() { sql("?", "?", "?") } else { sql("$1", "$2", "$3") };
    let rows = each!(conn, |c| diesel::sql_query(sql)
        .bind::<BigInt, _>(project.0)
        .bind::<BigInt, _>(since.0)
        .bind::<BigInt, _>(i64::try_from(limit).unwrap_or(i64::MAX))
        .load::<UnknownModel>(c))?;
    Ok(rows)
}

/// Cost and price of an observation: no price beside a cost means that the client said it.
pub fn cost_of(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    observation_id: &str,
) -> Result<Option<(Option<i64>, Option<String>)>> {
    Ok(observations::table
        .find((project, trace_id, observation_id))
        .select((observations::cost_nanos, observations::price))
        .first(conn)
        .optional()?)
}

/// A call that a price was computed for.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = observations)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct PricedCall {
    pub trace_id: String,
    pub observation_id: String,
    pub name: Option<String>,
    /// The model, as sent.
    pub model: Option<String>,
    /// What it cost, in nano-dollars.
    pub cost_nanos: Option<i64>,
    /// When it began.
    pub start_at: Option<Timestamp>,
}

/// Calls that a price computed: how many, and the first of them by trace.
pub fn priced_by(
    conn: &mut AnyConnection,
    project: ProjectKey,
    price: &str,
    limit: i64,
) -> Result<(i64, Vec<PricedCall>)> {
    let of_price = || {
        observations::table.filter(observations::project.eq(project)).filter(observations::price.eq(price))
    };
    let count = of_price().count().get_result(conn)?;
    let calls = of_price()
        .order((observations::trace_id.asc(), observations::observation_id.asc()))
        .limit(limit)
        .select(PricedCall::as_select())
        .load(conn)?;
    Ok((count, calls))
}

/// What is stored of a call, to price it anew.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = observations)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
#[expect(missing_docs, reason = "columns are described by the migration")]
pub struct StoredCall {
    pub trace_id: String,
    pub observation_id: String,
    pub model: Option<String>,
    pub provider: Option<String>,
    pub start_at: Option<Timestamp>,
    pub uncached_input: i64,
    pub cached_read: i64,
    pub cache_write: i64,
    pub output_tokens: i64,
    pub reasoning: i64,
    pub cost_nanos: Option<i64>,
    pub price: Option<String>,
    pub counted: bool,
    pub revision: Vec<u8>,
}

/// Calls whose cost has no parts, in the order of their keys, after a key.
pub fn without_parts(
    conn: &mut AnyConnection,
    project: ProjectKey,
    after: Option<&(String, String)>,
    limit: i64,
) -> Result<Vec<StoredCall>> {
    use observations as o;
    let mut query = o::table
        .filter(o::project.eq(project))
        .filter(o::cost_nanos.is_not_null())
        .filter(o::input_nanos.is_null())
        .into_boxed();
    if let Some((trace, observation)) = after {
        let later = o::trace_id.eq(trace).and(o::observation_id.gt(observation));
        // The first condition is the index's.
        query = query.filter(o::trace_id.ge(trace)).filter(o::trace_id.gt(trace).or(later));
    }
    let query = query.order((o::trace_id.asc(), o::observation_id.asc())).limit(limit);
    Ok(query.select(StoredCall::as_select()).load(conn)?)
}

/// Calls without a provided cost, in the order of their keys, after a key.
pub fn repriceable(
    conn: &mut AnyConnection,
    project: ProjectKey,
    scope: &super::events::RepriceScope,
    after: Option<&(String, String)>,
    limit: i64,
) -> Result<Vec<StoredCall>> {
    use observations as o;
    let mut query = o::table
        .filter(o::project.eq(project))
        .filter(o::usage_convention.is_not_null())
        .filter(o::model.is_not_null())
        .filter(o::price.is_not_null().or(o::cost_nanos.is_null()))
        .into_boxed();
    if let Some(from) = scope.from {
        query = query.filter(o::start_at.ge(from));
    }
    if let Some(until) = scope.until {
        query = query.filter(o::start_at.lt(until));
    }
    if let Some(model) = &scope.model {
        query = query.filter(o::model.eq(model));
    }
    if let Some((trace, observation)) = after {
        let later = o::trace_id.eq(trace).and(o::observation_id.gt(observation));
        query = query.filter(o::trace_id.gt(trace).or(later));
    }
    Ok(query
        .order((o::trace_id.asc(), o::observation_id.asc()))
        .limit(limit)
        .select(StoredCall::as_select())
        .load(conn)?)
}

/// When a trace was first stored; a start for calls that did not say theirs.
pub(super) fn first_arrival(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
) -> Result<Option<Timestamp>> {
    Ok(traces::table.find((project, trace_id)).select(traces::first_arrival_at).first(conn).optional()?)
}

/// The book of a project, read now and kept by nobody.
pub fn book(conn: &mut AnyConnection, project: ProjectKey) -> Result<Book> {
    let general = Index::new(store::prices(conn, GENERAL)?);
    Ok(Book::new(Arc::new(general), store::prices(conn, project)?))
}
