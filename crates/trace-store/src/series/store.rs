//! Rows of series: what is added, and the adding up.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::db::locks::{SERIES, take_turns};
use crate::db::schema::{series_deltas, series_hours, series_steps, series_totals};
use crate::db::{AnyConnection, each};
use crate::foundation::{Error, ProjectKey, Result};

use super::model::{Contributions, Metric, Series, Sum, difference};
use super::steps::Step;

/// Rows added up in one transaction.
pub(super) const BATCH: usize = 2_000;
/// Values in one statement.
const CHUNK: usize = 128;

/// A row of `series_deltas`, and with its hour of `series_hours`.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = series_deltas, treat_none_as_default_value = false)]
struct NewDelta {
    project: ProjectKey,
    hour: i64,
    metric: i16,
    labels: String,
    n: i64,
    sum: i64,
    buckets: Option<String>,
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
    buckets: Option<String>,
}

/// The columns of a sum, as every table has them.
type Columns = (String, i64, i64, Option<String>);

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
            buckets: figures_text(sum)?,
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
    diesel::delete(series_hours::table).execute(conn)?;
    diesel::delete(series_steps::table).execute(conn)?;
    diesel::delete(series_totals::table).execute(conn)?;
    Ok(())
}

/// Adds the oldest rows to the sums by hour, by longer steps and over all time, and takes away exactly those; gives how many.
pub(crate) fn compact(conn: &mut AnyConnection) -> Result<usize> {
    take_turns(conn, vec![SERIES])?;
    let waiting: Vec<Delta> = series_deltas::table
        .order(series_deltas::id.asc())
        .limit(i64::try_from(BATCH).unwrap_or(i64::MAX))
        .select(Delta::as_select())
        .load(conn)?;
    let mut hours: BTreeMap<(ProjectKey, i16, i64), BTreeMap<String, Sum>> = BTreeMap::new();
    let mut steps: BTreeMap<(ProjectKey, i16, Step, i64), BTreeMap<String, Sum>> = BTreeMap::new();
    let mut totals: BTreeMap<(ProjectKey, i16), BTreeMap<String, Sum>> = BTreeMap::new();
    for delta in &waiting {
        let sum = sum_of(delta.metric, delta.n, delta.sum, delta.buckets.as_deref())?;
        for step in Step::LONGER {
            let of_step = steps.entry((delta.project, delta.metric, step, step.of(delta.hour))).or_default();
            of_step.entry(delta.labels.clone()).or_default().add(&sum);
        }
        let of_hour = hours.entry((delta.project, delta.metric, delta.hour)).or_default();
        of_hour.entry(delta.labels.clone()).or_default().add(&sum);
        if Metric::of_number(delta.metric).is_none_or(Metric::is_counter) {
            let total = totals.entry((delta.project, delta.metric)).or_default();
            total.entry(delta.labels.clone()).or_default().add(&sum);
        }
    }
    for (key, more) in hours {
        add_to_hour(conn, key, more)?;
    }
    for (key, more) in steps {
        add_to_step(conn, key, more)?;
    }
    for (key, more) in totals {
        add_to_total(conn, key, more)?;
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

fn add_to_hour(
    conn: &mut AnyConnection,
    (project, metric, hour): (ProjectKey, i16, i64),
    mut more: BTreeMap<String, Sum>,
) -> Result<()> {
    let stored: Vec<Columns> = series_hours::table
        .filter(series_hours::project.eq(project))
        .filter(series_hours::metric.eq(metric))
        .filter(series_hours::hour.eq(hour))
        .select((series_hours::labels, series_hours::n, series_hours::sum, series_hours::buckets))
        .load(conn)?;
    let replaced = join(metric, &mut more, stored)?;
    for chunk in replaced.chunks(CHUNK) {
        each!(conn, |c| diesel::delete(series_hours::table)
            .filter(series_hours::project.eq(project))
            .filter(series_hours::metric.eq(metric))
            .filter(series_hours::hour.eq(hour))
            .filter(series_hours::labels.eq_any(chunk))
            .execute(c))?;
    }
    for (labels, sum) in more.iter().filter(|(_, sum)| !sum.is_nothing()) {
        let row = (
            series_hours::project.eq(project),
            series_hours::metric.eq(metric),
            series_hours::hour.eq(hour),
            series_hours::labels.eq(labels),
            series_hours::n.eq(sum.n),
            series_hours::sum.eq(sum.sum),
            series_hours::buckets.eq(figures_text(sum)?),
        );
        each!(conn, |c| diesel::insert_into(series_hours::table).values(row).execute(c))?;
    }
    Ok(())
}

fn add_to_step(
    conn: &mut AnyConnection,
    (project, metric, step, start): (ProjectKey, i16, Step, i64),
    mut more: BTreeMap<String, Sum>,
) -> Result<()> {
    use series_steps as s;
    let stored: Vec<Columns> = s::table
        .filter(s::project.eq(project))
        .filter(s::metric.eq(metric))
        .filter(s::hours.eq(step.hours()))
        .filter(s::start_at.eq(start))
        .select((s::labels, s::n, s::sum, s::buckets))
        .load(conn)?;
    let replaced = join(metric, &mut more, stored)?;
    for chunk in replaced.chunks(CHUNK) {
        each!(conn, |c| diesel::delete(s::table)
            .filter(s::project.eq(project))
            .filter(s::metric.eq(metric))
            .filter(s::hours.eq(step.hours()))
            .filter(s::start_at.eq(start))
            .filter(s::labels.eq_any(chunk))
            .execute(c))?;
    }
    for (labels, sum) in more.iter().filter(|(_, sum)| !sum.is_nothing()) {
        let row = (
            s::project.eq(project),
            s::metric.eq(metric),
            s::hours.eq(step.hours()),
            s::start_at.eq(start),
            s::labels.eq(labels),
            s::n.eq(sum.n),
            s::sum.eq(sum.sum),
            s::buckets.eq(figures_text(sum)?),
        );
        each!(conn, |c| diesel::insert_into(s::table).values(row).execute(c))?;
    }
    Ok(())
}

fn add_to_total(
    conn: &mut AnyConnection,
    (project, metric): (ProjectKey, i16),
    mut more: BTreeMap<String, Sum>,
) -> Result<()> {
    let stored: Vec<Columns> = series_totals::table
        .filter(series_totals::project.eq(project))
        .filter(series_totals::metric.eq(metric))
        .select((series_totals::labels, series_totals::n, series_totals::sum, series_totals::buckets))
        .load(conn)?;
    let replaced = join(metric, &mut more, stored)?;
    for chunk in replaced.chunks(CHUNK) {
        each!(conn, |c| diesel::delete(series_totals::table)
            .filter(series_totals::project.eq(project))
            .filter(series_totals::metric.eq(metric))
            .filter(series_totals::labels.eq_any(chunk))
            .execute(c))?;
    }
    for (labels, sum) in more.iter().filter(|(_, sum)| !sum.is_nothing()) {
        let row = (
            series_totals::project.eq(project),
            series_totals::metric.eq(metric),
            series_totals::labels.eq(labels),
            series_totals::n.eq(sum.n),
            series_totals::sum.eq(sum.sum),
            series_totals::buckets.eq(figures_text(sum)?),
        );
        each!(conn, |c| diesel::insert_into(series_totals::table).values(row).execute(c))?;
    }
    Ok(())
}

/// Adds what is stored of the same labels; gives the labels whose rows are to be replaced.
fn join(metric: i16, more: &mut BTreeMap<String, Sum>, stored: Vec<Columns>) -> Result<Vec<String>> {
    let mut replaced = Vec::new();
    for (labels, n, sum, buckets) in stored {
        if let Some(more) = more.get_mut(&labels) {
            more.add(&sum_of(metric, n, sum, buckets.as_deref())?);
            replaced.push(labels);
        }
    }
    Ok(replaced)
}

/// The sum of stored figures: its parts stand before its buckets.
pub(super) fn sum_of(metric: i16, n: i64, sum: i64, figures: Option<&str>) -> Result<Sum> {
    let mut parts: Vec<i64> = figures.map(serde_json::from_str).transpose()?.unwrap_or_default();
    let count = Metric::of_number(metric).map_or(0, |metric| metric.parts().len());
    let buckets = parts.split_off(count.min(parts.len()));
    Ok(Sum { n, sum, parts, buckets })
}

/// A list of numbers; nothing where there are none.
fn figures_text(sum: &Sum) -> Result<Option<String>> {
    if sum.parts.is_empty() && sum.buckets.is_empty() {
        return Ok(None);
    }
    let figures: Vec<i64> = sum.parts.iter().chain(&sum.buckets).copied().collect();
    Ok(Some(serde_json::to_string(&figures)?))
}

/// The series of stored labels; none for what no version of ours wrote.
pub(super) fn series_of(metric: i16, labels: &str) -> Option<Series> {
    let (metric, labels) = (Metric::of_number(metric)?, serde_json::from_str(labels).ok()?);
    Some(Series { metric, labels })
}

/// Where a sum stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// By hour.
    Hours,
    /// By more hours than one.
    Steps(Step),
    /// Over all time.
    Totals,
    /// Waiting to be added to both.
    Deltas,
}

/// A sum as it is stored; without an hour it is one over all time.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) place: Place,
    pub(crate) project: ProjectKey,
    pub(crate) hour: i64,
    /// None for labels or a metric that no version of ours wrote.
    pub(crate) series: Option<Series>,
    pub(crate) sum: Sum,
}

