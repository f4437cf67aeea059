//! Sums as others read them: what is added up together with what waits to be, in one statement and so in one state.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, SmallInt, Text};

use crate::db::AnyConnection;
use crate::db::sql::{Sql, load};
use crate::foundation::{ProjectKey, Result, Timestamp};
use crate::hours::marks::{HOUR, hour_of};

use super::model::{Metric, Series, Sum};
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

/// What each series comes to over all time; of one project, or of all together.
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
    for (_, series, sum) in read(found)? {
        add(&mut sums, series, &sum);
    }
    Ok(some(sums).collect())
}

/// The sums of whole hours (named by their first microsecond), `from` rounded down and `to` rounded up to the hour; in the order of
/// the hours, then of the labels.
pub fn in_time(
    conn: &mut AnyConnection,
    project: ProjectKey,
    metric: Metric,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<(Timestamp, Series, Sum)>> {
    let (from, to) = (hour_of(from.0), hour_of(to.0.saturating_add(HOUR - 1)));
    let part = |table: &str| {
        let select = format!("SELECT hour, metric, labels, n, sum, buckets FROM {table} WHERE project = ");
        let sql = Sql::new(select).whole(project.0).sql(" AND metric = ").whole(i64::from(metric.number()));
        sql.sql(" AND hour >= ").whole(from).sql(" AND hour < ").whole(to)
    };
    let found = load(conn, part("series_hours").sql(" UNION ALL ").then(part("series_deltas")))?;
    let mut sums: BTreeMap<(i64, Series), Sum> = BTreeMap::new();
    for (hour, series, sum) in read(found)? {
        add(&mut sums, (hour, series), &sum);
    }
    Ok(some(sums).map(|((hour, series), sum)| (Timestamp(hour), series, sum)).collect())
}

fn read(found: Vec<Found>) -> Result<Vec<(i64, Series, Sum)>> {
    let known = found.into_iter().filter_map(|row| Some((series_of(row.metric, &row.labels)?, row)));
    known
        .map(|(series, row)| Ok((row.hour, series, sum_of(row.n, row.sum, row.buckets.as_deref())?)))
        .collect()
}

fn add<K: Ord>(sums: &mut BTreeMap<K, Sum>, key: K, more: &Sum) {
    sums.entry(key).or_default().add(more);
}

fn some<K: Ord>(sums: BTreeMap<K, Sum>) -> impl Iterator<Item = (K, Sum)> {
    sums.into_iter().filter(|(_, sum)| !sum.is_nothing())
}
