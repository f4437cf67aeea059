//! Rows of prices: versions and their prices in, a scope's prices out.

use diesel::prelude::*;

use super::reads::StoredCall;
use crate::db::schema::{observations, price_rows, price_tables, traces};
use crate::db::{AnyConnection, each};
use crate::foundation::{ProjectKey, Result, Timestamp};
use prices::model::{CostInParts, Price, PriceRow};

/// Everybody's prices.
pub(super) const GENERAL: ProjectKey = ProjectKey(0);
/// Rows in one statement.
const CHUNK: usize = 128;

/// A row of `price_tables`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = price_tables)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
#[expect(missing_docs, reason = "columns are described by the migration")]
pub struct TableRow {
    pub project: ProjectKey,
    pub version: i64,
    pub label: String,
    pub source: String,
    pub digest: Vec<u8>,
    pub added: i64,
    pub changed: i64,
    pub unchanged: i64,
    pub refused: i64,
    pub imported_at: Timestamp,
    pub imported_by: String,
}

/// A row of `price_rows`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = price_rows)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub(super) struct StoredPrice {
    pub(super) project: ProjectKey,
    pub(super) price_id: String,
    pub(super) version: i64,
    pub(super) model: String,
    pub(super) content: String,
}

impl StoredPrice {
    pub(super) fn read(self) -> Result<PriceRow> {
        let price: Price = serde_json::from_str(&self.content)?;
        Ok(PriceRow { id: self.price_id, is_own: self.project != GENERAL, version: self.version, price })
    }
}

pub(super) fn insert(conn: &mut AnyConnection, table: &TableRow, rows: &[StoredPrice]) -> Result<()> {
    each!(conn, |c| diesel::insert_into(price_tables::table).values(table).execute(c))?;
    for chunk in rows.chunks(CHUNK) {
        each!(conn, |c| diesel::insert_into(price_rows::table).values(chunk).execute(c))?;
    }
    Ok(())
}

/// The newest version of a scope; 0 when it has none.
pub(super) fn version(conn: &mut AnyConnection, project: ProjectKey) -> Result<i64> {
    let newest: Option<i64> = price_tables::table
        .filter(price_tables::project.eq(project))
        .select(diesel::dsl::max(price_tables::version))
        .first(conn)?;
    Ok(newest.unwrap_or(0))
}

/// Every price of a scope, old ones too, oldest version first.
pub(super) fn prices(conn: &mut AnyConnection, project: ProjectKey) -> Result<Vec<PriceRow>> {
    let rows: Vec<StoredPrice> = price_rows::table
        .filter(price_rows::project.eq(project))
        .order((price_rows::version.asc(), price_rows::model.asc(), price_rows::price_id.asc()))
        .select(StoredPrice::as_select())
        .load(conn)?;
    rows.into_iter().map(StoredPrice::read).collect()
}

/// Prices by their ids, of everybody or of a project.
pub(super) fn by_ids(conn: &mut AnyConnection, project: ProjectKey, ids: &[&str]) -> Result<Vec<PriceRow>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        let rows: Vec<StoredPrice> = each!(conn, |c| price_rows::table
            .filter(price_rows::project.eq_any([GENERAL, project]))
            .filter(price_rows::price_id.eq_any(chunk.iter().copied()))
            .select(StoredPrice::as_select())
            .load(c))?;
        for row in rows {
            found.push(row.read()?);
        }
    }
    Ok(found)
}

/// The versions that a project's prices come from, newest first.
pub(super) fn tables(conn: &mut AnyConnection, project: ProjectKey) -> Result<Vec<TableRow>> {
    Ok(price_tables::table
        .filter(price_tables::project.eq(GENERAL).or(price_tables::project.eq(project)))
        .order((price_tables::imported_at.desc(), price_tables::version.desc()))
        .select(TableRow::as_select())
        .load(conn)?)
}

/// A call's cost as computed anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NewCost {
    pub(super) trace_id: String,
    pub(super) observation_id: String,
    pub(super) revision: Vec<u8>,
    pub(super) counted: bool,
    pub(super) old: Option<i64>,
    pub(super) old_price: Option<String>,
    pub(super) start_at: Option<Timestamp>,
    pub(super) cost: CostInParts,
    pub(super) price: String,
}

/// Writes a cost, unless the call changed since it was read; tells whether it was written.
pub(super) fn set_cost(conn: &mut AnyConnection, project: ProjectKey, new: &NewCost) -> Result<bool> {
    type Found = (Vec<u8>, bool, Option<i64>, Option<String>);
    let key = (project, new.trace_id.as_str(), new.observation_id.as_str());
    let found: Option<Found> = observations::table
        .find(key)
        .select((
            observations::revision,
            observations::counted,
            observations::cost_nanos,
            observations::price,
        ))
        .first(conn)
        .optional()?;
    let wanted = (&new.revision, new.counted, new.old, &new.old_price);
    if found
        .as_ref()
        .is_none_or(|(revision, counted, cost, price)| (revision, *counted, *cost, price) != wanted)
    {
        return Ok(false);
    }
    let set = (
        observations::cost_nanos.eq(Some(new.cost.total.0)),
        observations::input_nanos.eq(Some(new.cost.input.0)),
        observations::output_nanos.eq(Some(new.cost.output().0)),
        observations::price.eq(Some(&new.price)),
    );
    diesel::update(observations::table.find(key)).set(set).execute(conn)?;
    Ok(true)
}

/// What a stored cost is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) stored: StoredCall,
    pub(super) input: i64,
    pub(super) output: i64,
}

/// Writes the parts of a cost that has none, unless the call changed since it was read; tells whether it was written.
pub(super) fn set_parts(conn: &mut AnyConnection, project: ProjectKey, parts: &Parts) -> Result<bool> {
    use observations as o;
    let Parts { stored, input, output } = parts;
    // Whoever names another price writes the parts with it.
    let row = o::table
        .filter(o::project.eq(project))
        .filter(o::trace_id.eq(&stored.trace_id))
        .filter(o::observation_id.eq(&stored.observation_id))
        .filter(o::revision.eq(&stored.revision))
        .filter(o::cost_nanos.eq(stored.cost_nanos))
        .filter(o::input_nanos.is_null());
    let set = (o::input_nanos.eq(Some(*input)), o::output_nanos.eq(Some(*output)));
    Ok(diesel::update(row).set(set).execute(conn)? == 1)
}

/// Adds to the sum of a trace.
pub(super) fn add_to_trace(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    nanos: i64,
) -> Result<()> {
    let row = traces::table.filter(traces::project.eq(project)).filter(traces::trace_id.eq(trace_id));
    diesel::update(row).set(traces::cost_nanos.eq(traces::cost_nanos + nanos)).execute(conn)?;
    Ok(())
}
