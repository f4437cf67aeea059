//! Making the orders whose day has come: a rule, run every minute and by every server.
//!
//! Each schedule has a transaction of its own, in which it is its turn: whoever comes second finds the day settled. A run looks at a
//! bounded number of schedules and says where the next one goes on.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::db::{AnyConnection, Tx};
use crate::foundation::{Action, Asker, Error, ProjectKey, Result, Timestamp};
use crate::ledger::Ledger;
use crate::maintenance::schedules::events::ScheduleEvent;
use crate::maintenance::schedules::model::{MadeOrder, Schedule, Standing};
use crate::maintenance::schedules::next::{self, Due, day_at, zone_of};
use crate::maintenance::schedules::store::AwakeRow;
use crate::maintenance::schedules::{reads, store};
use crate::state::App;
use crate::work_orders::reads as orders;
use crate::work_orders::reads::calendar::with_ids;

use super::making::{gather, make};

/// Schedules that one run looks at.
const LOOKED_AT: i64 = 200;

/// Where a run left off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    project: i64,
    schedule: String,
}

/// What a run did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ran {
    /// Orders that were made.
    pub made: u32,
    /// Where the next run goes on; none where every schedule was looked at.
    pub next: Option<Place>,
}

/// Looks at up to 200 schedules of the whole installation behind a place. One that fails holds up no other: why is logged, and what
/// a rule refused is said on its page.
pub async fn make_due(app: &App, asker: &Asker, after: Option<Place>) -> Result<Ran> {
    asker.must(Action::MakeScheduledOrder)?;
    let now = app.now();
    let after = after.map(|place| (ProjectKey(place.project), place.schedule));
    let awake = app.db.read(move |conn| awake(conn, now, after)).await?;
    let mut ran = Ran { made: 0, next: awake.next };
    for row in awake.rows {
        let (ledger, who, id) = (app.ledger.clone(), asker.in_project(row.project)?, row.schedule_id.clone());
        let write = move |tx: &mut Tx<'_>| look_after(tx, &ledger, &who, &id);
        match app.db.write(&asker.actor, write).await {
            Ok(is_made) => ran.made += u32::from(is_made),
            Err(error) => {
                tracing::warn!(schedule = %row.schedule_id, %error, "the order of a schedule could not be made");
                let who = asker.in_project(row.project)?;
                hold_up_unreadable(app, &who, row.schedule_id.clone()).await;
                note(app, &who, row.schedule_id, &error).await;
            }
        }
    }
    Ok(ran)
}

/// Says on the schedule what a rule refused; what the database or the machine could not do is tried again in a minute.
async fn note(app: &App, who: &Asker, id: String, error: &Error) {
    if !matches!(error, Error::Invalid(_) | Error::Refused(_) | Error::NotFound(_)) {
        return;
    }
    let (ledger, asker, why) = (app.ledger.clone(), who.clone(), error.to_string());
    let write = move |tx: &mut Tx<'_>| {
        let schedule = in_turn(tx, &ledger, &asker, &id)?;
        if !schedule.is_running() {
            return Ok(());
        }
        let done = reads::done_on(tx.conn, asker.project, &schedule)?;
        let Due::Now { day, missed } = next::due(&schedule, done, tx.now()) else { return Ok(()) };
        let mut noted = passed_over(missed);
        noted.extend(held_up(&schedule, day, why));
        super::append(tx, &ledger, asker.project, &id, &noted).map(drop)
    };
    if let Err(error) = app.db.write(&who.actor, write).await {
        tracing::warn!(%error, "why the order of a schedule could not be made was not noted");
    }
}

/// What a schedule says while nothing can be read of it.
const UNREADABLE: &str =
    "what is recorded of it, or of its last order, cannot be read; the log of the server says why";

/// Says so on the row of a schedule whose events, or whose last order's, cannot be read: no event can say it, for none can be added to
/// what cannot be read. The next time that it is looked after well, its row says again what its events say.
async fn hold_up_unreadable(app: &App, who: &Asker, id: String) {
    let project = who.project;
    let write = move |tx: &mut Tx<'_>| {
        store::take_turn(tx, project, &id)?;
        let read = reads::load(tx.conn, project, &id)
            .and_then(|schedule| reads::done_on(tx.conn, project, &schedule));
        if read.is_ok() { Ok(()) } else { store::say_why(tx.conn, project, &id, UNREADABLE) }
    };
    if let Err(error) = app.db.write(&who.actor, write).await {
        tracing::warn!(%error, "that a schedule cannot be read was not noted");
    }
}

struct Awake {
    rows: Vec<AwakeRow>,
    next: Option<Place>,
}

/// The schedules behind a place that have something to do: of those that wait for an order, the ones whose order has ended.
fn awake(conn: &mut AnyConnection, now: Timestamp, after: Option<(ProjectKey, String)>) -> Result<Awake> {
    let found = store::awake(conn, now, after, LOOKED_AT)?;
    let is_full = i64::try_from(found.len()).is_ok_and(|count| count == LOOKED_AT);
    let last = found.last().filter(|_| is_full);
    let next = last.map(|row| Place { project: row.project.0, schedule: row.schedule_id.clone() });
    let mut rows = Vec::new();
    for row in found {
        let is_due = has_something_to_do(conn, &row, now).unwrap_or_else(|error| {
            // What cannot be read of one holds up no other: its own turn says why.
            tracing::warn!(schedule = %row.schedule_id, %error, "whether a schedule has something to do cannot be told");
            true
        });
        if is_due {
            rows.push(row);
        }
    }
    Ok(Awake { rows, next })
}

