//! The series of the fleet: they are what the rows of all traces come to, by hour and over all time.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::db::schema::traces;
use crate::db::{AnyConnection, Db, each};
use crate::foundation::{ProjectKey, Result};
use crate::series::{Place, Series, Step, Stored, Sum, stored};
use crate::traces::stored::measured;

use super::{Checked, snapshot};

/// Traces looked up at a time.
const PAGE: i64 = 500;

/// By project and hour; over all time the hour is 0.
type Sums = BTreeMap<(ProjectKey, i64, Series), Sum>;

/// All of it in one snapshot: a sum is of many traces.
pub(super) fn check(db: &Db, checked: &mut Checked) -> Result<()> {
    db.read_blocking(|conn| snapshot(conn, |conn| all(conn, checked)))
}

fn all(conn: &mut AnyConnection, checked: &mut Checked) -> Result<()> {
    let (hours, totals) = made(conn)?;
    let (mut stored_hours, mut stored_totals) = (Sums::new(), Sums::new());
    let mut stored_steps = Step::LONGER.map(|_| Sums::new());
    for Stored { place, project, hour, series, sum } in stored(conn)? {
        let Some(series) = series else {
            let key = format!("project {}, hour {hour}", project.0);
            checked.differs("series_hours", key, "labels", "a series that nothing makes", "none");
            continue;
        };
        for (step, sums) in Step::LONGER.into_iter().zip(&mut stored_steps) {
            let start = match place {
                Place::Deltas => step.of(hour),
                Place::Steps(of) if of == step => hour,
                _ => continue,
            };
            sums.entry((project, start, series.clone())).or_default().add(&sum);
        }
        if matches!(place, Place::Deltas | Place::Totals) && series.metric.is_counter() {
            stored_totals.entry((project, 0, series.clone())).or_default().add(&sum);
        }
        if matches!(place, Place::Deltas | Place::Hours) {
            stored_hours.entry((project, hour, series)).or_default().add(&sum);
        }
    }
    compare("series_hours", &stored_hours, &hours, checked);
    for (step, stored) in Step::LONGER.into_iter().zip(&stored_steps) {
        let mut made = Sums::new();
        for ((project, hour, series), sum) in &hours {
            made.entry((*project, step.of(*hour), series.clone())).or_default().add(sum);
        }
        compare("series_steps", stored, &made, checked);
    }
    compare("series_totals", &stored_totals, &totals, checked);
    Ok(())
}

/// What the rows of all traces come to that are in the series.
fn made(conn: &mut AnyConnection) -> Result<(Sums, Sums)> {
    let (mut hours, mut totals) = (Sums::new(), Sums::new());
    let mut after = (ProjectKey(i64::MIN), String::new());
    loop {
        let page = page(conn, &after)?;
        let Some((project, id, _)) = page.last() else { return Ok((hours, totals)) };
        after = (*project, id.clone());
        for (project, id, _) in page.iter().filter(|(.., is_measured)| *is_measured) {
            for ((hour, series), sum) in measured(conn, *project, id)? {
                if series.metric.is_counter() {
                    totals.entry((*project, 0, series.clone())).or_default().add(&sum);
                }
                hours.entry((*project, hour, series)).or_default().add(&sum);
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

fn compare(table: &'static str, stored: &Sums, made: &Sums, checked: &mut Checked) {
    let differs = stored.iter().filter(|(key, sum)| match made.get(*key) {
        Some(made) => made != *sum,
        None => !sum.is_nothing(),
    });
    let missing = made.iter().filter(|(key, _)| !stored.contains_key(*key));
    let keys = differs.map(|(key, _)| key).chain(missing.map(|(key, _)| key));
    for (project, hour, series) in keys {
        let at = (*project, *hour, series.clone());
        let key = match table {
            "series_hours" | "series_steps" => {
                format!("project {}, hour {hour}, {:?}", project.0, series.metric)
            }
            _ => format!("project {}, {:?}", project.0, series.metric),
        };
        let shown = |sums: &Sums| sums.get(&at).map_or("no such sum".to_owned(), |sum| format!("{sum:?}"));
        checked.differs(table, key, series.labels.join(", "), shown(stored), shown(made));
    }
}
