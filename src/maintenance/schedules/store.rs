//! Rows of `order_schedules` and `order_schedule_days`.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::db::schema::{order_schedule_days, order_schedules};
use crate::db::{AnyConnection, Tx, locks};
use crate::foundation::{ProjectKey, Result, Timestamp};

use super::model::{Made, Schedule, Standing, Terms};
use super::next;

/// One schedule as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = order_schedules)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct ScheduleRow {
    pub project: ProjectKey,
    /// Opaque id; the id of the stream.
    pub schedule_id: String,
    /// `SC-001`, unique per project.
    pub code: String,
    sequence: i64,
    pub procedure_id: String,
    state: String,
    until_day: Option<String>,
    /// Why it is not running, or why the order that is due could not be made; empty otherwise.
    pub why: String,
    pub asset_tag: String,
    pub assignee_name: String,
    /// The order on whose end its next day depends.
    pub waits_for: Option<String>,
    next_day: Option<String>,
    wake_at: Option<Timestamp>,
    pub made: i64,
    /// The number of the order that it made last; empty for none.
    pub last_number: String,
    terms: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// The version of its stream.
    pub version: i64,
}

/// Where a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Running,
    Paused,
    Stopped,
    Ended,
}

/// A schedule that may have something to do.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = order_schedules)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub(super) struct AwakeRow {
    pub(super) project: ProjectKey,
    pub(super) schedule_id: String,
    pub(super) waits_for: Option<String>,
    pub(super) wake_at: Option<Timestamp>,
}

#[derive(Insertable)]
#[diesel(table_name = order_schedule_days)]
struct NewDay<'a> {
    project: ProjectKey,
    schedule_id: &'a str,
    day: String,
    what: &'static str,
    order_id: Option<&'a str>,
}

impl ScheduleRow {
    fn of(
        project: ProjectKey,
        schedule: &Schedule,
        (first, last): (Timestamp, Timestamp),
        version: i64,
    ) -> Result<Self> {
        let terms = &schedule.terms;
        let until = match &schedule.standing {
            Standing::Paused { until, .. } => *until,
            _ => None,
        };
        let waits_for = schedule.waits_for().map(|made| made.order.order.clone());
        let next = next::next_day(schedule, None).filter(|_| schedule.is_running() && waits_for.is_none());
        let numbered = |made: &Made| made.order.number.clone();
        Ok(Self {
            project,
            schedule_id: schedule.id.clone(),
            code: schedule.code.clone(),
            sequence: schedule.sequence,
            procedure_id: schedule.procedure.clone(),
            state: schedule.standing.as_str().to_owned(),
            until_day: until.map(|day| day.to_string()),
            why: why(schedule),
            asset_tag: terms.asset.clone().unwrap_or_default(),
            assignee_name: terms.assignee.as_ref().map(|to| to.name.clone()).unwrap_or_default(),
            waits_for,
            next_day: next.map(|day| day.to_string()),
            wake_at: next::wakes_at(schedule),
            made: i64::try_from(schedule.made.len()).unwrap_or(i64::MAX),
            last_number: schedule.made.last().map(numbered).unwrap_or_default(),
            terms: serde_json::to_string(terms)?,
            created_at: first,
            updated_at: last,
            version,
        })
    }

    /// Where it stands.
    pub fn state(&self) -> State {
        match self.state.as_str() {
            "running" => State::Running,
            "paused" => State::Paused,
            "stopped" => State::Stopped,
            _ => State::Ended,
        }
    }

    /// Whether its orders are held up and somebody has to look.
    pub fn is_in_trouble(&self) -> bool {
        let state = self.state();
        state == State::Stopped || (state == State::Running && !self.why.is_empty())
    }

    /// The local day on which a paused one goes on by itself.
    pub fn until(&self) -> Option<NaiveDate> {
        self.until_day.as_deref()?.parse().ok()
    }

    /// The local day that comes next.
    pub fn next_day(&self) -> Option<NaiveDate> {
        self.next_day.as_deref()?.parse().ok()
    }

    /// What was chosen about it.
    pub fn terms(&self) -> Result<Terms> {
        Ok(serde_json::from_str(&self.terms)?)
    }
}

/// Why it makes no order, in one sentence.
fn why(schedule: &Schedule) -> String {
    match &schedule.standing {
        Standing::Running => schedule.obstacle.as_ref().map(|it| it.why.clone()).unwrap_or_default(),
        Standing::Paused { told, .. } | Standing::Ended(told) => told.reason.clone(),
        // Which they are is said to whoever may see them.
        Standing::Stopped { orders, .. } => match orders.len() {
            1 => "nobody touched its last order".to_owned(),
            count => format!("nobody touched its last {count} orders"),
        },
    }
}

