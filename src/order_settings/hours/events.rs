//! The events of when people work.

use serde::{Deserialize, Serialize};

use crate::foundation::ProjectKey;
use crate::ledger::Stream;

use super::model::Week;

/// The kind of the stream of somebody's hours and absences: one per account.
pub const HOURS_KIND: &str = "order_hours";
/// The kind of the stream of the days on which nobody works: one per project.
pub const HOLIDAYS_KIND: &str = "order_holidays";

/// Somebody works so from a day on.
pub const HOURS_SET: &str = "work_order.hours_set.v1";
/// Somebody does not work on some days.
pub const ABSENCE_SET: &str = "work_order.absence_set.v1";
/// They work on them after all.
pub const ABSENCE_TAKEN_AWAY: &str = "work_order.absence_taken_away.v1";
/// Nobody works on a day.
pub const HOLIDAY_SET: &str = "work_order.holiday_set.v1";
/// It is a day like others after all.
pub const HOLIDAY_TAKEN_AWAY: &str = "work_order.holiday_taken_away.v1";

/// How long somebody works on each day of the week, from a day on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoursSet {
    /// `2026-11-23`
    pub from_day: String,
    /// What was set from the same day on before, in minutes, Monday first.
    pub was: Option<Week>,
    pub to: Week,
}

/// Days on which somebody does not work, both ends included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    /// Its id.
    pub absence: String,
    pub first_day: String,
    pub last_day: String,
}

/// A day on which nobody works, and what it is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holiday {
    pub day: String,
    pub name: String,
}

/// The stream of an account's hours.
pub fn stream_of(project: ProjectKey, account: &str) -> Stream {
    Stream { project, kind: HOURS_KIND, id: account.to_owned() }
}

/// The stream of the days on which nobody works.
pub fn holidays_of(project: ProjectKey) -> Stream {
    Stream { project, kind: HOLIDAYS_KIND, id: "holidays".to_owned() }
}