/// All sums, for whoever holds them against the rows.
pub(crate) fn stored(conn: &mut AnyConnection) -> Result<Vec<Stored>> {
    type Row = (ProjectKey, i64, i16, String, i64, i64, Option<String>);
    type Stepped = (ProjectKey, i64, i16, String, i64, i64, Option<String>, i16);
    macro_rules! rows {
        ($table:ident) => {
            $table::table
                .select((
                    $table::project,
                    $table::hour,
                    $table::metric,
                    $table::labels,
                    $table::n,
                    $table::sum,
                    $table::buckets,
                ))
                .load::<Row>(conn)?
        };
    }
    let mut all: Vec<(Place, Row)> = Vec::new();
    all.extend(rows!(series_hours).into_iter().map(|row| (Place::Hours, row)));
    all.extend(rows!(series_deltas).into_iter().map(|row| (Place::Deltas, row)));
    let steps: Vec<Stepped> = {
        use series_steps as s;
        s::table
            .select((s::project, s::start_at, s::metric, s::labels, s::n, s::sum, s::buckets, s::hours))
            .load(conn)?
    };
    for (project, start, metric, labels, n, sum, figures, hours) in steps {
        let step =
            Step::of_hours(hours).ok_or_else(|| Error::internal("sums of a step that nobody makes"))?;
        all.push((Place::Steps(step), (project, start, metric, labels, n, sum, figures)));
    }
    let totals: Vec<(ProjectKey, i16, String, i64, i64, Option<String>)> = series_totals::table
        .select((
            series_totals::project,
            series_totals::metric,
            series_totals::labels,
            series_totals::n,
            series_totals::sum,
            series_totals::buckets,
        ))
        .load(conn)?;
    all.extend(totals.into_iter().map(|(project, metric, labels, n, sum, buckets)| {
        (Place::Totals, (project, 0, metric, labels, n, sum, buckets))
    }));
    let each = all.into_iter().map(|(place, (project, hour, metric, labels, n, sum, buckets))| {
        let (series, sum) = (series_of(metric, &labels), sum_of(metric, n, sum, buckets.as_deref())?);
        Ok(Stored { place, project, hour, series, sum })
    });
    each.collect()
}
