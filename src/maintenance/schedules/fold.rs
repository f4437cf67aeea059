//! Events folded into a schedule. Folding never refuses.

use chrono::NaiveDate;

use super::events::ScheduleEvent;
use super::model::{Made, Obstacle, Schedule, Standing};
use crate::maintenance::procedures::fold::Stamp;
use crate::maintenance::procedures::model::Told;

/// Lets one event happen to a schedule.
pub fn apply(schedule: &mut Schedule, event: &ScheduleEvent, stamp: &Stamp) {
    match event {
        ScheduleEvent::Created { schedule: id, code, sequence, procedure, terms, floor } => {
            schedule.id.clone_from(id);
            schedule.code.clone_from(code);
            schedule.sequence = *sequence;
            schedule.procedure.clone_from(procedure);
            schedule.terms.clone_from(terms);
            schedule.keeper = Some(stamp.by.clone());
            schedule.floor = *floor;
        }
        ScheduleEvent::Changed { terms, floor, .. } => {
            schedule.terms.clone_from(terms);
            schedule.keeper = Some(stamp.by.clone());
            begin_anew(schedule, *floor);
        }
        ScheduleEvent::Paused { reason, until } => {
            schedule.standing = Standing::Paused { told: told(stamp, reason), until: *until };
            schedule.obstacle = None;
        }
        ScheduleEvent::Resumed { floor, .. } => {
            schedule.standing = Standing::Running;
            begin_anew(schedule, *floor);
        }
        ScheduleEvent::Stopped { orders } => {
            schedule.standing = Standing::Stopped { at: stamp.at, orders: orders.clone() };
            schedule.obstacle = None;
        }
        ScheduleEvent::Ended { reason } => {
            schedule.standing = Standing::Ended(told(stamp, reason));
            schedule.obstacle = None;
        }
        ScheduleEvent::OrderMade { day, order, of, events, .. } => {
            settle(schedule, *day);
            let (order, at) = (order.clone(), stamp.at);
            schedule.made.push(Made { day: *day, order, of: *of, untouched: *events, at });
        }
        ScheduleEvent::OrderNotMade { day, why } => {
            schedule.obstacle = Some(Obstacle { day: *day, why: why.clone(), since: stamp.at });
        }
        ScheduleEvent::DaysMissed { days } => {
            days.iter().for_each(|day| settle(schedule, *day));
            schedule.missed.extend(days);
        }
        ScheduleEvent::DaySkipped { day, .. } => {
            settle(schedule, *day);
            schedule.skipped.push(*day);
        }
    }
    schedule.version += 1;
}

fn told(stamp: &Stamp, reason: &str) -> Told {
    Told { by: stamp.by.clone(), at: stamp.at, reason: reason.to_owned() }
}

/// A settled day is behind us, and with it what stood in its way.
fn settle(schedule: &mut Schedule, day: NaiveDate) {
    schedule.last = schedule.last.max(Some(day));
    schedule.obstacle = None;
}

/// Somebody looked after it: earlier days count no more, and neither does what nobody touched before.
fn begin_anew(schedule: &mut Schedule, floor: NaiveDate) {
    schedule.floor = floor;
    schedule.let_go = schedule.made.len();
    schedule.obstacle = None;
}
