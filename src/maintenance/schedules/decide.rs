//! Commands about schedules decided into events, or refused. Pure: the moment and what others know are arguments.

use chrono::{Datelike as _, NaiveDate};

use super::events::ScheduleEvent;
use super::model::{Basis, Ends, MonthOn, Rhythm, Schedule, Standing, Terms};
use super::next::{self, Due, day_at, zone_of};
use crate::foundation::{Error, FieldErrors, Result, Timestamp};

/// The most days that an order is made before it is due.
pub const LONGEST_LEAD: u32 = 365;
/// The most orders that nobody touched before a schedule stops.
pub const MOST_UNTOUCHED: u32 = 100;
/// How many that are, unless somebody says otherwise.
pub const UNTOUCHED: u32 = 5;
/// The most orders that an end by number may name.
pub const MOST_ORDERS: u32 = 10_000;
/// The last year that a day may lie in.
const LAST_YEAR: i32 = 2_199;

/// What somebody wants to do with a schedule.
#[derive(Clone, Debug)]
pub enum Command {
    /// Put other terms in the place of those that hold.
    Change {
        terms: Box<Terms>,
        reason: String,
        /// The version that the page showed; none takes it as it stands.
        seen: Option<i64>,
    },
    Pause {
        reason: String,
        /// The local day on which it goes on by itself.
        until: Option<NaiveDate>,
    },
    Resume {
        reason: String,
    },
    /// Make no orders any more.
    End {
        reason: String,
    },
    /// Leave out the day that comes next.
    Skip {
        /// The day that the page showed.
        day: NaiveDate,
        reason: String,
    },
}

/// What is known besides the schedule.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The shortest reason, in characters.
    pub min_reason: u16,
    /// The day on which the last order ended, where it has.
    pub done: Option<NaiveDate>,
    pub now: Timestamp,
}

/// A new schedule; its terms are checked, and its procedure is there.
pub fn begin(
    (id, sequence, code): (String, i64, String),
    procedure: String,
    terms: Terms,
    now: Timestamp,
) -> Result<Vec<ScheduleEvent>> {
    check(&terms, None, now)?;
    let floor = today(&terms, now)?;
    Ok(vec![ScheduleEvent::Created { schedule: id, code, sequence, procedure, terms, floor }])
}

/// Decides a command: the events that happen, or a refusal. An empty list: nothing has to.
pub fn decide(schedule: &Schedule, command: Command, facts: &Facts) -> Result<Vec<ScheduleEvent>> {
    if let Standing::Ended(told) = &schedule.standing {
        let (code, why) = (&schedule.code, &told.reason);
        return Err(Error::refused(format!("{code} has ended ({why}). Set up another schedule instead.")));
    }
    let event = match command {
        Command::Change { terms, reason, seen } => return change(schedule, *terms, &reason, seen, facts),
        Command::Pause { reason, until } => pause(schedule, &reason, until, facts)?,
        Command::Resume { reason } => {
            if schedule.is_running() {
                return Err(Error::refused("It is running."));
            }
            ScheduleEvent::Resumed {
                floor: today(&schedule.terms, facts.now)?,
                reason: reasoned(&reason, facts)?,
            }
        }
        Command::End { reason } => ScheduleEvent::Ended { reason: reasoned(&reason, facts)? },
        Command::Skip { day, reason } => return skip(schedule, day, &reason, facts),
    };
    Ok(vec![event])
}

fn change(
    schedule: &Schedule,
    terms: Terms,
    reason: &str,
    seen: Option<i64>,
    facts: &Facts,
) -> Result<Vec<ScheduleEvent>> {
    if let Some(seen) = seen.filter(|seen| *seen != schedule.version) {
        return Err(Error::Conflict {
            what: schedule.code.clone().into(),
            expected: seen,
            found: schedule.version,
        });
    }
    check(&terms, Some(&schedule.terms), facts.now)?;
    if terms == schedule.terms {
        return Ok(Vec::new());
    }
    let made = schedule.made.len();
    let is_over = |count: u32| made >= usize::try_from(count).unwrap_or(usize::MAX);
    // It would end within the minute, and an end is for good.
    if matches!(terms.ends, Ends::After(count) if is_over(count)) && terms.ends != schedule.terms.ends {
        let says = format!("it has made {made} already; name a larger number, or end it");
        return Err(Error::invalid("count", says));
    }
    let reason = reasoned(reason, facts)?;
    Ok(vec![ScheduleEvent::Changed { floor: today(&terms, facts.now)?, terms, reason }])
}

fn pause(
    schedule: &Schedule,
    reason: &str,
    until: Option<NaiveDate>,
    facts: &Facts,
) -> Result<ScheduleEvent> {
    if !schedule.is_running() {
        return Err(Error::refused("It is not running, so it cannot be paused."));
    }
    let today = today(&schedule.terms, facts.now)?;
    if until.is_some_and(|day| day <= today || day.year() > LAST_YEAR) {
        return Err(Error::invalid("until", "name a day after today, or none"));
    }
    Ok(ScheduleEvent::Paused { reason: reasoned(reason, facts)?, until })
}

