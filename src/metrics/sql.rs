//! A checked query as one statement of SQL for either database. Pure.

use crate::db::sql::{Bind, Dialect, Statement};
use crate::foundation::ProjectKey;

use super::query::{Aggregation, Bucket, Column, Condition, Query, Test, WEEK};
use super::query::{MAX_DIMENSIONS, MAX_METRICS};
use crate::db::sql::Expr;
use crate::traces::hours::{Table, Window};

/// The statement for a query: columns `d0`.., `bucket`, `m0`... `limit` bounds its rows.
///
/// When values are needed the rows are not grouped, and each `m` is one value.
pub fn statement(query: &Query, project: ProjectKey, dialect: Dialect, limit: usize) -> Statement {
    let mut sql = Statement::new(dialect);
    let grouped = !query.needs_values();
    sql.push("SELECT ");
    select_keys(&mut sql, query);
    select_metrics(&mut sql, query, grouped);
    let mut conditions = Statement::new(dialect);
    conditions.binds.clone_from(&sql.binds);
    let (table, filter) = query.view.table().split_once(" WHERE ").unwrap_or_default();
    conditions.push_with(&format!(" WHERE {filter}"), [Bind::Int(project.0)]);
    let time = query.view.time();
    conditions.push_with(
        &format!(" AND {time} >= $ AND {time} < $"),
        [Bind::Int(query.from.0), Bind::Int(query.to.0)],
    );
    for condition in &query.conditions {
        conditions.push(" AND ");
        push_condition(&mut conditions, condition);
    }
    let joins = query.view.joins(&format!("{}{}", sql.text, conditions.text));
    sql.push(&format!(" FROM {table}{}", joins.concat()));
    sql.text.push_str(&conditions.text);
    sql.binds = conditions.binds;
    if grouped {
        push_groups(&mut sql, query);
        push_order(&mut sql, query);
    }
    sql.push_with(" LIMIT $", [Bind::Int(i64::try_from(limit).unwrap_or(i64::MAX))]);
    sql
}

/// The same, read from sums by hour and rows as the windows say; columns as above.
pub fn statement_of_hours(
    query: &Query,
    project: ProjectKey,
    dialect: Dialect,
    table: &Table,
    windows: &[Window],
) -> Statement {
    let mut sql = Statement::new(dialect);
    sql.push("SELECT ");
    select_keys(&mut sql, query);
    let double = sql.double();
    for place in 0..MAX_METRICS {
        let metric = query.metrics.get(place).and_then(|metric| metric.of_sums(double));
        sql.push(&format!(", CAST({} AS {double}) AS m{place}", metric.as_deref().unwrap_or("NULL")));
    }
    let named = sql.text.clone();
    sql.push(" FROM ");
    let needs = |column: &str| names_column(&named, table.alias, column);
    table.push_source(&mut sql, project, windows, needs, |part| {
        for condition in &query.conditions {
            part.push(" AND ");
            push_condition(part, condition);
        }
    });
    push_groups(&mut sql, query);
    push_order(&mut sql, query);
    sql.push_with(" LIMIT $", [Bind::Int(i64::try_from(query.row_limit).unwrap_or(i64::MAX))]);
    sql
}

