//! Langfuse servers as sources: how each stands, pull now, remove, add.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;

use crate::db::AnyConnection;
use crate::foundation::{Asker, Error, FieldErrors, Result};
use crate::integrations::langfuse::actions::add_source::{NewSource, add_source};
use crate::integrations::langfuse::actions::remove_source::remove_source;
use crate::integrations::langfuse::actions::run_now::run_now;
use crate::integrations::langfuse::job::{self, KIND};
use crate::integrations::langfuse::model::{Address, What};
use crate::integrations::langfuse::store::{self, Pull, SourceRow};
use crate::integrations::langfuse::walk::pull_name;
use crate::jobs::State;
use crate::jobs::reads::{self, JobRow, ScheduleStatus};
use crate::state::App;
use crate::web::format::{self, Time};
use crate::web::page::show_with;
use crate::web::{Form, Principal, Shell, WebResult, flash, see_other};

#[derive(Template)]
#[template(path = "integrations/list.html")]
struct SourcesPage {
    shell: Shell,
    sources: Vec<SourceView>,
    form: Form,
    errors: FieldErrors,
}

/// One source with how it stands.
struct SourceView {
    id: String,
    label: String,
    url: String,
    public_key: String,
    schedule: String,
    is_paused: bool,
    next: Option<Time>,
    word: &'static str,
    tone: &'static str,
    /// Of thousand, while it runs.
    progress: Option<i64>,
    text: String,
    last: Option<Time>,
    counts: Vec<(&'static str, String)>,
    /// Of the last pull, in words.
    brought: String,
    error: String,
}

/// GET /integrations
pub(in crate::integrations::langfuse) async fn show(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
) -> WebResult {
    page(&request, &app, &who, Form::default(), FieldErrors::default()).await
}

/// POST /integrations/langfuse
pub(in crate::integrations::langfuse) async fn add(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    form: Form,
) -> WebResult {
    let typed = |name: &str| form.text(name).to_owned();
    let new = NewSource {
        label: typed("label"),
        url: typed("url"),
        public_key: typed("public_key"),
        secret_key: typed("secret_key"),
        every_minutes: typed("every_minutes"),
    };
    match add_source(&app, &who, new).await {
        Ok(_) => Ok(flash::good(see_other("/integrations"), "The source was added.")),
        Err(Error::Invalid(errors)) => page(&request, &app, &who, form, errors).await,
        Err(other) => Err(other.into()),
    }
}

/// POST /integrations/langfuse/{source}/pull
pub(in crate::integrations::langfuse) async fn pull(
    app: Data<App>,
    who: Principal,
    source: Path<String>,
) -> WebResult {
    run_now(&app, &who, &source).await?;
    Ok(flash::good(see_other("/integrations"), "The pull is queued. This page shows how it goes."))
}

/// POST /integrations/langfuse/{source}/remove
pub(in crate::integrations::langfuse) async fn remove(
    app: Data<App>,
    who: Principal,
    source: Path<String>,
) -> WebResult {
    remove_source(&app, &who, &source).await?;
    Ok(flash::good(see_other("/integrations"), "The source and its key are removed. What was pulled stays."))
}

async fn page(request: &HttpRequest, app: &App, who: &Asker, form: Form, errors: FieldErrors) -> WebResult {
    let (project, now) = (who.project, app.now());
    let read = move |conn: &mut AnyConnection| {
        let sources = store::sources(conn, project)?;
        sources.into_iter().map(|row| standing(conn, row)).collect::<Result<Vec<_>>>()
    };
    let standings = app.db.read(read).await?;
    let sources = standings.into_iter().map(|standing| source(standing, now)).collect();
    let status = if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let shell = Shell::of(request, "Integrations", "integrations");
    show_with(status, &SourcesPage { shell, sources, form, errors })
}

type Standing = (SourceRow, Option<JobRow>, Option<Pull>, Option<ScheduleStatus>);

fn standing(conn: &mut AnyConnection, row: SourceRow) -> Result<Standing> {
    let job = reads::newest_with_key(conn, row.project, KIND.name, &job::dedup_key(&row.id))?;
    let name = pull_name(&Address::parse(&row.url)?, &row.public_key, What::ALL);
    let pull = store::pull(conn, row.project, &name)?;
    let schedule = reads::schedule(conn, row.project, &job::schedule_name(&row.id))?;
    Ok((row, job, pull, schedule))
}

fn source((row, job, pull, schedule): Standing, now: foundation::Timestamp) -> SourceView {
    let state = job.as_ref().map(JobRow::state);
    let (word, tone) = word(state);
    let running = job.as_ref().filter(|_| state == Some(State::Running));
    let failed = pull.as_ref().and_then(|pull| pull.last_error.clone());
    let error = failed.or_else(|| job.as_ref().filter(|_| state == Some(State::Dead))?.last_error.clone());
    let entries = pull.as_ref().map_or(0, |pull| pull.counts.entries());
    let brought = format!("{} {}", format::number(entries), if entries == 1 { "entry" } else { "entries" });
    let counts = pull.as_ref().map(|pull| pull.counts.rows().to_vec()).unwrap_or_default();
    SourceView {
        schedule: schedule.as_ref().map_or_else(|| "by hand".to_owned(), |it| it.when.words()),
        is_paused: schedule.as_ref().is_some_and(|it| it.paused.is_some()),
        next: schedule.filter(|it| it.paused.is_none()).map(|it| Time::new(it.next_run, now)),
        word,
        tone,
        progress: running.and_then(|job| job.progress_done),
        text: running.and_then(|job| job.progress_text.clone()).unwrap_or_default(),
        last: pull.and_then(|pull| pull.finished_at).map(|at| Time::new(at, now)),
        brought,
        counts: counts.into_iter().map(|(name, n)| (name, format::number(n))).collect(),
        error: format::shown(&error.unwrap_or_default()),
        id: row.id,
        label: row.label,
        url: row.url,
        public_key: row.public_key,
    }
}

fn word(state: Option<State>) -> (&'static str, &'static str) {
    match state {
        None => ("Never pulled", ""),
        Some(State::Waiting) => ("Waiting", "waiting"),
        Some(State::Running) => ("Pulling", "blue"),
        Some(State::Done) => ("Up to date", "good"),
        Some(State::Dead) => ("Failed", "bad"),
        Some(State::Cancelled) => ("Cancelled", ""),
    }
}
