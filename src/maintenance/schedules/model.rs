//! A schedule: on which days it makes an order, which order, and where it stands. Pure.

use chrono::{NaiveDate, Weekday};
use order_markdown::model::{Assignee, Priority, Who};
use serde::{Deserialize, Serialize};

use crate::foundation::Timestamp;
use crate::maintenance::procedures::model::Told;

/// Which days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "unit", rename_all = "snake_case")]
pub enum Rhythm {
    Days {
        every: u32,
    },
    /// Weeks begin on Monday. Without any weekday all of them are meant, which only one counted by completion may say.
    Weeks {
        every: u32,
        on: Vec<Weekday>,
    },
    Months {
        every: u32,
        on: MonthOn,
    },
    /// On the day of the year of the first day; 29 February is 28 February in common years.
    Years {
        every: u32,
    },
}

impl Default for Rhythm {
    fn default() -> Self {
        Self::Weeks { every: 1, on: vec![Weekday::Mon] }
    }
}

/// Which day of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MonthOn {
    /// 1 to 31; the last one of a shorter month.
    Day(u32),
    Nth(Nth, Weekday),
}

/// Which of a month's Mondays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nth {
    First,
    Second,
    Third,
    Fourth,
    Last,
}

/// What the days are counted from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The calendar, from the first day on.
    #[default]
    Calendar,
    /// The end of the order made last; while that is open, none is made.
    Completion,
}

/// When no more orders are made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ends {
    #[default]
    Never,
    /// The last day that may come.
    On(NaiveDate),
    /// After so many orders.
    After(u32),
}

/// Everything that somebody chose about a schedule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    pub rhythm: Rhythm,
    pub basis: Basis,
    /// No day before this one, from which the calendar is counted.
    pub first: NaiveDate,
    pub ends: Ends,
    /// When on its day an order is made, in minutes of the local day.
    pub minute: u16,
    /// The name of the zone whose days these are.
    pub zone: String,
    /// So many days before it is due an order is made.
    pub lead: u32,
    /// The code of the asset that the orders are for; that of the procedure where none is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asset: Option<String>,
    /// Whom the orders are given to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<Assignee>,
    /// Instead of that of the procedure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// After so many orders in a row that nobody touched it stops.
    pub stop_after: u32,
    /// Its orders come approved where the rules of their type ask for no signature and for nobody apart.
    pub approve: bool,
}

/// A schedule as folded from its events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    /// Opaque id; empty before the first event.
    pub id: String,
    /// `SC-001`.
    pub code: String,
    /// The number in the code.
    pub sequence: i64,
    /// The id of the procedure that its orders are made from.
    pub procedure: String,
    pub terms: Terms,
    /// Whoever set it up as it is; they answer for its orders.
    pub keeper: Option<Who>,
    pub standing: Standing,
    /// Days before this one count no more: it was set up, changed or resumed then.
    pub floor: NaiveDate,
    /// The last day that is settled.
    pub last: Option<NaiveDate>,
    /// The oldest first.
    pub made: Vec<Made>,
    /// How many of them were made before it was set up anew or resumed; nobody counts whether those were touched.
    pub let_go: usize,
    pub missed: Vec<NaiveDate>,
    pub skipped: Vec<NaiveDate>,
    /// Why the order that is due could not be made.
    pub obstacle: Option<Obstacle>,
    /// How many events made it.
    pub version: i64,
}

/// Where a schedule stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    #[default]
    Running,
    Paused {
        told: Told,
        /// The local day on which it goes on by itself.
        until: Option<NaiveDate>,
    },
    /// It stopped by itself: nobody touched these orders.
    Stopped { at: Timestamp, orders: Vec<MadeOrder> },
    /// No order is made any more.
    Ended(Told),
}

/// An order that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    pub day: NaiveDate,
    pub order: MadeOrder,
    /// The version of the procedure.
    pub of: u32,
    /// How many events made the order; one more, and somebody touched it.
    pub untouched: i64,
    pub at: Timestamp,
}

/// An order as events name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeOrder {
    /// Its opaque id.
    pub order: String,
    /// `WO-2026-001`
    pub number: String,
}

/// Why the order of a day could not be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    pub day: NaiveDate,
    pub why: String,
    pub since: Timestamp,
}

impl Nth {
    /// Every one, in the order of a month.
    pub const ALL: [Self; 5] = [Self::First, Self::Second, Self::Third, Self::Fourth, Self::Last];

    /// The word, which forms send too.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Second => "second",
            Self::Third => "third",
            Self::Fourth => "fourth",
            Self::Last => "last",
        }
    }

    /// Reads the word back.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|nth| nth.as_str() == word)
    }
}

impl Rhythm {
    /// Every so many days, weeks, months or years.
    pub fn every(&self) -> u32 {
        match self {
            Self::Days { every }
            | Self::Weeks { every, .. }
            | Self::Months { every, .. }
            | Self::Years { every } => *every,
        }
    }
}

impl Standing {
    /// The stored word.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Paused { .. } => "paused",
            Self::Stopped { .. } => "stopped",
            Self::Ended(_) => "ended",
        }
    }
}

impl Schedule {
    /// Whether any event has made it yet.
    pub fn exists(&self) -> bool {
        self.version > 0
    }

    /// Whether days come by themselves.
    pub fn is_running(&self) -> bool {
        self.standing == Standing::Running
    }

    /// The order on whose end the next day depends, where days are counted by completion.
    pub fn waits_for(&self) -> Option<&Made> {
        self.made.last().filter(|_| self.terms.basis == Basis::Completion && self.is_running())
    }

    /// The last so many orders, where none of them is let go and there are so many.
    pub fn lately_made(&self, count: usize) -> Option<&[Made]> {
        let counted = self.made.get(self.let_go..)?;
        counted.len().checked_sub(count).and_then(|from| counted.get(from..)).filter(|_| count > 0)
    }
}

/// `SC-001` for the first schedule of a project.
pub fn code_of(sequence: i64) -> String {
    format!("SC-{sequence:03}")
}
