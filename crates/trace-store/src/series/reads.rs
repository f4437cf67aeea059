//! Sums as others read them: what is added up together with what waits to be, of one state.

use std::collections::BTreeMap;
use std::sync::Arc;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, SmallInt, Text};

use crate::db::AnyConnection;
use crate::db::sql::{Sql, load};
use crate::foundation::{Error, ProjectKey, Result, Timestamp};
use crate::hours::marks::{HOUR, hour_of};

use super::block::Block;
use super::model::{Metric, Series, Sum};
use super::steps::{Part, Step, cut};
use super::store::{Span, labels_of};
use super::{figures, kept};

/// How often what is there is asked for anew when it was added to meanwhile, which it cannot be in a snapshot.
const ROUNDS: usize = 20;

/// Blocks, each with what it is of.
type Blocks = Vec<(Metric, Arc<Block>)>;

/// What is there: the revision of a span, or a row that waits, without hours.
#[derive(QueryableByName)]
struct There {
    #[diesel(sql_type = BigInt)]
    project: i64,
    #[diesel(sql_type = SmallInt)]
    metric: i16,
    #[diesel(sql_type = Nullable<SmallInt>)]
    hours: Option<i16>,
    #[diesel(sql_type = BigInt)]
    start_at: i64,
    #[diesel(sql_type = BigInt)]
    revision: i64,
    #[diesel(sql_type = Nullable<Text>)]
    labels: Option<String>,
    #[diesel(sql_type = BigInt)]
    n: i64,
    #[diesel(sql_type = BigInt)]
    sum: i64,
    #[diesel(sql_type = Nullable<Text>)]
    figures: Option<String>,
}

/// A sum of a span, with the revision that it was read under.
#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    revision: i64,
    #[diesel(sql_type = Nullable<Text>)]
    labels: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    n: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    sum: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    figures: Option<String>,
}

/// What each series of a counter comes to over all time; of one project, or of all together.
pub fn totals(conn: &mut AnyConnection, project: Option<ProjectKey>) -> Result<Vec<(Series, Sum)>> {
    let whose = |sql: Sql| match project {
        Some(project) => sql.sql("project = ").whole(project.0),
        None => sql.sql("1 = 1"),
    };
    let ever = whose(spans()).sql(" AND hours = ").whole(i64::from(Step::Ever.hours()));
    let asking = ever.sql(" UNION ALL ").then(whose(waiting()));
    let mut sums: BTreeMap<Series, Sum> = BTreeMap::new();
    for (metric, block) in of_one_state(conn, &asking, |_| 0)? {
        for (labels, sum) in block.rows(metric.labels().len()).filter(|_| metric.is_counter()) {
            sums.entry(Series { metric, labels }).or_default().add(sum);
        }
    }
    Ok(some(sums).collect())
}

/// The sums of a time of whole hours, `from` rounded down and `to` rounded up to the hour, as blocks of steps no longer than `longest`.
/// Of one step there may be several, and of one series several sums.
pub fn blocks(
    conn: &mut AnyConnection,
    project: ProjectKey,
    metric: Metric,
    (from, to): (Timestamp, Timestamp),
    longest: Step,
) -> Result<Vec<Arc<Block>>> {
    let parts = cut(hour_of(from.0), hour_of(to.0.saturating_add(HOUR - 1)), longest);
    let Some((first, last)) = parts.first().zip(parts.last()) else { return Ok(Vec::new()) };
    let of = |sql: Sql, time: &'static str, from: i64, to: i64| {
        let sql = sql.sql("project = ").whole(project.0);
        let sql = sql.sql(" AND metric = ").whole(i64::from(metric.number()));
        sql.sql(format!(" AND {time} >= ")).whole(from).sql(format!(" AND {time} < ")).whole(to)
    };
    let added_up = parts.iter().map(|part| {
        let hours = i64::from(part.step.hours());
        of(spans(), "start_at", part.from, part.to).sql(" AND hours = ").whole(hours)
    });
    let waiting = of(waiting(), "hour", first.from, last.to);
    let asking = Sql::joined(" UNION ALL ", added_up.chain([waiting]));
    // What waits has its hour alone.
    let start = |at: i64| {
        let of_part = parts.iter().find(|part: &&Part| (part.from..part.to).contains(&at));
        of_part.map_or(at, |part| part.step.of(at))
    };
    Ok(of_one_state(conn, &asking, start)?.into_iter().map(|(_, block)| block).collect())
}

