//! Rows of series: what is added, and the adding up.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::db::locks::{SERIES, take_turns};
use crate::db::schema::{series_deltas, series_revisions, series_sums};
use crate::db::{AnyConnection, each};
use crate::foundation::{Error, ProjectKey, Result};

use super::figures;
use super::model::{Contributions, Metric, Series, Sum, difference};
use super::steps::Step;

/// Rows added up in one transaction.
pub(super) const BATCH: usize = 2_000;
/// Values in one statement.
const CHUNK: usize = 128;

/// A row of `series_deltas`.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = series_deltas, treat_none_as_default_value = false)]
struct NewDelta {
    project: ProjectKey,
    hour: i64,
    metric: i16,
    labels: String,
    n: i64,
    sum: i64,
    figures: Option<String>,
}

/// A row of `series_deltas` that waits to be added up.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = series_deltas)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
struct Delta {
    id: i64,
    project: ProjectKey,
    hour: i64,
    metric: i16,
    labels: String,
    n: i64,
    sum: i64,
    figures: Option<String>,
}

/// A row of `series_sums`.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = series_sums, treat_none_as_default_value = false)]
struct NewSum<'a> {
    project: ProjectKey,
    metric: i16,
    hours: i16,
    start_at: i64,
    labels: &'a str,
    n: i64,
    sum: i64,
    figures: Option<String>,
}

/// Which sums are added up together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Span {
    pub(super) project: ProjectKey,
    pub(super) metric: Metric,
    pub(super) step: Step,
    /// The first microsecond of the step.
    pub(super) start: i64,
}

/// Adds to the sums of a project: rows that are only put in, so that nobody waits.
pub(crate) fn add(conn: &mut AnyConnection, project: ProjectKey, more: &Contributions) -> Result<()> {
    let rows = more.iter().filter(|(_, sum)| !sum.is_nothing()).map(|((hour, series), sum)| {
        Ok(NewDelta {
            project,
            hour: *hour,
            metric: series.metric.number(),
            labels: serde_json::to_string(&series.labels)?,
            n: sum.n,
            sum: sum.sum,
            figures: figures::text(series.metric, sum)?,
        })
    });
    let rows = rows.collect::<Result<Vec<NewDelta>>>()?;
    match conn {
        // One by one: a statement of any number of rows would be read anew each time.
        AnyConnection::Sqlite(conn) => {
            for row in &rows {
                diesel::insert_into(series_deltas::table).values(row).execute(conn)?;
            }
        }
        AnyConnection::Postgres(conn) => {
            for chunk in rows.chunks(CHUNK) {
                diesel::insert_into(series_deltas::table).values(chunk).execute(conn)?;
            }
        }
    }
    Ok(())
}

/// Takes away what erased rows came to, and adds everything up at once: sums carry names too.
pub(crate) fn take_away(conn: &mut AnyConnection, project: ProjectKey, gone: &Contributions) -> Result<()> {
    if gone.is_empty() {
        return Ok(());
    }
    add(conn, project, &difference(Contributions::new(), gone))?;
    while compact(conn)? > 0 {}
    Ok(())
}

/// Takes away all sums, for whoever counts every trace anew in the same transaction or after it.
pub(crate) fn anew(conn: &mut AnyConnection) -> Result<()> {
    take_turns(conn, vec![SERIES])?;
    diesel::delete(series_deltas::table).execute(conn)?;
    diesel::delete(series_sums::table).execute(conn)?;
    diesel::delete(series_revisions::table).execute(conn)?;
    Ok(())
}

/// Adds the oldest rows to the sums of each step, and takes away exactly those; gives how many.
pub(crate) fn compact(conn: &mut AnyConnection) -> Result<usize> {
    take_turns(conn, vec![SERIES])?;
    let waiting: Vec<Delta> = series_deltas::table
        .order(series_deltas::id.asc())
        .limit(i64::try_from(BATCH).unwrap_or(i64::MAX))
        .select(Delta::as_select())
        .load(conn)?;
    let mut all: BTreeMap<Span, BTreeMap<&str, Sum>> = BTreeMap::new();
    for delta in &waiting {
        // What no version of ours wrote is nothing that rows come to.
        let Some(metric) = Metric::of_number(delta.metric) else { continue };
        let sum = figures::sum(metric, delta.n, delta.sum, delta.figures.as_deref())?;
        for step in metric.steps() {
            let span = Span { project: delta.project, metric, step: *step, start: step.of(delta.hour) };
            all.entry(span).or_default().entry(&delta.labels).or_default().add(&sum);
        }
    }
    for (span, more) in all {
        add_up(conn, span, more)?;
    }
    let ids: Vec<i64> = waiting.iter().map(|delta| delta.id).collect();
    let mut gone = 0;
    for chunk in ids.chunks(CHUNK) {
        gone += each!(conn, |c| diesel::delete(series_deltas::table)
            .filter(series_deltas::id.eq_any(chunk.iter().copied()))
            .execute(c))?;
    }
    if gone == ids.len() {
        Ok(gone)
    } else {
        Err(Error::internal("sums were added up by somebody else as well"))
    }
}

