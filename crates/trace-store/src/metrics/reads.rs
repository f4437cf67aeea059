//! Runs the statements of metrics.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Double, Nullable, Text};

use crate::db::AnyConnection;
use crate::foundation::{Error, ProjectKey, Result, Timestamp};

use super::query::Query;
use super::shape::Row;
use super::sql::{statement, statement_of_hours};
use crate::db::snapshot;
use crate::db::sql::{Sql, load};
use crate::fields::{Condition, Entity, Test, TextTest, too_large};
use crate::hours::{CALLS, TRACES, Table, Window, windows};

/// Rows from which percentiles and histograms are worked out.
pub const MOST_ROWS: usize = 100_000;

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Nullable<Text>)]
    d0: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    d1: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    d2: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    d3: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    bucket: Option<i64>,
    #[diesel(sql_type = Nullable<Double>)]
    m0: Option<f64>,
    #[diesel(sql_type = Nullable<Double>)]
    m1: Option<f64>,
    #[diesel(sql_type = Nullable<Double>)]
    m2: Option<f64>,
    #[diesel(sql_type = Nullable<Double>)]
    m3: Option<f64>,
    #[diesel(sql_type = Nullable<Double>)]
    m4: Option<f64>,
    #[diesel(sql_type = Nullable<Double>)]
    m5: Option<f64>,
    #[diesel(sql_type = Nullable<Double>)]
    m6: Option<f64>,
    #[diesel(sql_type = Nullable<Double>)]
    m7: Option<f64>,
}

impl Found {
    fn row(self, query: &Query) -> Row {
        let mut keys = vec![self.d0, self.d1, self.d2, self.d3];
        keys.truncate(query.dimensions.len());
        let mut values = vec![self.m0, self.m1, self.m2, self.m3, self.m4, self.m5, self.m6, self.m7];
        values.truncate(query.metrics.len());
        Row { keys, bucket: self.bucket, values }
    }
}

/// The rows of a query: groups, or single values when the query needs them.
pub fn run(conn: &mut AnyConnection, project: ProjectKey, query: &Query) -> Result<Vec<Row>> {
    let found = match query.hours() {
        Some(table) => snapshot(conn, |conn| {
            let windows = windows(conn, project, query.from, query.to)?;
            run_hours(conn, project, query, table, &windows)
        }),
        None => run_rows(conn, project, query),
    };
    found.map_err(too_large)
}

fn run_hours(
    conn: &mut AnyConnection,
    project: ProjectKey,
    query: &Query,
    table: &Table,
    windows: &[Window],
) -> Result<Vec<Row>> {
    let found: Vec<Found> = load(conn, statement_of_hours(query, project, table, windows))?;
    Ok(found.into_iter().map(|found| found.row(query)).collect())
}

fn run_rows(conn: &mut AnyConnection, project: ProjectKey, query: &Query) -> Result<Vec<Row>> {
    let limit = if query.needs_values() { MOST_ROWS + 1 } else { query.row_limit };
    let found: Vec<Found> = load(conn, statement(query, project, limit))?;
    if query.needs_values() && found.len() > MOST_ROWS {
        let fault = format!(
            "percentiles and histograms are worked out over at most {MOST_ROWS} rows, and this range has more: \
             narrow the time range or add filters"
        );
        return Err(Error::invalid("query.fromTimestamp", fault));
    }
    Ok(found.into_iter().map(|found| found.row(query)).collect())
}

/// Which traces count in the daily table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DailyFilter {
    /// Exactly this name.
    pub name: Option<String>,
    /// Exactly this user.
    pub user: Option<String>,
    /// All of these tags.
    pub tags: Vec<String>,
    /// One of these environments.
    pub environments: Vec<String>,
    /// Started at or after.
    pub from: Timestamp,
    /// Started before.
    pub to: Timestamp,
}

/// One day's traces.
#[derive(Clone, Debug, PartialEq, QueryableByName)]
pub struct Day {
    /// Days since 1970-01-01.
    #[diesel(sql_type = BigInt)]
    pub day: i64,
    #[diesel(sql_type = BigInt)]
    pub traces: i64,
    /// Their observations.
    #[diesel(sql_type = BigInt)]
    pub observations: i64,
    /// Billionths of a US dollar.
    #[diesel(sql_type = BigInt)]
    pub cost_nanos: i64,
}

