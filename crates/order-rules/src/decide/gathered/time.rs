//! Timers and time written down by hand. One timer runs a person; what stops it is said.

use chrono::NaiveDate;

use super::{Case, check_recording, check_writer};
use crate::decide::ticks;
use crate::events::OrderEvent;
use crate::gathered::events::Worked;
use crate::gathered::{GatheredEvent, StopCause};
use crate::lifecycle::{Rule, require_reason};
use crate::model::{Status, TimeEntry, Who, limits};
use foundation::{Action, Error, Result, Timestamp};

/// Minutes of a day.
const DAY: u32 = 24 * 60;
const DAY_MICROS: i64 = 86_400_000_000;
/// Somewhere it is tomorrow already.
const AHEAD: i64 = 14 * 3_600_000_000;
/// Nobody writes down work of longer ago: an earlier year is a slip of the keyboard.
const BACK: i64 = 10 * 366 * DAY_MICROS;
const LONG_AGO: &str = "this was more than ten years ago; look at the year";
/// The most entries of one order.
const MOST: usize = 2_000;

pub(super) fn start(case: &Case<'_>, new_id: &mut dyn FnMut() -> String) -> Result<Vec<OrderEvent>> {
    check_writer(case)?;
    ticks::check_working(case)?;
    if case.order.gathered.timer_of(case.asker.id()).is_some() {
        return Err(Error::refused("Your timer runs on this order already."));
    }
    check_room(case)?;
    let started = GatheredEvent::TimerStarted { timer: new_id() };
    Ok(ticks::begin(case)?.into_iter().chain([started.into()]).collect())
}

/// Whoever runs it stops it; no other right is asked for, so that a timer never outlives an assignment.
pub(super) fn stop(case: &Case<'_>) -> Result<Vec<OrderEvent>> {
    let Some(timer) = case.order.gathered.timer_of(case.asker.id()) else {
        return Err(Error::refused("No timer of yours runs on this order."));
    };
    let (timer, account) = (timer.id.clone(), case.asker.id().to_owned());
    Ok(vec![GatheredEvent::TimerStopped { timer, account, cause: StopCause::Pressed }.into()])
}

/// Somebody who went home, or left, cannot stop theirs: a supervisor does. What it measured may be corrected like all time.
pub(super) fn stop_of(case: &Case<'_>, account: String) -> Result<Vec<OrderEvent>> {
    if account == case.asker.id() {
        return stop(case);
    }
    if !case.may(Action::UndoOthersTick) {
        return Err(Error::forbidden("A timer is stopped by whoever runs it or by a supervisor."));
    }
    let Some(timer) = case.order.gathered.timer_of(&account) else {
        return Err(Error::refused("No timer of theirs runs on this order."));
    };
    let timer = timer.id.clone();
    Ok(vec![GatheredEvent::TimerStopped { timer, account, cause: StopCause::ByAnother }.into()])
}

/// The timers that a move stops: all when nobody works any more, else that of whoever signs.
pub(in crate::decide) fn stops(case: &Case<'_>, rule: &Rule, to: Status) -> Vec<OrderEvent> {
    let cause = match to {
        Status::OnHold => StopCause::Hold,
        Status::Completed => StopCause::Completed,
        _ if rule.signature.is_some() => StopCause::Signed,
        _ => return Vec::new(),
    };
    let timers = case.order.gathered.timers.iter();
    let stopped = timers.filter(|timer| cause != StopCause::Signed || timer.who.is(case.asker.id()));
    let event = |(timer, account)| GatheredEvent::TimerStopped { timer, account, cause }.into();
    stopped.map(|timer| (timer.id.clone(), timer.who.id.clone())).map(event).collect()
}

pub(super) fn log(
    case: &Case<'_>,
    worked: Worked,
    now: Timestamp,
    new_id: &mut dyn FnMut() -> String,
) -> Result<Vec<OrderEvent>> {
    check_writer(case)?;
    let start = check_recording(case, &worked.note, "note")?;
    check_room(case)?;
    let worked = checked(worked, now)?;
    if worked.minutes == 0 {
        return Err(Error::invalid("minutes", "say how many minutes, at least 1"));
    }
    check_day(case, &Who::from(&case.asker.actor), &worked, None)?;
    let logged = GatheredEvent::TimeLogged { entry: new_id(), worked };
    Ok(start.into_iter().chain([logged.into()]).collect())
}