/// Puts these sums in the place of those that stand there, added to them; what comes to nothing goes.
fn add_up(conn: &mut AnyConnection, span: Span, mut more: BTreeMap<&str, Sum>) -> Result<()> {
    use series_sums as s;
    let Span { project, metric, step, start } = span;
    let stored: Vec<(String, i64, i64, Option<String>)> = s::table
        .filter(s::project.eq(project))
        .filter(s::metric.eq(metric.number()))
        .filter(s::hours.eq(step.hours()))
        .filter(s::start_at.eq(start))
        .select((s::labels, s::n, s::sum, s::figures))
        .load(conn)?;
    let mut replaced = Vec::new();
    for (labels, n, sum, text) in stored {
        if let Some(more) = more.get_mut(labels.as_str()) {
            more.add(&figures::sum(metric, n, sum, text.as_deref())?);
            replaced.push(labels);
        }
    }
    for chunk in replaced.chunks(CHUNK) {
        each!(conn, |c| diesel::delete(s::table)
            .filter(s::project.eq(project))
            .filter(s::metric.eq(metric.number()))
            .filter(s::hours.eq(step.hours()))
            .filter(s::start_at.eq(start))
            .filter(s::labels.eq_any(chunk))
            .execute(c))?;
    }
    for (labels, sum) in more.iter().filter(|(_, sum)| !sum.is_nothing()) {
        let row = NewSum {
            project,
            metric: metric.number(),
            hours: step.hours(),
            start_at: start,
            labels,
            n: sum.n,
            sum: sum.sum,
            figures: figures::text(metric, sum)?,
        };
        each!(conn, |c| diesel::insert_into(s::table).values(row).execute(c))?;
    }
    revise(conn, span)
}

/// Says that sums are no longer what they were. At random, so that no two states of any database have one revision, whatever was
/// taken away and counted anew between them.
fn revise(conn: &mut AnyConnection, Span { project, metric, step, start }: Span) -> Result<()> {
    use series_revisions as r;
    let row = (
        r::project.eq(project),
        r::metric.eq(metric.number()),
        r::hours.eq(step.hours()),
        r::start_at.eq(start),
        r::revision.eq(rand::random::<i64>()),
    );
    diesel::delete(r::table)
        .filter(r::project.eq(project))
        .filter(r::metric.eq(metric.number()))
        .filter(r::hours.eq(step.hours()))
        .filter(r::start_at.eq(start))
        .execute(conn)?;
    each!(conn, |c| diesel::insert_into(r::table).values(row).execute(c))?;
    Ok(())
}

/// The labels of a series as they are stored; none for what no version of ours wrote.
pub(super) fn labels_of(text: &str) -> Option<Vec<String>> {
    serde_json::from_str(text).ok()
}

/// A sum as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    /// None where it waits to be added up, by its hour.
    pub(crate) step: Option<Step>,
    pub(crate) project: ProjectKey,
    /// The first microsecond of its step.
    pub(crate) start: i64,
    /// None for labels or a metric that no version of ours wrote.
    pub(crate) series: Option<Series>,
    pub(crate) sum: Sum,
}

/// A row of either table: project, start, metric, labels, number, sum, figures, and the hours of its step.
type Row = (ProjectKey, i64, i16, String, i64, i64, Option<String>, Option<i16>);

/// All sums, for whoever holds them against the rows.
pub(crate) fn stored(conn: &mut AnyConnection) -> Result<Vec<Stored>> {
    use {series_deltas as d, series_sums as s};
    let none = diesel::dsl::sql::<diesel::sql_types::Nullable<diesel::sql_types::SmallInt>>("NULL");
    let waiting: Vec<Row> = d::table
        .select((d::project, d::hour, d::metric, d::labels, d::n, d::sum, d::figures, none))
        .load(conn)?;
    let sums: Vec<Row> = s::table
        .select((
            s::project,
            s::start_at,
            s::metric,
            s::labels,
            s::n,
            s::sum,
            s::figures,
            s::hours.nullable(),
        ))
        .load(conn)?;
    waiting.into_iter().chain(sums).map(read).collect()
}

fn read((project, start, metric, labels, n, sum, text, hours): Row) -> Result<Stored> {
    let unknown = || Error::internal("sums of a step that nobody makes");
    let step = hours.map(|hours| Step::of_hours(hours).ok_or_else(unknown)).transpose()?;
    let Some(metric) = Metric::of_number(metric) else {
        return Ok(Stored { step, project, start, series: None, sum: Sum { n, sum, ..Sum::default() } });
    };
    let series = labels_of(&labels).map(|labels| Series { metric, labels });
    Ok(Stored { step, project, start, series, sum: figures::sum(metric, n, sum, text.as_deref())? })
}