/// The sums of a time as [`blocks`] has them, one for each series and step, named by the first microsecond of the step; in the order
/// of those, then of the labels.
pub fn in_time(
    conn: &mut AnyConnection,
    project: ProjectKey,
    metric: Metric,
    time: (Timestamp, Timestamp),
    longest: Step,
) -> Result<Vec<(Timestamp, Series, Sum)>> {
    let mut sums: BTreeMap<(i64, Series), Sum> = BTreeMap::new();
    for block in blocks(conn, project, metric, time, longest)? {
        for (labels, sum) in block.rows(metric.labels().len()) {
            sums.entry((block.start(), Series { metric, labels })).or_default().add(sum);
        }
    }
    Ok(some(sums).map(|((at, series), sum)| (Timestamp(at), series, sum)).collect())
}

fn spans() -> Sql {
    Sql::new(
        "SELECT project, metric, hours, start_at, revision, NULL AS labels, CAST(0 AS BIGINT) AS n, CAST(0 AS BIGINT) AS sum, \
         NULL AS figures FROM series_revisions WHERE ",
    )
}

fn waiting() -> Sql {
    Sql::new(
        "SELECT project, metric, CAST(NULL AS SMALLINT) AS hours, hour AS start_at, CAST(0 AS BIGINT) AS revision, labels, n, sum, \
         figures FROM series_deltas WHERE ",
    )
}

/// The blocks of all spans that are there, and what waits as blocks of its own.
fn of_one_state(conn: &mut AnyConnection, asking: &Sql, start: impl Fn(i64) -> i64) -> Result<Blocks> {
    for _ in 0..ROUNDS {
        let there: Vec<There> = load(conn, asking.clone())?;
        let (spans, waiting): (Vec<There>, Vec<There>) = there.into_iter().partition(|it| it.hours.is_some());
        if let Some(mut blocks) = added_up(conn, &spans)? {
            blocks.extend(waiting_blocks(waiting, &start)?);
            return Ok(blocks);
        }
    }
    Err(Error::internal("sums are added to faster than they can be read"))
}

/// The blocks of spans; none where one of them is not what it was any more.
fn added_up(conn: &mut AnyConnection, spans: &[There]) -> Result<Option<Blocks>> {
    let mut blocks = Vec::with_capacity(spans.len());
    for it in spans {
        let step = it.hours.and_then(Step::of_hours);
        let Some((metric, step)) = Metric::of_number(it.metric).zip(step) else { continue };
        let span = Span { project: ProjectKey(it.project), metric, step, start: it.start_at };
        let key = (span, it.revision);
        let block = match kept::get(&key) {
            Some(block) => block,
            None => match read(conn, span)? {
                (Some(revision), block) if revision == it.revision => {
                    let block = Arc::new(block);
                    kept::put(key, Arc::clone(&block));
                    block
                }
                _ => return Ok(None),
            },
        };
        blocks.push((metric, block));
    }
    Ok(Some(blocks))
}

/// The sums of a span and their revision, in one statement, so that they belong together.
fn read(conn: &mut AnyConnection, span: Span) -> Result<(Option<i64>, Block)> {
    let sql = Sql::new(
        "SELECT r.revision AS revision, s.labels AS labels, s.n AS n, s.sum AS sum, s.figures AS figures FROM series_revisions AS r \
         LEFT JOIN series_sums AS s ON s.project = r.project AND s.metric = r.metric AND s.hours = r.hours \
         AND s.start_at = r.start_at WHERE r.project = ",
    );
    let sql = sql.whole(span.project.0).sql(" AND r.metric = ").whole(i64::from(span.metric.number()));
    let sql = sql.sql(" AND r.hours = ").whole(i64::from(span.step.hours()));
    let found: Vec<Found> = load(conn, sql.sql(" AND r.start_at = ").whole(span.start))?;
    let mut block = Block::new(span.start);
    let revision = found.first().map(|it| it.revision);
    for Found { labels, n, sum, figures, .. } in found {
        if let (Some(labels), Some(n), Some(sum)) = (labels.as_deref().and_then(labels_of), n, sum) {
            block.push(labels, figures::sum(span.metric, n, sum, figures.as_deref())?);
        }
    }
    Ok((revision, block))
}

fn waiting_blocks(waiting: Vec<There>, start: &impl Fn(i64) -> i64) -> Result<Blocks> {
    let mut blocks: BTreeMap<(Metric, i64), Block> = BTreeMap::new();
    for it in waiting {
        let labels = it.labels.as_deref().and_then(labels_of);
        let Some((metric, labels)) = Metric::of_number(it.metric).zip(labels) else { continue };
        let start = start(it.start_at);
        let block = blocks.entry((metric, start)).or_insert_with(|| Block::new(start));
        block.push(labels, figures::sum(metric, it.n, it.sum, it.figures.as_deref())?);
    }
    Ok(blocks.into_iter().map(|((metric, _), block)| (metric, Arc::new(block))).collect())
}

fn some<K: Ord>(sums: BTreeMap<K, Sum>) -> impl Iterator<Item = (K, Sum)> {
    sums.into_iter().filter(|(_, sum)| !sum.is_nothing())
}
