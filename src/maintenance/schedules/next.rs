//! Which day comes next, and the moment at which its order is made. Pure.
//!
//! Days are local days; only the moment knows the zone. Where clocks are put forward over it, it is the first moment after; where
//! they are put back, the first of the two. A day that a zone left out (Samoa, 30 December 2011) is over when it begins.

use chrono::{Datelike as _, Days, Months, NaiveDate, NaiveTime, TimeZone as _, Weekday};
use chrono_tz::{GapInfo, Tz};

use super::model::{Basis, Ends, MonthOn, Nth, Rhythm, Schedule, Standing, Terms};
use crate::foundation::Timestamp;

/// Days looked at in one go: ten years of a daily schedule.
const MOST_DAYS: usize = 4_000;
/// The last year of a day.
const LAST_YEAR: i32 = 2_199;

/// What is due at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Due {
    /// Nothing: the day that comes next, and when its order is made; none while an order is waited for.
    Later(Option<(NaiveDate, Timestamp)>),
    /// The order of a day; the days before it were missed.
    Now { day: NaiveDate, missed: Vec<NaiveDate> },
    /// No day comes any more.
    Over,
}

/// The zone of this name.
pub fn zone_of(name: &str) -> Option<Tz> {
    name.parse().ok()
}

/// The day that it is in a zone.
pub fn day_at(at: Timestamp, zone: Tz) -> NaiveDate {
    at.to_chrono().with_timezone(&zone).date_naive()
}

/// The moment at which clocks of a zone show so many minutes of a day; none at the end of what can be counted.
pub fn moment(day: NaiveDate, minute: u16, zone: Tz) -> Option<Timestamp> {
    let local = day.and_hms_opt(u32::from(minute / 60), u32::from(minute % 60), 0)?;
    let at = zone.from_local_datetime(&local).earliest();
    let at = at.or_else(|| GapInfo::new(&local, &zone)?.end)?;
    Some(Timestamp(at.timestamp_micros()))
}

/// The beginning of a day in UTC, for what is written of it.
pub fn utc(day: NaiveDate) -> Timestamp {
    Timestamp(day.and_time(NaiveTime::MIN).and_utc().timestamp_micros())
}

/// The moment at which the order of a day is made.
pub fn made_at(terms: &Terms, day: NaiveDate) -> Option<Timestamp> {
    moment(day.checked_sub_days(Days::new(u64::from(terms.lead)))?, terms.minute, zone_of(&terms.zone)?)
}

/// The first day of a rhythm that is neither before `from` nor before the anchor that it is counted from.
pub fn on_or_after(rhythm: &Rhythm, anchor: NaiveDate, from: NaiveDate) -> Option<NaiveDate> {
    let from = from.max(anchor);
    let found = match rhythm {
        Rhythm::Days { every } => {
            let since = u64::try_from((from - anchor).num_days()).ok()?;
            plus_days(anchor, up_to(since, *every)?)
        }
        Rhythm::Weeks { every, on } => in_week(*every, on, anchor, from),
        Rhythm::Months { every, on } => in_month(*every, anchor, from, |first| day_of_month(first, *on)),
        Rhythm::Years { every } => {
            let months = every.checked_mul(12)?;
            in_month(months, anchor, from, |first| day_of_month(first, MonthOn::Day(anchor.day())))
        }
    };
    found.filter(|day| day.year() <= LAST_YEAR)
}

/// The first day of a rhythm that is at least its length after `done`, and not before `from`.
pub fn after_completion(rhythm: &Rhythm, done: NaiveDate, from: NaiveDate) -> Option<NaiveDate> {
    let every = rhythm.every();
    let least = match rhythm {
        Rhythm::Days { .. } => plus_days(done, u64::from(every)),
        Rhythm::Weeks { .. } => plus_days(done, u64::from(every) * 7),
        Rhythm::Months { .. } => done.checked_add_months(Months::new(every)),
        Rhythm::Years { .. } => done.checked_add_months(Months::new(every.checked_mul(12)?)),
    };
    let least = least?.max(from);
    let named = match rhythm {
        Rhythm::Days { .. } | Rhythm::Years { .. } => Some(least),
        Rhythm::Weeks { on, .. } => in_week(1, on, least, least),
        Rhythm::Months { on, .. } => in_month(1, least, least, |first| day_of_month(first, *on)),
    };
    named.filter(|day| day.year() <= LAST_YEAR)
}

