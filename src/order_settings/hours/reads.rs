//! When people of a project work.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::db::AnyConnection;
use crate::db::schema::{absences, holidays, working_hours};
use crate::foundation::{ProjectKey, Result};

use super::model::{Week, read_day};

/// Rows of each kind that are read at most; no more can be set.
pub const MOST: i64 = 5_000;

/// Hours as stored.
#[derive(Queryable, Selectable)]
#[diesel(table_name = working_hours)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
struct HoursRow {
    account_id: String,
    from_day: String,
    monday: i64,
    tuesday: i64,
    wednesday: i64,
    thursday: i64,
    friday: i64,
    saturday: i64,
    sunday: i64,
}

/// Days on which somebody does not work, both ends included.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = absences)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct AbsenceRow {
    pub absence_id: String,
    pub account_id: String,
    /// `2026-11-23`
    pub first_day: String,
    pub last_day: String,
}

/// A day on which nobody works.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = holidays)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct HolidayRow {
    /// `2026-12-25`
    pub on_day: String,
    pub name: String,
}

/// Everybody's weeks by account, each with the day from which it holds, in the order of those days.
pub fn weeks(
    conn: &mut AnyConnection,
    project: ProjectKey,
) -> Result<BTreeMap<String, Vec<(NaiveDate, Week)>>> {
    let rows: Vec<HoursRow> = working_hours::table
        .filter(working_hours::project.eq(project))
        .order((working_hours::account_id.asc(), working_hours::from_day.asc()))
        .limit(MOST)
        .select(HoursRow::as_select())
        .load(conn)?;
    let mut weeks: BTreeMap<String, Vec<(NaiveDate, Week)>> = BTreeMap::new();
    for row in rows {
        let week =
            [row.monday, row.tuesday, row.wednesday, row.thursday, row.friday, row.saturday, row.sunday];
        weeks.entry(row.account_id).or_default().push((read_day("from_day", &row.from_day)?, Week(week)));
    }
    Ok(weeks)
}

/// What was set for somebody from this very day on.
pub fn week_from(
    conn: &mut AnyConnection,
    project: ProjectKey,
    account: &str,
    day: NaiveDate,
) -> Result<Option<Week>> {
    let all = weeks(conn, project)?;
    let set = all.get(account).into_iter().flatten();
    Ok(set.filter(|(from, _)| *from == day).map(|(_, week)| *week).next())
}

/// The days from one on on which nobody works, the next first.
pub fn holidays_from(
    conn: &mut AnyConnection,
    project: ProjectKey,
    first: NaiveDate,
) -> Result<Vec<HolidayRow>> {
    Ok(holidays::table
        .filter(holidays::project.eq(project))
        .filter(holidays::on_day.ge(first.to_string()))
        .order(holidays::on_day.asc())
        .limit(MOST)
        .select(HolidayRow::as_select())
        .load(conn)?)
}

/// What a day is called on which nobody works.
pub fn holiday(conn: &mut AnyConnection, project: ProjectKey, day: &str) -> Result<Option<HolidayRow>> {
    let found = holidays::table.find((project, day)).select(HolidayRow::as_select());
    Ok(found.first(conn).optional()?)
}

/// Absences that end on a day or later, the next to end first.
pub fn absences_from(
    conn: &mut AnyConnection,
    project: ProjectKey,
    first: NaiveDate,
) -> Result<Vec<AbsenceRow>> {
    Ok(absences::table
        .filter(absences::project.eq(project))
        .filter(absences::last_day.ge(first.to_string()))
        .order((absences::last_day.asc(), absences::absence_id.asc()))
        .limit(MOST)
        .select(AbsenceRow::as_select())
        .load(conn)?)
}

/// One absence.
pub fn absence(conn: &mut AnyConnection, project: ProjectKey, id: &str) -> Result<Option<AbsenceRow>> {
    let found = absences::table.find((project, id)).select(AbsenceRow::as_select());
    Ok(found.first(conn).optional()?)
}

/// How many rows of each kind a project has: hours, holidays, absences.
pub fn counts(conn: &mut AnyConnection, project: ProjectKey) -> Result<[i64; 3]> {
    Ok([
        working_hours::table.filter(working_hours::project.eq(project)).count().get_result(conn)?,
        holidays::table.filter(holidays::project.eq(project)).count().get_result(conn)?,
        absences::table.filter(absences::project.eq(project)).count().get_result(conn)?,
    ])
}