/// Whether its moment has come. One that waits for an order says so only once that has ended and its own day has come.
fn has_something_to_do(conn: &mut AnyConnection, row: &AwakeRow, now: Timestamp) -> Result<bool> {
    if row.wake_at.is_some_and(|at| at <= now) {
        return Ok(true);
    }
    let Some(order) = &row.waits_for else { return Ok(false) };
    let order = orders::by_id(conn, row.project, order)?;
    if !order.is_some_and(|order| reads::has_ended(order.status())) {
        return Ok(false);
    }
    let schedule = reads::load(conn, row.project, &row.schedule_id)?;
    let done = reads::done_on(conn, row.project, &schedule)?;
    Ok(!matches!(next::due(&schedule, done, now), Due::Later(_)))
}

/// A schedule in its turn, which goes on where its pause is over: both when its order is made and when it is noted why it was not, for
/// what was written before that failed is not kept.
fn in_turn(tx: &mut Tx<'_>, ledger: &Ledger, who: &Asker, id: &str) -> Result<Schedule> {
    store::take_turn(tx, who.project, id)?;
    let schedule = reads::load(tx.conn, who.project, id)?;
    let Some(resumed) = pause_is_over(&schedule, tx.now()) else { return Ok(schedule) };
    super::append(tx, ledger, who.project, id, &[resumed])?;
    reads::load(tx.conn, who.project, id)
}

/// Does what is due on one schedule; whether that was an order.
fn look_after(tx: &mut Tx<'_>, ledger: &Ledger, who: &Asker, id: &str) -> Result<bool> {
    let schedule = in_turn(tx, ledger, who, id)?;
    if !schedule.is_running() {
        return Ok(false);
    }
    let done = reads::done_on(tx.conn, who.project, &schedule)?;
    let why = schedule.obstacle.as_ref().map_or("", |it| it.why.as_str());
    store::say_why(tx.conn, who.project, id, why)?;
    let decided = match next::due(&schedule, done, tx.now()) {
        Due::Later(_) => return Ok(false),
        Due::Over => vec![ended()],
        Due::Now { day, missed } => settle(tx, ledger, who, &schedule, (day, missed))?,
    };
    let is_made = decided.iter().any(|event| matches!(event, ScheduleEvent::OrderMade { .. }));
    super::append(tx, ledger, who.project, id, &decided)?;
    if is_made {
        end_after_last(tx, ledger, who, id)?;
    }
    Ok(is_made)
}

/// What becomes of the day that is due: an order, or why there is none; the days before it were missed.
fn settle(
    tx: &mut Tx<'_>,
    ledger: &Ledger,
    who: &Asker,
    schedule: &Schedule,
    (day, missed): (NaiveDate, Vec<NaiveDate>),
) -> Result<Vec<ScheduleEvent>> {
    if store::is_settled(tx.conn, who.project, &schedule.id, day)? {
        return Ok(Vec::new());
    }
    if let Some(orders) = untouched(tx.conn, who.project, schedule)? {
        return Ok(vec![ScheduleEvent::Stopped { orders }]);
    }
    let mut decided = passed_over(missed);
    let now = tx.now();
    match gather(tx.conn, who.project, schedule, day, now)? {
        Ok(of) => decided.push(make(tx, ledger, who, schedule, (day, of))?),
        Err(why) => decided.extend(held_up(schedule, day, why)),
    }
    Ok(decided)
}

/// That a later day came before the orders of some were made, if any did. They are settled by it, so it is said once.
fn passed_over(missed: Vec<NaiveDate>) -> Vec<ScheduleEvent> {
    if missed.is_empty() { Vec::new() } else { vec![ScheduleEvent::DaysMissed { days: missed }] }
}

/// Why the order of a day could not be made, unless that is known.
fn held_up(schedule: &Schedule, day: NaiveDate, why: String) -> Vec<ScheduleEvent> {
    let is_known = schedule.obstacle.as_ref().is_some_and(|it| it.day == day && it.why == why);
    if is_known { Vec::new() } else { vec![ScheduleEvent::OrderNotMade { day, why }] }
}

/// The last orders, where there are so many in a row that nothing was recorded on any of them since it was made.
fn untouched(
    conn: &mut AnyConnection,
    project: ProjectKey,
    schedule: &Schedule,
) -> Result<Option<Vec<MadeOrder>>> {
    let count = usize::try_from(schedule.terms.stop_after).unwrap_or(usize::MAX);
    let Some(made) = schedule.lately_made(count) else { return Ok(None) };
    let ids: Vec<String> = made.iter().map(|it| it.order.order.clone()).collect();
    let rows = with_ids(conn, project, &ids)?;
    let is_untouched = made
        .iter()
        .all(|made| rows.iter().any(|row| row.order_id == made.order.order && row.version == made.untouched));
    Ok(is_untouched.then(|| made.iter().map(|it| it.order.clone()).collect()))
}

/// A pause that was told until a day is over when that day begins, whenever somebody notices.
fn pause_is_over(schedule: &Schedule, now: Timestamp) -> Option<ScheduleEvent> {
    let Standing::Paused { until: Some(day), .. } = &schedule.standing else { return None };
    let today = day_at(now, zone_of(&schedule.terms.zone)?);
    let reason = format!("its pause was told until {day}");
    (today >= *day).then_some(ScheduleEvent::Resumed { floor: *day, reason })
}

/// Counted by the calendar, the last order is known when it is made.
fn end_after_last(tx: &mut Tx<'_>, ledger: &Ledger, who: &Asker, id: &str) -> Result<()> {
    let schedule = reads::load(tx.conn, who.project, id)?;
    let is_over = schedule.waits_for().is_none() && next::next_day(&schedule, None).is_none();
    if is_over {
        super::append(tx, ledger, who.project, id, &[ended()])?;
    }
    Ok(())
}

fn ended() -> ScheduleEvent {
    ScheduleEvent::Ended { reason: "its last day has come".to_owned() }
}
