//! Reading schedules: one folded from its events, its history, lists, and the days that are to come.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::db::AnyConnection;
use crate::db::schema::{order_schedule_days, order_schedules};
use crate::foundation::{Error, ProjectKey, Result};
use crate::ledger::events::{Event, read_stream};
use crate::maintenance::procedures::fold::Stamp;
use crate::maintenance::procedures::reads as procedures;
use crate::work_orders::model::{Status, Transition, Who};
use crate::work_orders::reads as orders;

use super::events::{ScheduleEvent, stream_of};
use super::fold::apply;
use super::model::{Ends, Schedule};
use super::next::{self, day_at, zone_of};
pub use super::store::{ScheduleRow, State};

/// The schedule that some events of one stream make; an erased event changes nothing any more.
pub fn fold_events(events: &[Event]) -> Result<Schedule> {
    let mut schedule = Schedule::default();
    for event in events {
        let Some(body) = &event.body else { continue };
        let name = event.actor_name().to_owned();
        let by = Who { id: event.actor.clone(), kind: event.actor_kind, name };
        let happened = ScheduleEvent::from_json(&event.kind, &body.data)?;
        apply(&mut schedule, &happened, &Stamp { by, at: event.at });
    }
    Ok(schedule)
}

/// What happened to a schedule, oldest first.
pub fn history(conn: &mut AnyConnection, project: ProjectKey, schedule: &str) -> Result<Vec<Event>> {
    read_stream(conn, &stream_of(project, schedule), None)
}

/// The schedule with this id.
pub fn load(conn: &mut AnyConnection, project: ProjectKey, schedule: &str) -> Result<Schedule> {
    let found = fold_events(&history(conn, project, schedule)?)?;
    if found.exists() { Ok(found) } else { Err(Error::not_found("this schedule")) }
}

/// The row with this code, in any case of letters.
pub fn find(conn: &mut AnyConnection, project: ProjectKey, code: &str) -> Result<Option<ScheduleRow>> {
    let code = code.trim().to_uppercase();
    let row = order_schedules::table
        .filter(order_schedules::project.eq(project))
        .filter(order_schedules::code.eq(code));
    Ok(row.select(ScheduleRow::as_select()).first(conn).optional()?)
}

/// The row with this id.
pub fn by_id(conn: &mut AnyConnection, project: ProjectKey, id: &str) -> Result<Option<ScheduleRow>> {
    Ok(order_schedules::table.find((project, id)).select(ScheduleRow::as_select()).first(conn).optional()?)
}

/// Up to `limit` schedules of a project: those that cannot make their order first, then by the day that comes next, then those that
/// wait; ended ones come last.
pub fn list(conn: &mut AnyConnection, project: ProjectKey, limit: i64) -> Result<Vec<ScheduleRow>> {
    let mut rows: Vec<ScheduleRow> = order_schedules::table
        .filter(order_schedules::project.eq(project))
        .order((order_schedules::state.ne("ended").desc(), order_schedules::sequence.desc()))
        .limit(limit)
        .select(ScheduleRow::as_select())
        .load(conn)?;
    rows.sort_by_key(|row| {
        let next = row.next_day();
        (row.state() == State::Ended, !row.is_in_trouble(), next.is_none(), next, row.code.clone())
    });
    Ok(rows)
}

/// The schedules of one procedure, by code.
pub fn of_procedure(
    conn: &mut AnyConnection,
    project: ProjectKey,
    procedure: &str,
    limit: i64,
) -> Result<Vec<ScheduleRow>> {
    Ok(order_schedules::table
        .filter(order_schedules::project.eq(project))
        .filter(order_schedules::procedure_id.eq(procedure))
        .order(order_schedules::sequence.asc())
        .limit(limit)
        .select(ScheduleRow::as_select())
        .load(conn)?)
}

/// Up to `limit` schedules that stopped by themselves or cannot make the order that is due, the one that changed first before.
pub fn in_trouble(conn: &mut AnyConnection, project: ProjectKey, limit: i64) -> Result<Vec<ScheduleRow>> {
    let is_held_up = order_schedules::state.eq("running").and(order_schedules::why.ne(""));
    Ok(order_schedules::table
        .filter(order_schedules::project.eq(project))
        .filter(order_schedules::state.eq("stopped").or(is_held_up))
        .order((order_schedules::updated_at.asc(), order_schedules::schedule_id.asc()))
        .limit(limit)
        .select(ScheduleRow::as_select())
        .load(conn)?)
}

