//! `GET /api/public/sessions` and `/sessions/{id}`: conversations, and one with its traces.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use crate::db::AnyConnection;
use crate::foundation::{Error, ProjectKey, Result};
use crate::state::App;
use crate::traces::reads::{self, Clause, SessionRow, TraceFull};
use crate::web::KeyHolder;

use super::filter::Selection;
use super::page;
use super::params::Params;
use super::refusal::{json, may_read, refuse};
use super::stream;
use super::trace_io;
use super::trace_view::{Groups, TraceView};
use super::values::Millis;

/// Traces of one session in one answer.
const MOST_TRACES: i64 = 10_000;

/// Traces in one batch of an answer.
const BATCH: usize = 50;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SessionView {
    id: String,
    created_at: Millis,
    project_id: String,
    environment: String,
}

impl SessionView {
    fn of(project_id: &str, row: SessionRow) -> Self {
        Self {
            id: row.session_id,
            created_at: Millis(row.created_at),
            project_id: project_id.to_owned(),
            environment: row.environment.unwrap_or_else(|| "default".to_owned()),
        }
    }
}

/// Lists sessions, the one spoken in last first.
pub async fn list(request: HttpRequest, holder: KeyHolder, app: Data<App>) -> HttpResponse {
    list_answer(&request, &holder, &app).await.unwrap_or_else(|cause| refuse(&cause))
}

/// Shows a session with all its traces.
pub async fn show(holder: KeyHolder, app: Data<App>, id: Path<String>) -> HttpResponse {
    show_answer(&holder, &app, id.into_inner()).await.unwrap_or_else(|cause| refuse(&cause))
}

async fn list_answer(request: &HttpRequest, holder: &KeyHolder, app: &App) -> Result<HttpResponse> {
    may_read(holder)?;
    let mut params = Params::of(request);
    let page = params.page(100);
    let selection = Selection { clause: clause(&mut params, holder.project), rest: Vec::new() };
    params.finish()?;
    let (rows, total) = page::of(app, "sessions", &selection, page, move |conn, clause| {
        reads::session_page(conn, clause, page.offset(), page.limit)
    })
    .await?;
    let data: Vec<SessionView> =
        rows.into_iter().map(|row| SessionView::of(&holder.project_id, row)).collect();
    Ok(json(&serde_json::json!({ "data": data, "meta": page::meta(page, total) })))
}

fn clause(params: &mut Params, project: ProjectKey) -> Clause {
    let mut clauses = vec![Clause::new("sessions.project = ").whole(project.0)];
    if let Some(from) = params.time("fromTimestamp") {
        // Nothing is said in a session before it is made, so the index helps.
        clauses.push(Clause::new("sessions.created_at >= ").whole(from.0));
    }
    if let Some(to) = params.time("toTimestamp") {
        clauses.push(Clause::new("sessions.created_at < ").whole(to.0));
    }
    let environments = params.list("environment");
    if !environments.is_empty() {
        clauses.push(Clause::one_of("coalesce(sessions.environment, 'default')", &environments));
    }
    Clause::all(clauses)
}

async fn show_answer(holder: &KeyHolder, app: &Data<App>, id: String) -> Result<HttpResponse> {
    may_read(holder)?;
    let (project, name) = (holder.project, id.clone());
    let found = app.db.read(move |conn| read(conn, project, &name)).await?;
    let Some((session, traces)) = found else {
        return Err(Error::not_found(format!("Session {id} within authorized project")));
    };
    let head = format!("{},\"traces\":[", stream::opened(&SessionView::of(&holder.project_id, session))?);
    let mut batches: Vec<Vec<TraceFull>> = Vec::new();
    for trace in traces {
        match batches.last_mut() {
            Some(batch) if batch.len() < BATCH => batch.push(trace),
            _ => batches.push(vec![trace]),
        }
    }
    let (app, holder) = (app.clone(), holder.clone());
    let load = move |rows| {
        let (app, holder) = (app.clone(), holder.clone());
        async move { trace_views(&app, &holder, rows).await }
    };
    stream::answer(head, batches.into(), "]}".to_owned(), load).await
}

/// A session that nobody made a row for is still the one its traces name.
fn read(
    conn: &mut AnyConnection,
    project: ProjectKey,
    id: &str,
) -> Result<Option<(SessionRow, Vec<TraceFull>)>> {
    let of = |table: &'static str| Clause::new(table).whole(project.0);
    let named = of("sessions.project = ").sql(" AND sessions.session_id = ").text(id);
    let row = reads::session_page(conn, &named, 0, 1)?.pop();
    let spoken = of("traces.project = ").sql(" AND traces.session_id = ").text(id);
    let traces =
        reads::trace_page(conn, &spoken, "traces.start_at ASC, traces.trace_id ASC", 0, MOST_TRACES)?;
    let row = row.or_else(|| {
        let created_at = traces.iter().map(|full| full.row.first_arrival_at).min()?;
        let environment = traces.first().and_then(|full| full.row.environment.clone());
        Some(SessionRow { session_id: id.to_owned(), environment, created_at })
    });
    Ok(row.map(|row| (row, traces)))
}

async fn trace_views(app: &App, holder: &KeyHolder, rows: Vec<TraceFull>) -> Result<Vec<u8>> {
    let rows = trace_io::of_traces(app, holder.project, rows).await?;
    let views = rows
        .into_iter()
        .map(|(full, io)| Ok(TraceView::of(&holder.project_id, full, io, Groups::ALL)?.without_metrics()));
    stream::joined(&views.collect::<Result<Vec<_>>>()?)
}