/// The fewest days from one day of a rhythm to the next.
pub fn shortest(rhythm: &Rhythm) -> u32 {
    let every = rhythm.every();
    match rhythm {
        Rhythm::Days { .. } => every,
        Rhythm::Weeks { on, .. } => {
            let mut days: Vec<u32> = on.iter().map(Weekday::num_days_from_monday).collect();
            days.sort_unstable();
            let gaps = days.windows(2).filter_map(|pair| Some(pair.last()? - pair.first()?));
            let around = days.first().zip(days.last());
            let around = around
                .map(|(first, last)| every.saturating_mul(7).saturating_add(*first).saturating_sub(*last));
            gaps.chain(around).min().unwrap_or(every.saturating_mul(7))
        }
        Rhythm::Months { .. } => every.saturating_mul(28),
        Rhythm::Years { .. } => every.saturating_mul(365),
    }
}

/// The day that comes after what is settled. `done` is the day on which the last order ended, where days are counted by completion.
pub fn next_day(schedule: &Schedule, done: Option<NaiveDate>) -> Option<NaiveDate> {
    after(schedule, schedule.last, schedule.made.len(), done)
}

/// The days that come after one another, as far as the calendar alone tells them.
pub fn coming(schedule: &Schedule, from: Option<NaiveDate>, count: usize) -> Vec<NaiveDate> {
    let mut days: Vec<NaiveDate> = from.into_iter().take(count).collect();
    while days.len() < count && schedule.terms.basis == Basis::Calendar {
        let Some(last) = days.last().copied() else { break };
        let Some(next) = after(schedule, Some(last), schedule.made.len() + days.len(), None) else { break };
        days.push(next);
    }
    days
}

/// The day that follows one of a calendar; none where days are counted by completion.
pub fn follows(terms: &Terms, day: NaiveDate) -> Option<NaiveDate> {
    let next = day.succ_opt().filter(|_| terms.basis == Basis::Calendar)?;
    on_or_after(&terms.rhythm, terms.first, next)
}

/// What is due at a moment. Where several days came since the last one was settled, the latest is due and the others were missed.
pub fn due(schedule: &Schedule, done: Option<NaiveDate>, now: Timestamp) -> Due {
    if schedule.waits_for().is_some() && done.is_none() {
        return Due::Later(None);
    }
    let (mut came, mut last): (Vec<NaiveDate>, _) = (Vec::new(), schedule.last);
    let next = loop {
        let next = after(schedule, last, schedule.made.len(), done);
        let next = next.and_then(|day| Some((day, made_at(&schedule.terms, day)?)));
        match next {
            Some((day, at)) if at <= now && came.len() < MOST_DAYS => {
                came.push(day);
                last = Some(day);
                // Counted by completion, nothing follows before that day's order has ended.
                if schedule.terms.basis == Basis::Completion && !schedule.made.is_empty() {
                    break None;
                }
            }
            other => break other,
        }
    };
    match (came.pop(), next) {
        (Some(day), _) => Due::Now { day, missed: came },
        (None, Some(next)) => Due::Later(Some(next)),
        (None, None) => Due::Over,
    }
}

/// When a schedule is to be looked at by itself; none where nothing comes by itself.
pub fn wakes_at(schedule: &Schedule) -> Option<Timestamp> {
    match &schedule.standing {
        Standing::Running if schedule.waits_for().is_some() => None,
        // Where no day comes any more it is looked at once more, and ended.
        Standing::Running => match next_day(schedule, None) {
            Some(day) => made_at(&schedule.terms, day),
            None => Some(utc(schedule.floor)),
        },
        Standing::Paused { until, .. } => moment((*until)?, 0, zone_of(&schedule.terms.zone)?),
        Standing::Stopped { .. } | Standing::Ended(_) => None,
    }
}