/// Whether SQL names this column, and not one that begins like it.
pub fn names_column(sql: &str, alias: &str, column: &str) -> bool {
    let name = format!("{alias}.{column}");
    sql.match_indices(&name).any(|(at, _)| {
        let after = sql.get(at + name.len()..).and_then(|tail| tail.chars().next());
        !after.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

fn select_keys(sql: &mut Statement, query: &Query) {
    for place in 0..MAX_DIMENSIONS {
        match query.dimensions.get(place) {
            Some((_, expr)) => sql.push(&format!("{} AS d{place}, ", expression(*expr, sql.dialect))),
            None => sql.push(&format!("CAST(NULL AS TEXT) AS d{place}, ")),
        }
    }
    match query.bucket {
        Some(bucket) => sql.push(&bucket_sql(bucket, query.view.time(), sql.dialect)),
        None => sql.push("CAST(NULL AS BIGINT)"),
    }
    sql.push(" AS bucket");
}

fn select_metrics(sql: &mut Statement, query: &Query, grouped: bool) {
    let double = sql.double();
    for place in 0..MAX_METRICS {
        let value = match query.metrics.get(place) {
            None => "NULL".to_owned(),
            Some(metric) if !grouped => metric.sql.to_owned(),
            Some(metric) if metric.is_distinct() => format!("COUNT({})", metric.sql),
            Some(metric) => match metric.aggregation {
                Aggregation::Sum => format!("SUM(CAST({} AS {double}))", metric.sql),
                Aggregation::Avg => format!("AVG({})", metric.sql),
                Aggregation::Count => format!("COUNT({})", metric.sql),
                Aggregation::Max => format!("MAX({})", metric.sql),
                _ => format!("MIN({})", metric.sql),
            },
        };
        sql.push(&format!(", CAST({value} AS {double}) AS m{place}"));
    }
}

/// Keys by their place: SQL of both databases takes numbers there.
fn push_groups(sql: &mut Statement, query: &Query) {
    let mut keys: Vec<String> = (1..=query.dimensions.len()).map(|place| place.to_string()).collect();
    keys.extend(query.bucket.map(|_| (MAX_DIMENSIONS + 1).to_string()));
    if !keys.is_empty() {
        sql.push(&format!(" GROUP BY {}", keys.join(", ")));
    }
}

fn push_order(sql: &mut Statement, query: &Query) {
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
    if !order.is_empty() {
        sql.push(&format!(" ORDER BY {}", order.join(", ")));
    }
}

fn expression(expr: Expr, dialect: Dialect) -> String {
    let moment = |time: &str, sqlite: &str, postgres: &str| match dialect {
        Dialect::Sqlite => format!("strftime('{sqlite}', {time} / 1000000, 'unixepoch')"),
        Dialect::Postgres => {
            format!("to_char(to_timestamp({time} / 1000000) AT TIME ZONE 'UTC', '{postgres}')")
        }
    };
    match expr {
        Expr::Text(sql) | Expr::Tags(sql) => sql.to_owned(),
        Expr::Month(time) => moment(time, "%Y-%m", "YYYY-MM"),
        Expr::Day(time) => moment(time, "%Y-%m-%d", "YYYY-MM-DD"),
    }
}

/// The first Monday after 1970-01-01, which was a Thursday.
const FIRST_MONDAY: i64 = 4 * 86_400_000_000;

fn bucket_sql(bucket: Bucket, time: &str, dialect: Dialect) -> String {
    match (bucket, dialect) {
        (Bucket::Micros(WEEK), _) => {
            format!("(({time} - {FIRST_MONDAY}) / {WEEK}) * {WEEK} + {FIRST_MONDAY}")
        }
        (Bucket::Micros(width), _) => format!("({time} / {width}) * {width}"),
        (Bucket::Month, Dialect::Sqlite) => {
            format!(
                "CAST(strftime('%s', {time} / 1000000, 'unixepoch', 'start of month') AS INTEGER) * 1000000"
            )
        }
        (Bucket::Month, Dialect::Postgres) => format!(
            "CAST(extract(epoch FROM date_trunc('month', to_timestamp({time} / 1000000) AT TIME ZONE 'UTC')) \
             AS BIGINT) * 1000000"
        ),
    }
}

fn push_condition(sql: &mut Statement, condition: &Condition) {
    let field = expression(condition.expr, sql.dialect);
    let text = |text: &String| Bind::Text(text.clone());
    match &condition.test {
        Test::Number(operator, number) => {
            sql.push_with(&format!("({field}) {operator} $"), [Bind::Real(*number)]);
        }
        Test::Time(operator, time) => sql.push_with(&format!("{field} {operator} $"), [Bind::Int(time.0)]),
        Test::Is(word) => sql.push_with(&format!("{field} = $"), [text(word)]),
        Test::Contains(word) => push_holds(sql, &field, word),
        Test::Lacks(word) => {
            sql.push("NOT (");
            push_holds(sql, &format!("COALESCE({field}, '')"), word);
            sql.push(")");
        }
        Test::StartsWith(word) => {
            sql.push_with(&format!("substr({field}, 1, length($)) = $"), [text(word), text(word)]);
        }
        Test::EndsWith(word) => {
            let end = format!("substr({field}, length({field}) - length($) + 1) = $");
            sql.push_with(&end, [text(word), text(word)]);
        }
        Test::AnyOf(words) => push_any(sql, condition.expr, &field, words, " OR ", "1 = 0"),
        Test::NoneOf(words) => {
            sql.push("NOT ");
            push_any(sql, condition.expr, &format!("COALESCE({field}, '')"), words, " OR ", "1 = 0");
        }
        Test::AllOf(words) => push_any(sql, condition.expr, &field, words, " AND ", "1 = 1"),
        Test::Missing => sql.push(&format!("{field} IS NULL")),
        Test::Present => sql.push(&format!("{field} IS NOT NULL")),
    }
}

fn push_any(sql: &mut Statement, expr: Expr, field: &str, words: &[String], joint: &str, none: &str) {
    sql.push("(");
    if words.is_empty() {
        sql.push(none);
    }
    for (place, word) in words.iter().enumerate() {
        if place > 0 {
            sql.push(joint);
        }
        match expr {
            // Tags are a JSON list of strings: a tag stands there between its quotes.
            Expr::Tags(_) => push_holds(sql, field, &serde_json::Value::from(word.as_str()).to_string()),
            _ => sql.push_with(&format!("{field} = $"), [Bind::Text(word.clone())]),
        }
    }
    sql.push(")");
}

pub(super) fn push_holds(sql: &mut Statement, field: &str, word: &str) {
    let function = match sql.dialect {
        Dialect::Sqlite => "instr",
        Dialect::Postgres => "strpos",
    };
    sql.push_with(&format!("{function}({field}, $) > 0"), [Bind::Text(word.to_owned())]);
}