/// One day's calls of one model.
#[derive(Clone, Debug, PartialEq, QueryableByName)]
pub struct ModelDay {
    /// Days since 1970-01-01.
    #[diesel(sql_type = BigInt)]
    pub day: i64,
    /// The model; none where the call named none.
    #[diesel(sql_type = Nullable<Text>)]
    pub model: Option<String>,
    /// Input tokens, cached ones among them.
    #[diesel(sql_type = BigInt)]
    pub input: i64,
    /// Output tokens, reasoning among them.
    #[diesel(sql_type = BigInt)]
    pub output: i64,
    #[diesel(sql_type = BigInt)]
    pub observations: i64,
    /// Traces they belong to.
    #[diesel(sql_type = BigInt)]
    pub traces: i64,
    /// Billionths of a US dollar.
    #[diesel(sql_type = BigInt)]
    pub cost_nanos: i64,
}

/// The days with traces, newest first. A day is one of UTC, by the start of the trace.
pub fn days(conn: &mut AnyConnection, project: ProjectKey, filter: &DailyFilter) -> Result<Vec<Day>> {
    let sums = [("n", "traces"), ("observations", "observations"), ("cost", "cost_nanos")];
    of_hours(conn, project, filter, &TRACES, &sums, None)
}

/// The calls of models on these days, model by model.
pub fn model_days(
    conn: &mut AnyConnection,
    project: ProjectKey,
    filter: &DailyFilter,
) -> Result<Vec<ModelDay>> {
    let sums = [
        ("input", "input"),
        ("output", "output"),
        ("n", "observations"),
        ("traces", "traces"),
        ("cost", "cost_nanos"),
    ];
    of_hours(conn, project, filter, &CALLS, &sums, Some("model"))
}

/// Each day's sums, columns of the table with the names they get, for each value of a dimension. Users and tags are not
/// summed by hour: with those, everything is read from the rows.
fn of_hours<T>(
    conn: &mut AnyConnection,
    project: ProjectKey,
    filter: &DailyFilter,
    table: &Table,
    sums: &[(&'static str, &'static str)],
    dimension: Option<&'static str>,
) -> Result<Vec<T>>
where
    T: QueryableByName<diesel::sqlite::Sqlite> + QueryableByName<diesel::pg::Pg> + 'static,
{
    let alias = table.alias;
    let mut select = Sql::new(format!("SELECT {alias}.start_at / 86400000000 AS day"));
    if let Some(column) = dimension {
        select = select.sql(format!(", {alias}.{column} AS {column}"));
    }
    for (column, name) in sums {
        select = select.sql(", ").whole_sum(&format!("{alias}.{column}")).sql(" AS ").sql(*name);
    }
    let needed: Vec<&str> = dimension.into_iter().chain(sums.iter().map(|(column, _)| *column)).collect();
    let order = match dimension {
        Some(_) => " GROUP BY 1, 2 ORDER BY 1 DESC, 2 ASC",
        None => " GROUP BY 1 ORDER BY 1 DESC",
    };
    snapshot(conn, |conn| {
        let windows = if filter.user.is_none() && filter.tags.is_empty() {
            windows(conn, project, filter.from, filter.to)?
        } else {
            vec![Window::of_rows(filter.from, filter.to)]
        };
        let source = table.source(project, &windows, &needed, || filter.sql(project));
        load(conn, select.sql(" FROM ").then(source).sql(order))
    })
}

impl DailyFilter {
    fn sql(&self, project: ProjectKey) -> Sql {
        let equals = |text: &String| Test::Text(TextTest::Equals, text.clone());
        let tests = [
            ("name", self.name.as_ref().map(equals)),
            ("userId", self.user.as_ref().map(equals)),
            ("tags", (!self.tags.is_empty()).then(|| Test::AllOf(self.tags.clone()))),
            ("environment", (!self.environments.is_empty()).then(|| Test::AnyOf(self.environments.clone()))),
        ];
        let conditions =
            tests.into_iter().filter_map(|(name, test)| Condition::named(Entity::Traces, name, test?));
        Sql::all(conditions.filter_map(|one| one.sql(project, Entity::Traces)).collect())
    }
}
