//! Rows of schedules.

use diesel::prelude::*;

use crate::db::schema::schedules;
use crate::db::{AnyConnection, Tx, each};
use crate::foundation::{ProjectKey, Result, Timestamp};
use crate::jobs::model::When;

/// A schedule as stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = schedules)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub(in crate::jobs) struct ScheduleRow {
    pub(in crate::jobs) project: ProjectKey,
    pub(in crate::jobs) name: String,
    pub(in crate::jobs) kind: String,
    pub(in crate::jobs) payload: String,
    every_micros: Option<i64>,
    daily_minute: Option<i64>,
    pub(in crate::jobs) next_run: Timestamp,
    pub(in crate::jobs) paused_at: Option<Timestamp>,
}

impl ScheduleRow {
    pub(in crate::jobs) fn when(&self) -> When {
        When::from_stored(self.every_micros, self.daily_minute)
    }
}

/// Whether anything is due.
pub(in crate::jobs) fn has_due_schedule(conn: &mut AnyConnection, now: Timestamp) -> Result<bool> {
    Ok(diesel::select(diesel::dsl::exists(due(now))).get_result(conn)?)
}

/// What is due, oldest first.
pub(in crate::jobs) fn due_schedules(conn: &mut AnyConnection, now: Timestamp) -> Result<Vec<ScheduleRow>> {
    Ok(due(now)
        .order((schedules::next_run, schedules::project, schedules::name))
        .limit(100)
        .select(ScheduleRow::as_select())
        .load(conn)?)
}

#[diesel::dsl::auto_type(no_type_alias)]
fn due(now: Timestamp) -> _ {
    let now: i64 = now.0;
    schedules::table.filter(schedules::next_run.le(now)).filter(schedules::paused_at.is_null())
}

/// One schedule.
pub(in crate::jobs) fn schedule(
    tx: &mut Tx<'_>,
    project: ProjectKey,
    name: &str,
) -> Result<Option<ScheduleRow>> {
    let mine = schedules::table.find((project.0, name));
    Ok(mine.select(ScheduleRow::as_select()).first(tx.conn).optional()?)
}

/// Sets when a schedule runs next.
pub(in crate::jobs) fn set_next_run(tx: &mut Tx<'_>, row: &ScheduleRow, next: Timestamp) -> Result<()> {
    let mine = schedules::table.find((row.project.0, &row.name));
    diesel::update(mine).set(schedules::next_run.eq(next.0)).execute(tx.conn)?;
    Ok(())
}

/// Pauses a schedule in somebody's name, or lets it go on.
pub(in crate::jobs) fn set_paused(tx: &mut Tx<'_>, row: &ScheduleRow, by: Option<&str>) -> Result<()> {
    let at = by.map(|_| tx.now().0);
    let mine = schedules::table.find((row.project.0, &row.name));
    diesel::update(mine).set((schedules::paused_at.eq(at), schedules::paused_by.eq(by))).execute(tx.conn)?;
    Ok(())
}

/// Moves a schedule on, unless another process did so since it was read: then `false`.
pub(in crate::jobs) fn mark_run(tx: &mut Tx<'_>, row: &ScheduleRow, next: Timestamp) -> Result<bool> {
    let now = tx.now();
    let unmoved = schedules::table
        .filter(schedules::project.eq(row.project.0))
        .filter(schedules::name.eq(&row.name))
        .filter(schedules::next_run.eq(row.next_run.0));
    let moved = diesel::update(unmoved)
        .set((schedules::last_run.eq(now.0), schedules::next_run.eq(next.0)))
        .execute(tx.conn)?;
    Ok(moved == 1)
}

/// A schedule as it should stand.
pub(in crate::jobs) struct ScheduleSpec<'a> {
    pub(in crate::jobs) project: ProjectKey,
    pub(in crate::jobs) name: &'a str,
    pub(in crate::jobs) when: When,
    pub(in crate::jobs) kind: &'a str,
    pub(in crate::jobs) payload: &'a str,
}

/// Makes or changes a schedule. One that is only named again keeps its beat; a new rhythm begins now.
pub(in crate::jobs) fn put_schedule(tx: &mut Tx<'_>, spec: &ScheduleSpec<'_>) -> Result<()> {
    let now = tx.now();
    let ScheduleSpec { project, name, when, kind, payload } = *spec;
    let row = (
        schedules::project.eq(project.0),
        schedules::name.eq(name),
        schedules::kind.eq(kind),
        schedules::payload.eq(payload),
        schedules::every_micros.eq(when.every_micros()),
        schedules::daily_minute.eq(when.daily_minute()),
        schedules::next_run.eq(when.first(now).0),
        schedules::created_at.eq(now.0),
    );
    each!(tx.conn, |inner| {
        diesel::insert_into(schedules::table).values(row).on_conflict_do_nothing().execute(inner)
    })?;
    let mine = schedules::table.filter(schedules::project.eq(project.0)).filter(schedules::name.eq(name));
    let stored: ScheduleRow = mine.select(ScheduleRow::as_select()).first(tx.conn)?;
    diesel::update(mine).set((schedules::kind.eq(kind), schedules::payload.eq(payload))).execute(tx.conn)?;
    if stored.when() != when {
        let rhythm = (
            schedules::every_micros.eq(when.every_micros()),
            schedules::daily_minute.eq(when.daily_minute()),
            schedules::next_run.eq(when.first(now).0),
        );
        diesel::update(mine).set(rhythm).execute(tx.conn)?;
    }
    Ok(())
}

/// Ends a schedule; ending it again is no error.
pub(in crate::jobs) fn remove_schedule(tx: &mut Tx<'_>, project: ProjectKey, name: &str) -> Result<()> {
    let mine = schedules::table.filter(schedules::project.eq(project.0)).filter(schedules::name.eq(name));
    diesel::delete(mine).execute(tx.conn)?;
    Ok(())
}