/// Puts the row of a schedule in the place of the one that it had, and adds the days that were settled since.
pub(super) fn put(
    conn: &mut AnyConnection,
    project: ProjectKey,
    schedule: &Schedule,
    times: (Timestamp, Timestamp),
    version: i64,
) -> Result<()> {
    diesel::delete(order_schedules::table.find((project, &schedule.id))).execute(conn)?;
    let row = ScheduleRow::of(project, schedule, times, version)?;
    diesel::insert_into(order_schedules::table).values(&row).execute(conn)?;
    let known: Option<String> = order_schedule_days::table
        .filter(order_schedule_days::project.eq(project))
        .filter(order_schedule_days::schedule_id.eq(&schedule.id))
        .order(order_schedule_days::day.desc())
        .select(order_schedule_days::day)
        .first(conn)
        .optional()?;
    let known: Option<NaiveDate> = known.and_then(|day| day.parse().ok());
    let made = schedule.made.iter().map(|made| (made.day, "made", Some(made.order.order.as_str())));
    let missed = schedule.missed.iter().map(|day| (*day, "missed", None));
    let skipped = schedule.skipped.iter().map(|day| (*day, "skipped", None));
    for (day, what, order_id) in made.chain(missed).chain(skipped) {
        if known.is_none_or(|known| day > known) {
            let new = NewDay { project, schedule_id: &schedule.id, day: day.to_string(), what, order_id };
            diesel::insert_into(order_schedule_days::table).values(&new).execute(conn)?;
        }
    }
    Ok(())
}

/// Up to `limit` schedules of the whole installation behind a place that have to be looked at: their moment has come, or they wait
/// for an order.
pub(super) fn awake(
    conn: &mut AnyConnection,
    now: Timestamp,
    after: Option<(ProjectKey, String)>,
    limit: i64,
) -> Result<Vec<AwakeRow>> {
    let (project, schedule) = after.unwrap_or((ProjectKey(i64::MIN), String::new()));
    let behind = order_schedules::project
        .gt(project)
        .or(order_schedules::project.eq(project).and(order_schedules::schedule_id.gt(schedule)));
    let waits = order_schedules::waits_for.is_not_null();
    Ok(order_schedules::table
        .filter(waits.or(order_schedules::wake_at.le(now)))
        .filter(behind)
        .order((order_schedules::project.asc(), order_schedules::schedule_id.asc()))
        .limit(limit)
        .select(AwakeRow::as_select())
        .load(conn)?)
}

/// Says on the row of a running schedule why it makes no order; nothing where it says so already.
pub(super) fn say_why(
    conn: &mut AnyConnection,
    project: ProjectKey,
    schedule: &str,
    why: &str,
) -> Result<()> {
    let row = order_schedules::table
        .filter(order_schedules::project.eq(project))
        .filter(order_schedules::schedule_id.eq(schedule))
        .filter(order_schedules::state.eq("running"))
        .filter(order_schedules::why.ne(why));
    diesel::update(row).set(order_schedules::why.eq(why)).execute(conn)?;
    Ok(())
}

/// Whether an order was made for a day, or it was missed or skipped.
pub(super) fn is_settled(
    conn: &mut AnyConnection,
    project: ProjectKey,
    schedule: &str,
    day: NaiveDate,
) -> Result<bool> {
    let row = order_schedule_days::table.find((project, schedule, day.to_string()));
    let found: Option<String> = row.select(order_schedule_days::what).first(conn).optional()?;
    Ok(found.is_some())
}

/// The turn of those who give out codes.
const CODES: &str = "schedules";

/// The next number of a code; it is given out when the transaction is stored, and not otherwise.
pub(super) fn next_sequence(tx: &mut Tx<'_>, project: ProjectKey) -> Result<i64> {
    take_turn(tx, project, CODES)?;
    let last: Option<i64> = order_schedules::table
        .filter(order_schedules::project.eq(project))
        .order(order_schedules::sequence.desc())
        .select(order_schedules::sequence)
        .first(tx.conn)
        .optional()?;
    Ok(last.unwrap_or(0) + 1)
}

/// Makes writers about the same schedule take turns until the transaction ends. Whoever makes an order besides takes the turn of
/// numbers after it.
pub(super) fn take_turn(tx: &mut Tx<'_>, project: ProjectKey, what: &str) -> Result<()> {
    locks::take_turn(tx, locks::order_turn(project, what))
}
