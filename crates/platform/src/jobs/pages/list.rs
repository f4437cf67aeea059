//! What runs, waits and failed, by tier; schedules; retry and cancel.

use actix_web::HttpRequest;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use serde::Deserialize;

use crate::db::AnyConnection;
use crate::foundation::{Action, Asker, ProjectKey, Result};
use crate::jobs::actions;
use crate::jobs::model::{State, Tier};
use crate::jobs::reads::{self, Count, Filter, JobRow};
use crate::jobs::registry::Registry;
use crate::state::App;
use crate::web::format::{self, Time};
use crate::web::page::show as page;
use crate::web::{Form, Principal, Shell, WebResult, flash, see_other};

use super::schedules::{self, ScheduleView};
use super::{scope, word};

/// Jobs on the page.
const PAGE: i64 = 100;
/// What belongs to no project: everybody who looks after jobs sees its schedules, admins its jobs too.
const INSTALLATION: ProjectKey = ProjectKey(0);
/// The states of the table above, in its order.
const STATES: [State; 5] = [State::Running, State::Waiting, State::Dead, State::Done, State::Cancelled];

/// What the address narrows the list to.
#[derive(Clone, Debug, Default, Deserialize)]
pub(in crate::jobs) struct JobQuery {
    #[serde(default)]
    state: String,
    #[serde(default)]
    tier: String,
}

#[derive(Template)]
#[template(path = "jobs/list.html")]
struct JobsPage {
    shell: Shell,
    table: Vec<Row>,
    jobs: Vec<JobView>,
    schedules: Vec<ScheduleView>,
    narrowed: String,
}

impl JobsPage {
    /// Whether the viewer may start a pull, and so see where.
    fn may_pull(&self) -> bool {
        self.shell.viewer.as_ref().is_some_and(|viewer| viewer.is_admin)
    }
}

/// One state with its count in each tier, each of which leads to its jobs.
struct Row {
    word: &'static str,
    state: &'static str,
    cells: Vec<Cell>,
}

struct Cell {
    tier: &'static str,
    jobs: i64,
}

/// One job.
struct JobView {
    row: JobRow,
    title: String,
    word: &'static str,
    tone: &'static str,
    tier: &'static str,
    /// `installation` for what belongs to no project.
    place: &'static str,
    when: String,
    bar: Option<(i64, i64)>,
    text: String,
    error: String,
}

/// GET /jobs
pub(in crate::jobs) async fn show(
    request: HttpRequest,
    app: Data<App>,
    registry: Data<Registry>,
    who: Principal,
    query: Query<JobQuery>,
) -> WebResult {
    let (own, projects, filter) = (who.project, projects_of(&who), query.filter());
    let kinds = registry.get_ref().clone();
    let read = move |conn: &mut AnyConnection| {
        let counts = reads::counts(conn, &projects)?;
        let jobs = reads::list(conn, &projects, filter, PAGE)?;
        let jobs = jobs.into_iter().map(|job| titled(conn, &kinds, job)).collect::<Result<Vec<_>>>()?;
        let planned = reads::schedules_of(conn, &[own, INSTALLATION])?;
        let planned = planned.into_iter().map(|row| schedules::titled(conn, &kinds, row));
        Ok((counts, jobs, planned.collect::<Result<Vec<_>>>()?))
    };
    let (counts, jobs, planned) = app.db.read(read).await?;
    page(&JobsPage {
        shell: Shell::of(&request, "Jobs", "jobs"),
        table: STATES.into_iter().map(|state| row(state, &counts)).collect(),
        jobs: jobs.into_iter().map(|(row, title)| job(&app, row, &title)).collect(),
        schedules: planned
            .into_iter()
            .map(|(row, title)| schedules::row(&who, row, &title, app.now()))
            .collect(),
        narrowed: filter.words(),
    })
}

/// POST /jobs/{job}/retry
pub(in crate::jobs) async fn retry(
    app: Data<App>,
    who: Principal,
    job: Path<String>,
    form: Form,
) -> WebResult {
    actions::retry(&app, &who, scope(&who, &form), &job).await?;
    Ok(flash::good(see_other("/jobs"), "The job waits for its next run."))
}

/// POST /jobs/{job}/cancel
pub(in crate::jobs) async fn cancel(
    app: Data<App>,
    who: Principal,
    job: Path<String>,
    form: Form,
) -> WebResult {
    actions::cancel(&app, &who, scope(&who, &form), &job).await?;
    Ok(flash::good(see_other("/jobs"), "The job is called off. One that is running ends within seconds."))
}

/// Admins see the installation's jobs beside those of their project.
fn projects_of(who: &Asker) -> Vec<ProjectKey> {
    let mut projects = vec![who.project];
    if who.must(Action::KeepInstallationJobs).is_ok() {
        projects.push(INSTALLATION);
    }
    projects
}

impl JobQuery {
    fn filter(&self) -> Filter {
        Filter {
            state: STATES.into_iter().find(|state| state.as_str() == self.state),
            tier: Tier::ALL.into_iter().find(|tier| tier.as_str() == self.tier),
        }
    }
}

impl Filter {
    /// `dead, low`, or nothing.
    fn words(self) -> String {
        let words = [self.state.map(State::as_str), self.tier.map(Tier::as_str)];
        words.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

fn row(state: State, counts: &[Count]) -> Row {
    let cell = |tier: Tier| {
        let of = counts.iter().find(|count| count.state == state && count.tier == tier);
        Cell { tier: tier.as_str(), jobs: of.map_or(0, |count| count.jobs) }
    };
    let cells = Tier::ALL.into_iter().map(cell).collect();
    Row { word: word(state).0, state: state.as_str(), cells }
}

/// A job with its title.
fn titled(conn: &mut AnyConnection, kinds: &Registry, job: JobRow) -> Result<(JobRow, String)> {
    let title = kinds.title_of(conn, job.project, &job.kind, |conn| reads::payload(conn, &job.id))?;
    Ok((job, title))
}

fn job(app: &App, row: JobRow, title: &str) -> JobView {
    let (word, tone) = word(row.state());
    JobView {
        word,
        tone,
        tier: row.tier().as_str(),
        title: format::shown(title),
        place: if row.project == INSTALLATION { "installation" } else { "" },
        when: when(app, &row),
        bar: row.bar(),
        text: format::shown(row.progress_text.as_deref().unwrap_or_default()),
        error: format::shown(row.last_error.as_deref().unwrap_or_default()),
        row,
    }
}

/// Since when it runs, when it will, or when it ended.
fn when(app: &App, job: &JobRow) -> String {
    let now = app.now();
    let at = |moment| Time::new(moment, now).to_string();
    match (job.state(), job.started_at, job.finished_at) {
        (State::Running, ..) if job.cancel_asked_at.is_some() => "is being called off".to_owned(),
        (State::Running, Some(started), _) => format!("for {}", format::waited(started, now)),
        (State::Waiting, ..) if job.run_at > now => format!("until {}", at(job.run_at)),
        (State::Waiting, ..) => format!("for {}", format::waited(job.run_at, now)),
        (_, _, Some(ended)) => at(ended),
        _ => String::new(),
    }
}

impl JobsPage {
    fn may_retry(&self, job: &JobView) -> bool {
        job.row.state().may_retry()
    }

    fn may_cancel(&self, job: &JobView) -> bool {
        job.row.state().may_cancel() && job.row.cancel_asked_at.is_none()
    }
}