/// Days that came before the one that is left out were missed, whether or not the rule has been by since.
fn skip(schedule: &Schedule, day: NaiveDate, reason: &str, facts: &Facts) -> Result<Vec<ScheduleEvent>> {
    if !schedule.is_running() {
        return Err(Error::refused("It is not running, so there is no day to skip."));
    }
    let (next, missed) = match next::due(schedule, facts.done, facts.now) {
        Due::Later(next) => (next.map(|(day, _)| day), Vec::new()),
        Due::Now { day, missed } => (Some(day), missed),
        Due::Over => (None, Vec::new()),
    };
    if next != Some(day) {
        return Err(Error::refused("This is no longer the day that comes next. Load the page again."));
    }
    let skipped = ScheduleEvent::DaySkipped { day, reason: reasoned(reason, facts)? };
    let missed = (!missed.is_empty()).then_some(ScheduleEvent::DaysMissed { days: missed });
    Ok(missed.into_iter().chain([skipped]).collect())
}

fn reasoned(reason: &str, facts: &Facts) -> Result<String> {
    let (reason, least) = (reason.trim(), usize::from(facts.min_reason.max(1)));
    match reason.chars().count() {
        count if count < least => {
            Err(Error::invalid("reason", format!("say why, in at least {least} characters")))
        }
        count if count > 1_000 => Err(Error::invalid("reason", "at most 1000 characters")),
        _ => Ok(reason.to_owned()),
    }
}

fn today(terms: &Terms, now: Timestamp) -> Result<NaiveDate> {
    let zone = zone_of(&terms.zone);
    zone.map(|zone| day_at(now, zone))
        .ok_or_else(|| Error::invalid("zone", "this is the name of no time zone"))
}

/// Whether terms can be kept; each fault names its field. `before` are those that hold now.
pub fn check(terms: &Terms, before: Option<&Terms>, now: Timestamp) -> Result<()> {
    let mut errors = FieldErrors::default();
    check_rhythm(terms, &mut errors);
    if terms.minute >= 24 * 60 {
        errors.add("time", "a time of day, such as 06:30");
    }
    if !(1..=MOST_UNTOUCHED).contains(&terms.stop_after) {
        errors.add("stop_after", format!("a number from 1 to {MOST_UNTOUCHED}"));
    }
    match today(terms, now) {
        Ok(today) => check_days(terms, before, today, &mut errors),
        Err(_) => errors.add("zone", "this is the name of no time zone"),
    }
    errors.into_result()
}

fn check_rhythm(terms: &Terms, errors: &mut FieldErrors) {
    let most = match terms.rhythm {
        Rhythm::Days { .. } => 3_650,
        Rhythm::Weeks { .. } => 520,
        Rhythm::Months { .. } => 120,
        Rhythm::Years { .. } => 10,
    };
    if !(1..=most).contains(&terms.rhythm.every()) {
        errors.add("every", format!("a number from 1 to {most}"));
    }
    match &terms.rhythm {
        Rhythm::Weeks { on, .. } if on.is_empty() && terms.basis == Basis::Calendar => {
            errors.add("weekdays", "choose at least one day of the week");
        }
        Rhythm::Months { on: MonthOn::Day(day), .. } if !(1..=31).contains(day) => {
            errors.add("month_day", "a day from 1 to 31; 31 is the last day of every month");
        }
        _ => {}
    }
    let shortest = next::shortest(&terms.rhythm);
    if terms.lead > LONGEST_LEAD {
        errors.add("lead", format!("at most {LONGEST_LEAD} days"));
    } else if terms.basis == Basis::Calendar && terms.lead >= shortest.max(1) {
        let most = shortest.saturating_sub(1);
        errors.add("lead", format!("at most {most}: the order before it comes {shortest} days earlier"));
    }
}

fn check_days(terms: &Terms, before: Option<&Terms>, today: NaiveDate, errors: &mut FieldErrors) {
    let is_kept = before.is_some_and(|before| before.first == terms.first);
    if (terms.first < today && !is_kept) || terms.first.year() > LAST_YEAR {
        errors.add("first", "today or a later day");
    }
    match terms.ends {
        Ends::On(last) if last < terms.first.max(today) => {
            errors.add("last", "this day is before the first one, or over");
        }
        Ends::On(last) if next::on_or_after(&terms.rhythm, terms.first, today).is_none_or(|it| it > last) => {
            errors.add("last", "no day of it comes until then");
        }
        Ends::After(count) if !(1..=MOST_ORDERS).contains(&count) => {
            errors.add("count", format!("a number from 1 to {MOST_ORDERS}"));
        }
        _ => {}
    }
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
