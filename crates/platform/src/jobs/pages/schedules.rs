//! What runs again and again: when, with what result, and run now, pause, resume.

use actix_web::web::Data;

use crate::db::AnyConnection;
use crate::foundation::{Action, Asker, Result, Timestamp};
use crate::jobs::actions;
use crate::jobs::reads::{JobRow, ScheduleStatus};
use crate::jobs::registry::Registry;
use crate::state::App;
use crate::web::format::{self, Time};
use crate::web::{Form, Principal, WebResult, flash, see_other};

use super::{scope, word};

/// A schedule as shown.
pub(super) struct ScheduleView {
    pub(super) name: String,
    pub(super) title: String,
    /// `installation` for what belongs to no project.
    pub(super) place: &'static str,
    pub(super) when: String,
    pub(super) last: Option<LastRun>,
    /// None while it is paused.
    pub(super) next: Option<Time>,
    /// By whom and since when.
    pub(super) paused: Option<(String, Time)>,
    pub(super) may_change: bool,
}

/// How the last run went.
pub(super) struct LastRun {
    pub(super) at: Time,
    /// Word, tone and state of its job, while the job is remembered.
    pub(super) state: Option<(&'static str, &'static str, &'static str)>,
    pub(super) error: String,
}

/// A schedule with its title.
pub(super) fn titled(
    conn: &mut AnyConnection,
    kinds: &Registry,
    row: ScheduleStatus,
) -> Result<(ScheduleStatus, String)> {
    let title = kinds.title_of(conn, row.project, &row.kind, |_| Ok(row.payload.clone()))?;
    Ok((row, title))
}

/// A schedule for the page of somebody.
pub(super) fn row(who: &Asker, row: ScheduleStatus, title: &str, now: Timestamp) -> ScheduleView {
    let is_everybodys = row.project.0 == 0;
    let job = row.job.as_ref();
    ScheduleView {
        title: format::shown(title),
        place: if is_everybodys { "installation" } else { "" },
        when: row.when.words(),
        last: row.last_run.map(|at| last_run(Time::new(at, now), job)),
        next: row.paused.is_none().then(|| Time::new(row.next_run, now)),
        paused: row.paused.map(|(at, by)| (by, Time::new(at, now))),
        may_change: !is_everybodys || who.must(Action::KeepInstallationJobs).is_ok(),
        name: row.name,
    }
}

fn last_run(at: Time, job: Option<&JobRow>) -> LastRun {
    let state = job.map(|job| {
        let (text, tone) = word(job.state());
        (text, tone, job.state().as_str())
    });
    let error = job.and_then(|job| job.last_error.as_deref()).unwrap_or_default();
    LastRun { at, state, error: format::shown(error) }
}

/// POST /jobs/schedules/run
pub(in crate::jobs) async fn run(app: Data<App>, who: Principal, form: Form) -> WebResult {
    actions::run_schedule(&app, &who, scope(&who, &form), form.text("name")).await?;
    Ok(flash::good(see_other("/jobs#schedules"), "It runs within seconds. This page shows how it goes."))
}

/// POST /jobs/schedules/pause
pub(in crate::jobs) async fn pause(app: Data<App>, who: Principal, form: Form) -> WebResult {
    actions::pause_schedule(&app, &who, scope(&who, &form), form.text("name")).await?;
    Ok(flash::good(
        see_other("/jobs#schedules"),
        "Paused. Nothing runs by this schedule until it is resumed.",
    ))
}

/// POST /jobs/schedules/resume
pub(in crate::jobs) async fn resume(app: Data<App>, who: Principal, form: Form) -> WebResult {
    actions::resume_schedule(&app, &who, scope(&who, &form), form.text("name")).await?;
    Ok(flash::good(see_other("/jobs#schedules"), "Resumed. It runs at its next time."))
}
