//! Sums as others read them: what is added up together with what waits to be, in one statement and so in one state.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, SmallInt, Text};

use crate::db::AnyConnection;
use crate::db::sql::{Sql, load};
use crate::foundation::{ProjectKey, Result, Timestamp};
use crate::hours::marks::{HOUR, hour_of};

use super::model::{Metric, Series, Sum};
use super::steps::{Step, cut};
use super::store::{series_of, sum_of};

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    hour: i64,
    #[diesel(sql_type = SmallInt)]
    metric: i16,
    #[diesel(sql_type = Text)]
    labels: String,
    #[diesel(sql_type = BigInt)]
    n: i64,
    #[diesel(sql_type = BigInt)]
    sum: i64,
    #[diesel(sql_type = Nullable<Text>)]
    buckets: Option<String>,
}

/// What each series of a counter comes to over all time; of one project, or of all together.
pub fn totals(conn: &mut AnyConnection, project: Option<ProjectKey>) -> Result<Vec<(Series, Sum)>> {
    let part = |table: &str| {
        let select =
            format!("SELECT CAST(0 AS BIGINT) AS hour, metric, labels, n, sum, buckets FROM {table}");
        match project {
            Some(project) => Sql::new(select).sql(" WHERE project = ").whole(project.0),
            None => Sql::new(select),
        }
    };
    let found = load(conn, part("series_totals").sql(" UNION ALL ").then(part("series_deltas")))?;
    let mut sums: BTreeMap<Series, Sum> = BTreeMap::new();
    for (_, series, sum) in read(found)?.into_iter().filter(|(_, series, _)| series.metric.is_counter()) {
        add(&mut sums, series, &sum);
    }
    Ok(some(sums).collect())
}

/// The sums of a time of whole hours, `from` rounded down and `to` rounded up to the hour. What lies together in a step no longer than
/// `longest` may come as one sum, named by the first microsecond of the step; in the order of those, then of the labels.
pub fn in_time(
    conn: &mut AnyConnection,
    project: ProjectKey,
    metric: Metric,
    (from, to): (Timestamp, Timestamp),
    longest: Step,
) -> Result<Vec<(Timestamp, Series, Sum)>> {
    let parts = cut(hour_of(from.0), hour_of(to.0.saturating_add(HOUR - 1)), longest);
    let of = |table: &str, time: &str, from: i64, to: i64| {
        let select =
            format!("SELECT {time} AS hour, metric, labels, n, sum, buckets FROM {table} WHERE project = ");
        let sql = Sql::new(select).whole(project.0).sql(" AND metric = ").whole(i64::from(metric.number()));
        sql.sql(format!(" AND {time} >= ")).whole(from).sql(format!(" AND {time} < ")).whole(to)
    };
    let stored = parts.iter().map(|part| match part.step {
        Step::Hour => of("series_hours", "hour", part.from, part.to),
        step => of("series_steps", "start_at", part.from, part.to)
            .sql(" AND hours = ")
            .whole(i64::from(step.hours())),
    });
    let waiting =
        parts.first().zip(parts.last()).map(|(first, last)| of("series_deltas", "hour", first.from, last.to));
    let Some(waiting) = waiting else { return Ok(Vec::new()) };
    let found = load(conn, Sql::joined(" UNION ALL ", stored.chain([waiting])))?;
    let mut sums: BTreeMap<(i64, Series), Sum> = BTreeMap::new();
    for (at, series, sum) in read(found)? {
        // What waits has its hour alone.
        let of_part = parts.iter().find(|part| (part.from..part.to).contains(&at));
        add(&mut sums, (of_part.map_or(at, |part| part.step.of(at)), series), &sum);
    }
    Ok(some(sums).map(|((at, series), sum)| (Timestamp(at), series, sum)).collect())
}

fn read(found: Vec<Found>) -> Result<Vec<(i64, Series, Sum)>> {
    let known = found.into_iter().filter_map(|row| Some((series_of(row.metric, &row.labels)?, row)));
    known
        .map(|(series, row)| {
            Ok((row.hour, series, sum_of(row.metric, row.n, row.sum, row.buckets.as_deref())?))
        })
        .collect()
}

fn add<K: Ord>(sums: &mut BTreeMap<K, Sum>, key: K, more: &Sum) {
    sums.entry(key).or_default().add(more);
}

fn some<K: Ord>(sums: BTreeMap<K, Sum>) -> impl Iterator<Item = (K, Sum)> {
    sums.into_iter().filter(|(_, sum)| !sum.is_nothing())
}
