//! The series of the fleet: they are what the rows of all traces come to, by each step of time and over all time.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::db::schema::traces;
use crate::db::{AnyConnection, Db, each};
use crate::foundation::{ProjectKey, Result};
use crate::series::{Series, Step, Stored, Sum, stored};
use crate::traces::stored::measured;

use super::{Checked, snapshot};

/// Traces looked up at a time.
const PAGE: i64 = 500;
/// What differs is named by.
const TABLE: &str = "series_sums";

/// By step, project and the first microsecond of the step.
type Sums = BTreeMap<(Step, ProjectKey, i64, Series), Sum>;

/// All of it in one snapshot: a sum is of many traces.
pub(super) fn check(db: &Db, checked: &mut Checked) -> Result<()> {
    db.read_blocking(|conn| snapshot(conn, |conn| all(conn, checked)))
}

fn all(conn: &mut AnyConnection, checked: &mut Checked) -> Result<()> {
    let made = made(conn)?;
    let mut there = Sums::new();
    for Stored { step, project, start, series, sum } in stored(conn)? {
        let Some(series) = series else {
            let key = format!("project {}, from {start}", project.0);
            checked.differs(TABLE, key, "labels", "a series that nothing makes", "none");
            continue;
        };
        match step {
            // As it is: sums of a step that the metric has none of are of nothing.
            Some(step) => there.entry((step, project, start, series)).or_default().add(&sum),
            None => add(&mut there, (project, start, series), &sum),
        }
    }
    compare(&there, &made, checked);
    Ok(())
}

/// Adds to each step that the metric is summed by.
fn add(sums: &mut Sums, (project, hour, series): (ProjectKey, i64, Series), sum: &Sum) {
    for step in series.metric.steps() {
        sums.entry((*step, project, step.of(hour), series.clone())).or_default().add(sum);
    }
}

/// What the rows of all traces come to that are in the series.
fn made(conn: &mut AnyConnection) -> Result<Sums> {
    let mut sums = Sums::new();
    let mut after = (ProjectKey(i64::MIN), String::new());
    loop {
        let page = page(conn, &after)?;
        let Some((project, id, _)) = page.last() else { return Ok(sums) };
        after = (*project, id.clone());
        for (project, id, _) in page.iter().filter(|(.., is_measured)| *is_measured) {
            for ((hour, series), sum) in measured(conn, *project, id)? {
                add(&mut sums, (*project, hour, series), &sum);
            }
        }
    }
}

fn page(
    conn: &mut AnyConnection,
    (project, id): &(ProjectKey, String),
) -> Result<Vec<(ProjectKey, String, bool)>> {
    Ok(each!(conn, |c| traces::table
        .filter(traces::project.gt(*project).or(traces::project.eq(*project).and(traces::trace_id.gt(id))))
        .order((traces::project.asc(), traces::trace_id.asc()))
        .limit(PAGE)
        .select((traces::project, traces::trace_id, traces::measured))
        .load(c))?)
}

fn compare(stored: &Sums, made: &Sums, checked: &mut Checked) {
    let differs = stored.iter().filter(|(key, sum)| match made.get(*key) {
        Some(made) => made != *sum,
        None => !sum.is_nothing(),
    });
    let missing = made.iter().filter(|(key, _)| !stored.contains_key(*key));
    for at in differs.map(|(key, _)| key).chain(missing.map(|(key, _)| key)) {
        let (step, project, start, series) = at;
        let key = format!("project {}, {:?} {step:?} from {start}", project.0, series.metric);
        let shown = |sums: &Sums| sums.get(at).map_or("no such sum".to_owned(), |sum| format!("{sum:?}"));
        checked.differs(TABLE, key, series.labels.join(", "), shown(stored), shown(made));
    }
}
