//! Sums by hour: those that are read are what the rows of their hour come to.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::db::{AnyConnection, Db, each};
use crate::foundation::{ProjectKey, Result};
use crate::hours::marks::HOUR;
use crate::hours::table::{CALLS, OBSERVATIONS, TRACES};
use crate::hours::{make, marks, stored};

use super::{Checked, snapshot};

#[derive(QueryableByName)]
struct Hour {
    #[diesel(sql_type = BigInt)]
    project: i64,
    #[diesel(sql_type = BigInt)]
    start_at: i64,
}

pub(super) fn check(db: &Db, checked: &mut Checked) -> Result<()> {
    for (project, hour) in db.read_blocking(hours)? {
        db.read_blocking(|conn| snapshot(conn, |conn| one(conn, ProjectKey(project), hour, checked)))?;
    }
    Ok(())
}

/// Every hour that has rows or sums; before 1970 nothing is summed.
fn hours(conn: &mut AnyConnection) -> Result<BTreeSet<(i64, i64)>> {
    let mut found = BTreeSet::new();
    for sql in [
        format!(
            "SELECT DISTINCT project, start_at / {HOUR} * {HOUR} AS start_at FROM observations WHERE start_at >= 0"
        ),
        format!(
            "SELECT DISTINCT project, start_at / {HOUR} * {HOUR} AS start_at FROM traces WHERE start_at >= 0"
        ),
        "SELECT DISTINCT project, start_at FROM observation_hours".to_owned(),
        "SELECT DISTINCT project, start_at FROM trace_hours".to_owned(),
        "SELECT DISTINCT project, start_at FROM call_hours".to_owned(),
    ] {
        let rows: Vec<Hour> = each!(conn, |c| diesel::sql_query(sql).load(c))?;
        found.extend(rows.into_iter().map(|row| (row.project, row.start_at)));
    }
    Ok(found)
}

fn one(conn: &mut AnyConnection, project: ProjectKey, hour: i64, checked: &mut Checked) -> Result<()> {
    // A marked hour is read from its rows, whatever the sums say.
    if !marks(conn, project, hour)?.is_empty() {
        return Ok(());
    }
    checked.hours += 1;
    let key = format!("project {}, hour {hour}", project.0);
    let Some(made) = make(conn, project, hour)? else {
        checked.differs("metric_marks", key, "is_wide", "no mark", "an hour too wide to be summed");
        return Ok(());
    };
    for (table, groups) in made {
        let columns = [OBSERVATIONS, TRACES, CALLS].into_iter().find(|it| it.name == table.name);
        let Some(table) = columns else { continue };
        let found: BTreeSet<String> =
            stored(conn, &table, project, hour)?.iter().map(|it| format!("{it:?}")).collect();
        let made: BTreeSet<String> = groups.iter().map(|it| format!("{it:?}")).collect();
        let (extra, missing) = (found.difference(&made).next(), made.difference(&found).next());
        if extra.is_some() || missing.is_some() {
            let shown = |line: Option<&String>| line.cloned().unwrap_or_else(|| "no such row".to_owned());
            checked.differs(table.name, &key, "sums", shown(extra), shown(missing));
        } else if found.len() != stored(conn, &table, project, hour)?.len() {
            checked.differs(table.name, &key, "n", "a row twice", "each once");
        }
    }
    Ok(())
}