pub(super) fn correct(
    case: &Case<'_>,
    entry: String,
    worked: Worked,
    reason: String,
    now: Timestamp,
    new_id: &mut dyn FnMut() -> String,
) -> Result<Vec<OrderEvent>> {
    let Some(old) = case.order.gathered.time.iter().find(|it| it.id == entry) else {
        return Err(Error::not_found("the entry of time"));
    };
    let is_own = old.who.is(case.asker.id());
    if !is_own && !case.may(Action::UndoOthersTick) {
        return Err(Error::forbidden("Time is corrected by whoever worked it or by a supervisor."));
    }
    check_writer(case)?;
    if old.superseded_by.is_some() {
        return Err(Error::refused("This entry was corrected already: correct the newest one."));
    }
    check_recording(case, &reason, "reason")?;
    check_room(case)?;
    limits::check(&serde_json::json!({ "reason": reason }))?;
    require_reason(&reason, case.facts, "Correct time")?;
    let worked = checked(worked, now)?;
    check_day(case, &old.who, &worked, Some(old))?;
    Ok(vec![GatheredEvent::TimeCorrected { entry: new_id(), corrects: entry, worked, reason }.into()])
}

fn check_room(case: &Case<'_>) -> Result<()> {
    if case.order.gathered.time.len() < MOST {
        return Ok(());
    }
    Err(Error::refused(format!("An order takes at most {MOST} entries of time. Open a follow-up order.")))
}

/// What can have been: a span that ended by now and is no longer than a day, or minutes of a day that has begun.
fn checked(worked: Worked, now: Timestamp) -> Result<Worked> {
    limits::check(&serde_json::json!({ "note": worked.note }))?;
    match (worked.from, worked.until) {
        (Some(from), Some(until)) => span(worked, from, until, now),
        (None, None) => minutes(worked, now),
        (None, Some(_)) => Err(Error::invalid("from", "say from when, or give minutes and a day instead")),
        (Some(_), None) => Err(Error::invalid("until", "say until when, or give minutes and a day instead")),
    }
}

fn span(worked: Worked, from: Timestamp, until: Timestamp, now: Timestamp) -> Result<Worked> {
    let length = until.micros_since(from);
    if length <= 0 {
        return Err(Error::invalid("until", "the end must be after the beginning"));
    }
    if until > now.plus_micros(60_000_000) {
        return Err(Error::invalid("until", "this is still to come; write time down once it is over"));
    }
    if from < now.plus_micros(-BACK) {
        return Err(Error::invalid("from", LONG_AGO));
    }
    if length > DAY_MICROS {
        return Err(Error::invalid("until", "an entry is a day at most; write down one for each day"));
    }
    let minutes = u32::try_from(length / 60_000_000).unwrap_or_default().max(1);
    Ok(Worked { minutes, day: String::new(), ..worked })
}

fn minutes(worked: Worked, now: Timestamp) -> Result<Worked> {
    let day = NaiveDate::parse_from_str(&worked.day, "%Y-%m-%d")
        .map_err(|_| Error::invalid("day", "expected a day such as 2026-11-21"))?;
    if day > now.plus_micros(AHEAD).to_chrono().date_naive() {
        return Err(Error::invalid("day", "this day is still to come; write time down once it is over"));
    }
    if day < now.plus_micros(-BACK).to_chrono().date_naive() {
        return Err(Error::invalid("day", LONG_AGO));
    }
    if worked.minutes > DAY {
        return Err(Error::invalid("minutes", "a day has 1440 minutes; write down one entry for each day"));
    }
    Ok(Worked { day: day.format("%Y-%m-%d").to_string(), ..worked })
}

/// Minutes of one day written down for one person are no more than the day has.
fn check_day(case: &Case<'_>, who: &Who, worked: &Worked, replaced: Option<&TimeEntry>) -> Result<()> {
    if worked.day.is_empty() {
        return Ok(());
    }
    let same = case.order.gathered.standing_time().filter(|entry| {
        entry.who.id == who.id && entry.day == worked.day && replaced.is_none_or(|old| old.id != entry.id)
    });
    let sum: u32 = same.map(|entry| entry.minutes).sum();
    if sum + worked.minutes <= DAY {
        return Ok(());
    }
    Err(Error::invalid(
        "minutes",
        format!("{sum} minutes are written down for {} already; a day has {DAY}", worked.day),
    ))
}
