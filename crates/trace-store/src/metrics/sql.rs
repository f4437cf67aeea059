//! A checked query as one statement of SQL. Pure.

use crate::db::sql::Sql;
use crate::fields::{Field, Value, day, month};
use crate::foundation::ProjectKey;
use crate::hours::{Table, Window};

use super::query::{Aggregation, Bucket, Column, MAX_DIMENSIONS, MAX_METRICS, Metric, Query, WEEK};
use super::view::joins;

/// The statement for a query: columns `d0`.., `bucket`, `m0`... `limit` bounds its rows.
///
/// When values are needed the rows are not grouped, and each `m` is one value.
pub fn statement(query: &Query, project: ProjectKey, limit: usize) -> Sql {
    let (rows, grouped) = (query.view.entity(), !query.needs_values());
    let metrics =
        select_metrics(query, |metric| if grouped { of_group(metric) } else { Sql::new(metric.measure.sql) });
    let sql = Sql::new("SELECT ").then(select_keys(query)).then(metrics);
    let sql = sql.sql(format!(" FROM {}{} WHERE ", rows.table(), joins(query))).then(clause(query, project));
    let sql = if grouped { sql.then(groups(query)).then(order(query)) } else { sql };
    sql.sql(" LIMIT ").whole(i64::try_from(limit).unwrap_or(i64::MAX))
}

/// What the rows of a query meet, as far as the database tests it.
pub fn clause(query: &Query, project: ProjectKey) -> Sql {
    let rows = query.view.entity();
    let sql = Sql::new(format!("{}.project = ", rows.table())).whole(project.0);
    let sql = sql.sql(format!(" AND {} >= ", rows.time())).whole(query.from.0);
    let sql = sql.sql(format!(" AND {} < ", rows.time())).whole(query.to.0);
    sql.sql(format!(" AND {} AND ", query.view.condition())).clause(conditions(query, project))
}

/// The same, read from sums by hour and rows as the windows say; columns as above.
pub fn statement_of_hours(query: &Query, project: ProjectKey, table: &Table, windows: &[Window]) -> Sql {
    let metrics =
        select_metrics(query, |metric| metric.of_sums(table.alias).unwrap_or_else(|| Sql::new("NULL")));
    let needed: Vec<&str> = query
        .dimensions
        .iter()
        .filter_map(|it| it.field.hour)
        .chain(query.metrics.iter().flat_map(Metric::columns))
        .collect();
    let source = table.source(project, windows, &needed, || conditions(query, project));
    let sql = Sql::new("SELECT ").then(select_keys(query)).then(metrics).sql(" FROM ").then(source);
    let sql = sql.then(groups(query)).then(order(query));
    sql.sql(" LIMIT ").whole(i64::try_from(query.row_limit).unwrap_or(i64::MAX))
}

fn conditions(query: &Query, project: ProjectKey) -> Sql {
    let rows = query.view.entity();
    let tested = query.conditions.iter().filter_map(|one| one.sql(project, rows));
    Sql::all(tested.chain(query.among.clone()).collect())
}

fn select_keys(query: &Query) -> Sql {
    let keys = (0..MAX_DIMENSIONS).map(|place| match query.dimensions.get(place) {
        Some(it) => key(it.field).sql(format!(" AS d{place}, ")),
        None => Sql::new(format!("CAST(NULL AS TEXT) AS d{place}, ")),
    });
    let bucket = match query.bucket {
        Some(bucket) => bucket_sql(bucket, query.view.entity().time()),
        None => Sql::new("CAST(NULL AS BIGINT)"),
    };
    Sql::joined("", keys).then(bucket).sql(" AS bucket")
}

fn key(field: &Field) -> Sql {
    match field.value {
        Value::Text(sql) | Value::Truth(sql) | Value::List(sql) => Sql::new(sql),
        Value::Month(time) => month(time),
        Value::Day(time) => day(time),
        _ => Sql::new("CAST(NULL AS TEXT)"),
    }
}

fn select_metrics(query: &Query, value: impl Fn(&Metric) -> Sql) -> Sql {
    let columns = (0..MAX_METRICS).map(|place| {
        let value = query.metrics.get(place).map_or_else(|| Sql::new("NULL"), &value);
        Sql::new(", CAST(").then(value).sql(" AS ").double().sql(format!(") AS m{place}"))
    });
    Sql::joined("", columns)
}

/// What one number is made of many rows by.
fn of_group(metric: &Metric) -> Sql {
    let value = metric.measure.sql;
    if metric.measure.is_distinct {
        return Sql::new(format!("COUNT(DISTINCT {value})"));
    }
    match metric.aggregation {
        Aggregation::Sum => Sql::new(format!("SUM(CAST({value} AS ")).double().sql("))"),
        Aggregation::Avg => Sql::new(format!("AVG({value})")),
        Aggregation::Count => Sql::new(format!("COUNT({value})")),
        Aggregation::Max => Sql::new(format!("MAX({value})")),
        _ => Sql::new(format!("MIN({value})")),
    }
}

/// Keys by their place: SQL of both databases takes numbers there.
fn groups(query: &Query) -> Sql {
    let mut keys: Vec<String> = (1..=query.dimensions.len()).map(|place| place.to_string()).collect();
    keys.extend(query.bucket.map(|_| (MAX_DIMENSIONS + 1).to_string()));
    if keys.is_empty() { Sql::default() } else { Sql::new(format!(" GROUP BY {}", keys.join(", "))) }
}

fn order(query: &Query) -> Sql {
    let place = |column: Column| match column {
        Column::Dimension(at) => at + 1,
        Column::Time => MAX_DIMENSIONS + 1,
        Column::Metric(at) => MAX_DIMENSIONS + 2 + at,
    };
    let direction = |falls: bool| if falls { "DESC" } else { "ASC" };
    let mut order: Vec<String> = query
        .order
        .iter()
        .map(|(column, falls)| format!("{} {} NULLS LAST", place(*column), direction(*falls)))
        .collect();
    // The same rows every time, also where the numbers are equal.
    order.extend((1..=query.dimensions.len()).map(|place| format!("{place} ASC NULLS LAST")));
    if order.is_empty() { Sql::default() } else { Sql::new(format!(" ORDER BY {}", order.join(", "))) }
}

/// The first Monday after 1970-01-01, which was a Thursday.
const FIRST_MONDAY: i64 = 4 * 86_400_000_000;

fn bucket_sql(bucket: Bucket, time: &str) -> Sql {
    match bucket {
        Bucket::Micros(WEEK) => {
            Sql::new(format!("(({time} - {FIRST_MONDAY}) / {WEEK}) * {WEEK} + {FIRST_MONDAY}"))
        }
        Bucket::Micros(width) => Sql::new(format!("({time} / {width}) * {width}")),
        Bucket::Month => Sql::default().either(
            format!(
                "CAST(strftime('%s', {time} / 1000000, 'unixepoch', 'start of month') AS INTEGER) * 1000000"
            ),
            format!(
                "CAST(extract(epoch FROM date_trunc('month', to_timestamp({time} / 1000000) AT TIME ZONE 'UTC')) \
                 AS BIGINT) * 1000000"
            ),
        ),
    }
}
