//! Work that comes by itself: five schedules. One stopped, since nobody touched its last five orders; one cannot make its order, since
//! its procedure has no version in use yet; and of today one that leaves its first day out.

use chrono::Datelike as _;

use crate::app::Services;
use crate::foundation::{Asker, ProjectKey, Result};
use crate::maintenance::schedules::actions::make_due::make_due;
use crate::maintenance::schedules::actions::{create, skip};
use crate::maintenance::schedules::model::{Basis, MonthOn, Rhythm, Terms};
use crate::state::App;

use super::cast::{Cast, Who};
use super::days::{At, Days, at};

/// A schedule as somebody sets it up.
pub(super) struct Kept {
    pub(super) at: At,
    who: Who,
    /// By its code.
    pub(super) procedure: &'static str,
    every: Every,
    /// Working days from today.
    first: i32,
    to: Option<Who>,
}

/// How often.
#[derive(Clone, Copy)]
enum Every {
    /// On the weekday of the first day.
    Week,
    /// On the day of the month of the first day.
    Month,
    Days(u32),
    /// After the last order has ended.
    DaysAfter(u32),
}

/// Those of the last three months.
pub(super) const HISTORY: &[Kept] = &[
    Kept { at: at(41, 9, 0), who: Who::Lena, procedure: "PR-001", every: Every::Week, first: -40, to: None },
    Kept {
        at: at(40, 9, 0),
        who: Who::Sam,
        procedure: "PR-002",
        every: Every::DaysAfter(90),
        first: 10,
        to: Some(Who::Dana),
    },
    Kept {
        at: at(12, 9, 0),
        who: Who::Lena,
        procedure: "PR-003",
        every: Every::Month,
        first: 8,
        to: Some(Who::Ivo),
    },
    Kept {
        at: at(8, 9, 0),
        who: Who::Sam,
        procedure: "PR-004",
        every: Every::Days(90),
        first: -7,
        to: Some(Who::Dana),
    },
];

/// The working days before today on which something of it is due.
pub(super) const DUE: &[u16] = &[40, 35, 30, 25, 20, 15, 7];

impl Kept {
    fn terms(&self, cast: &Cast, days: Days) -> Terms {
        let first = days.date(self.first);
        let (rhythm, basis) = match self.every {
            Every::Week => (Rhythm::Weeks { every: 1, on: vec![first.weekday()] }, Basis::Calendar),
            Every::Month => (Rhythm::Months { every: 1, on: MonthOn::Day(first.day()) }, Basis::Calendar),
            Every::Days(every) => (Rhythm::Days { every }, Basis::Calendar),
            Every::DaysAfter(every) => (Rhythm::Days { every }, Basis::Completion),
        };
        Terms {
            rhythm,
            basis,
            first,
            minute: 6 * 60,
            zone: "UTC".to_owned(),
            assignee: self.to.map(|to| cast.of(to).assignee()),
            stop_after: 5,
            ..Terms::default()
        }
    }

    pub(super) async fn set_up(&self, app: &App, cast: &Cast, days: Days, procedure: &str) -> Result<()> {
        let terms = self.terms(cast, days);
        create::create(app, &cast.of(self.who).asker, procedure, terms).await.map(drop)
    }
}

/// What a server does every minute.
pub(super) async fn make_what_is_due(app: &App) -> Result<()> {
    make_due(app, &Asker::system(ProjectKey(0)), None).await.map(drop)
}

/// Every week from tomorrow on, but for the first time: the desk is closed then.
pub(super) async fn today(services: &Services, cast: &Cast, procedure: &str) -> Result<()> {
    let (app, sam) = (&services.app, &cast.supervisor.asker);
    let tomorrow = app.now().to_chrono().date_naive().succ_opt().unwrap_or_default();
    let terms = Terms {
        rhythm: Rhythm::Weeks { every: 1, on: vec![tomorrow.weekday()] },
        first: tomorrow,
        minute: 6 * 60,
        zone: "UTC".to_owned(),
        lead: 2,
        assignee: Some(cast.technician.assignee()),
        stop_after: 3,
        ..Terms::default()
    };
    let weekly = create::create(app, sam, procedure, terms).await?;
    skip::skip(app, sam, &weekly.schedule, tomorrow, "the desk is closed".to_owned()).await.map(drop)
}