/// The day on which the order that a schedule made last ended, in the schedule's zone; none where it is open, or none was made.
/// A cancelled one has ended too.
pub fn done_on(
    conn: &mut AnyConnection,
    project: ProjectKey,
    schedule: &Schedule,
) -> Result<Option<NaiveDate>> {
    let Some(last) = schedule.made.last() else { return Ok(None) };
    let order = orders::load(conn, project, &last.order.order, None)?;
    if !has_ended(order.status) {
        return Ok(None);
    }
    let ends = |id: Transition| matches!(id, Transition::Complete | Transition::Cancel);
    let ended = order.transitions.iter().rev().find(|it| ends(it.id));
    Ok(ended.and_then(|it| Some(day_at(it.at, zone_of(&schedule.terms.zone)?))))
}

/// Whether nothing is to be done on an order any more.
pub(super) fn has_ended(status: Status) -> bool {
    status.is_done() || status.is_final()
}

/// The codes of the schedules that made some of these orders, by the orders' ids.
pub fn makers(
    conn: &mut AnyConnection,
    project: ProjectKey,
    orders: &[String],
) -> Result<HashMap<String, String>> {
    let made: Vec<(Option<String>, String)> = order_schedule_days::table
        .filter(order_schedule_days::project.eq(project))
        .filter(order_schedule_days::order_id.eq_any(orders))
        .select((order_schedule_days::order_id, order_schedule_days::schedule_id))
        .load(conn)?;
    let mut codes: HashMap<String, String> = HashMap::new();
    let mut makers = HashMap::new();
    for (order, schedule) in made {
        if !codes.contains_key(&schedule) {
            let code = by_id(conn, project, &schedule)?.map(|row| row.code).unwrap_or_default();
            codes.insert(schedule.clone(), code);
        }
        let code = codes.get(&schedule).cloned().unwrap_or_default();
        makers.extend(order.map(|order| (order, code)));
    }
    Ok(makers)
}

/// A day on which a schedule is going to make an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    pub day: NaiveDate,
    /// Of the schedule: `SC-001`.
    pub code: String,
    /// What the procedure is called.
    pub title: String,
}

/// Schedules whose days are planned.
const PLANNED: i64 = 200;

/// The days from one to another on which the running schedules of a project are going to make orders, as far as the calendar tells:
/// at most as many as there are days, for each of the 200 that come first.
pub fn planned(
    conn: &mut AnyConnection,
    project: ProjectKey,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<Vec<Planned>> {
    let rows: Vec<ScheduleRow> = order_schedules::table
        .filter(order_schedules::project.eq(project))
        .filter(order_schedules::state.eq("running"))
        .filter(order_schedules::next_day.le(last.to_string()))
        .order((order_schedules::next_day.asc(), order_schedules::sequence.asc()))
        .limit(PLANNED)
        .select(ScheduleRow::as_select())
        .load(conn)?;
    // Many schedules may belong to few procedures.
    let mut titles: HashMap<String, String> = HashMap::new();
    let mut planned = Vec::new();
    for row in rows {
        let days = days_of(&row, (first, last))?;
        if days.is_empty() {
            continue;
        }
        if !titles.contains_key(&row.procedure_id) {
            let procedure = procedures::by_id(conn, project, &row.procedure_id)?;
            titles.insert(row.procedure_id.clone(), procedure.map(|it| it.title).unwrap_or_default());
        }
        let title = titles.get(&row.procedure_id).cloned().unwrap_or_default();
        planned.extend(days.into_iter().map(|day| Planned {
            day,
            code: row.code.clone(),
            title: title.clone(),
        }));
    }
    planned.sort_by(|a, b| (a.day, &a.code).cmp(&(b.day, &b.code)));
    Ok(planned)
}

fn days_of(row: &ScheduleRow, (first, last): (NaiveDate, NaiveDate)) -> Result<Vec<NaiveDate>> {
    let terms = row.terms()?;
    let left = match terms.ends {
        Ends::After(count) => usize::try_from(i64::from(count) - row.made).unwrap_or_default(),
        Ends::Never | Ends::On(_) => usize::MAX,
    };
    let before_end = |day: &NaiveDate| !matches!(terms.ends, Ends::On(end) if *day > end);
    let follows = |day: &NaiveDate| next::follows(&terms, *day);
    // What follows is a day later at least, and no address reaches so many years back that this is long.
    let days = std::iter::successors(row.next_day(), follows).take(left.min(FAR)).take_while(before_end);
    Ok(days.take_while(|day| *day <= last).filter(|day| *day >= first).collect())
}

/// Days looked at to plan those of a calendar far ahead.
const FAR: usize = 4_000;
