//! A figure as it stands, and its course over the weeks or months of the period.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::db::AnyConnection;
use crate::db::sql::{Sql, load};
use crate::figures::model::{Figure, Shape};
use crate::figures::sums::Spread;
use crate::foundation::{Result, Timestamp};

use super::Question;
use super::rows::{TAKEN_UP, moment, orders, rows};

/// Times that are read of one figure; it says so where there are more.
pub const MOST: usize = 200_000;

/// One week or month of a figure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Point {
    /// What stands below the line.
    pub counted: i64,
    /// What stands above it; of what is late, how many were at the end.
    pub hits: i64,
    /// Of a figure of times that has any.
    pub spread: Option<Spread>,
}

/// A figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    pub figure: Figure,
    pub whole: Point,
    /// One for each week or month, the oldest first.
    pub course: Vec<Point>,
    /// Whether there are more times than were read.
    pub is_cut: bool,
}

/// Rows of one week or month: how many, and how many of them stand above the line; of what was late, the week or month in which it
/// ended.
#[derive(QueryableByName)]
struct BucketRow {
    #[diesel(sql_type = BigInt)]
    bucket: i64,
    #[diesel(sql_type = BigInt)]
    total: i64,
    #[diesel(sql_type = BigInt)]
    hits: i64,
}

/// How long one row took.
#[derive(QueryableByName)]
struct TimeRow {
    #[diesel(sql_type = BigInt)]
    bucket: i64,
    #[diesel(sql_type = BigInt)]
    took: i64,
}

/// Measures one; `ends` are the last moments of its weeks or months, the oldest first.
pub fn measure(
    conn: &mut AnyConnection,
    figure: Figure,
    q: &Question,
    ends: &[Timestamp],
) -> Result<Measured> {
    match figure.shape() {
        Shape::Count => late(conn, q, ends),
        Shape::Share => {
            let found = grouped(conn, "r.at", "sum(r.hit)", rows(figure, q), ends)?;
            let course = points(&found, ends.len());
            let sum = |of: fn(&Point) -> i64| course.iter().map(of).sum();
            let whole = Point { counted: sum(|it| it.counted), hits: sum(|it| it.hits), spread: None };
            Ok(Measured { figure, whole, course, is_cut: false })
        }
        Shape::Time => times(conn, figure, q, ends),
    }
}

fn times(conn: &mut AnyConnection, figure: Figure, q: &Question, ends: &[Timestamp]) -> Result<Measured> {
    let select = Sql::new("SELECT ").then(bucket_of("r.at", ends)).sql(" AS bucket, r.took AS took FROM (");
    let limit = i64::try_from(MOST).unwrap_or(i64::MAX).saturating_add(1);
    let mut found: Vec<TimeRow> = load(conn, select.then(rows(figure, q)).sql(") AS r LIMIT ").whole(limit))?;
    let is_cut = found.len() > MOST;
    found.truncate(MOST);
    let of = |times: Vec<i64>| {
        let counted = i64::try_from(times.len()).unwrap_or(i64::MAX);
        Point { counted, hits: counted, spread: Spread::of(times) }
    };
    let course = (0..).zip(ends).map(|(bucket, _): (i64, _)| {
        of(found.iter().filter(|row| row.bucket == bucket).map(|row| row.took).collect())
    });
    let course = course.collect();
    let whole = of(found.into_iter().map(|row| row.took).collect());
    Ok(Measured { figure, whole, course, is_cut })
}

/// How many are late at the end, and how many were at each end before: those that had become so by then less those that had ended.
fn late(conn: &mut AnyConnection, q: &Question, ends: &[Timestamp]) -> Result<Measured> {
    let now = grouped(conn, "r.at", "sum(r.hit)", rows(Figure::Late, q), &[])?;
    let whole = points(&now, 1).pop().unwrap_or_default();
    // What has not ended by the end of the period stands behind its last bucket.
    let ended = bucket_of("r.ended", ends);
    let select =
        Sql::new("SELECT ").then(bucket_of("r.began", ends)).sql(" AS bucket, CASE WHEN r.ended <= ");
    let select =
        select.whole(q.as_of.0).sql(" THEN ").then(ended).sql(" ELSE CAST(-1 AS BIGINT) END AS hits");
    let select = select.sql(", count(*) AS total FROM (").then(ever_late(q)).sql(") AS r GROUP BY 1, 2");
    let spells: Vec<BucketRow> = load(conn, select)?;
    let late_at = |end: i64| {
        let late = spells.iter().filter(|it| it.bucket <= end && !(0..=end).contains(&it.hits));
        Point { counted: 0, hits: late.map(|it| it.total).sum(), spread: None }
    };
    let course = (0..).zip(ends).map(|(end, _)| late_at(end)).collect();
    Ok(Measured { figure: Figure::Late, whole, course, is_cut: false })
}

/// Orders that were late by the end of the period: since when, and until when if they have ended.
fn ever_late(q: &Question) -> Sql {
    const BEGAN: &str = "CASE WHEN m.made_at > m.due_at THEN m.made_at ELSE m.due_at + 1 END";
    const ENDED: &str = "COALESCE(m.completed_at, m.cancelled_at)";
    Sql::new(format!("SELECT {BEGAN} AS began, {ENDED} AS ended FROM order_milestones m WHERE "))
        .then(orders(q))
        .sql(format!(" AND m.due_at IS NOT NULL AND {} < ", moment("m.due_at", q)))
        .whole(q.as_of.0)
        .sql(format!(" AND {BEGAN} <= {}", q.as_of.0))
        .sql(format!(" AND ({ENDED} IS NULL OR {ENDED} > {BEGAN})"))
        .sql(TAKEN_UP)
}

/// Rows by week or month; without ends, all of them as one.
fn grouped(
    conn: &mut AnyConnection,
    moment: &str,
    hits: &str,
    rows: Sql,
    ends: &[Timestamp],
) -> Result<Vec<BucketRow>> {
    let select = Sql::new("SELECT ").then(bucket_of(moment, ends));
    let select = select.sql(format!(" AS bucket, count(*) AS total, CAST({hits} AS BIGINT) AS hits FROM ("));
    load(conn, select.then(rows).sql(") AS r GROUP BY 1"))
}

/// Which of some weeks or months a moment lies in; what comes after all of them lies in the last one.
fn bucket_of(moment: &str, ends: &[Timestamp]) -> Sql {
    let last = ends.len().saturating_sub(1);
    if last == 0 {
        return Sql::new("CAST(0 AS BIGINT)");
    }
    let mut cases = Sql::new("CAST(CASE");
    for (place, end) in ends.iter().take(last).enumerate() {
        cases = cases.sql(format!(" WHEN {moment} <= {} THEN {place}", end.0));
    }
    cases.sql(format!(" ELSE {last} END AS BIGINT)"))
}

fn points(rows: &[BucketRow], buckets: usize) -> Vec<Point> {
    let point = |bucket: usize| {
        let row = rows.iter().find(|row| usize::try_from(row.bucket).is_ok_and(|it| it == bucket));
        row.map_or_else(Point::default, |row| Point { counted: row.total, hits: row.hits, spread: None })
    };
    (0..buckets).map(point).collect()
}