fn after(
    schedule: &Schedule,
    last: Option<NaiveDate>,
    made: usize,
    done: Option<NaiveDate>,
) -> Option<NaiveDate> {
    let terms = &schedule.terms;
    let from = last.and_then(|day| day.succ_opt()).map_or(schedule.floor, |day| day.max(schedule.floor));
    let day = match done.filter(|_| terms.basis == Basis::Completion && !schedule.made.is_empty()) {
        // A day that was skipped counts as if it had been done.
        Some(done) => {
            let skipped = schedule.skipped.last().copied().unwrap_or(done);
            after_completion(&terms.rhythm, done.max(skipped), from)?
        }
        None => on_or_after(&terms.rhythm, terms.first, from)?,
    };
    let may_come = match terms.ends {
        Ends::Never => true,
        Ends::On(last) => day <= last,
        Ends::After(count) => made < usize::try_from(count).unwrap_or(usize::MAX),
    };
    may_come.then_some(day)
}

fn plus_days(day: NaiveDate, days: u64) -> Option<NaiveDate> {
    day.checked_add_days(Days::new(days))
}

/// The first multiple of `every` that is not below `since`; none for a rhythm of nothing.
fn up_to(since: u64, every: u32) -> Option<u64> {
    since.checked_next_multiple_of(u64::from(every))
}

fn in_week(every: u32, on: &[Weekday], anchor: NaiveDate, from: NaiveDate) -> Option<NaiveDate> {
    if on.is_empty() {
        return Some(from);
    }
    let monday =
        |day: NaiveDate| day.checked_sub_days(Days::new(u64::from(day.weekday().num_days_from_monday())));
    let begin = monday(anchor)?;
    let since = u64::try_from((monday(from)? - begin).num_days()).ok()? / 7;
    let week = up_to(since, every)?;
    let mut on: Vec<u32> = on.iter().map(Weekday::num_days_from_monday).collect();
    on.sort_unstable();
    // The week itself, and the next one where all of its days are over.
    [week, week.checked_add(u64::from(every))?].into_iter().find_map(|week| {
        let begin = plus_days(begin, week.checked_mul(7)?)?;
        let days = on.iter().filter_map(|day| plus_days(begin, u64::from(*day)));
        days.into_iter().find(|day| *day >= from)
    })
}

/// In the months that are so many apart, counted from the anchor's, the first day that is not before `from`.
fn in_month(
    every: u32,
    anchor: NaiveDate,
    from: NaiveDate,
    day_in: impl Fn(NaiveDate) -> Option<NaiveDate>,
) -> Option<NaiveDate> {
    let begin = anchor.with_day(1)?;
    let months = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month0());
    let since = u64::try_from(months(from) - months(anchor)).ok()?;
    let month = u32::try_from(up_to(since, every)?).ok()?;
    [month, month.checked_add(every)?].into_iter().find_map(|month| {
        let first = begin.checked_add_months(Months::new(month))?;
        day_in(first).filter(|day| *day >= from)
    })
}

/// The day of the month that begins with `first`.
fn day_of_month(first: NaiveDate, on: MonthOn) -> Option<NaiveDate> {
    let end = first.checked_add_months(Months::new(1))?.pred_opt()?;
    match on {
        MonthOn::Day(day) => first.with_day(day.clamp(1, end.day())),
        MonthOn::Nth(Nth::Last, weekday) => {
            let back = end.weekday().days_since(weekday);
            end.checked_sub_days(Days::new(u64::from(back)))
        }
        MonthOn::Nth(nth, weekday) => {
            let weeks: u64 = match nth {
                Nth::First | Nth::Last => 0,
                Nth::Second => 1,
                Nth::Third => 2,
                Nth::Fourth => 3,
            };
            plus_days(first, weeks * 7 + u64::from(weekday.days_since(first.weekday())))
        }
    }
}

#[cfg(test)]
#[path = "next_tests.rs"]
mod tests;
