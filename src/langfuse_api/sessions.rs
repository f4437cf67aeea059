//! `GET /api/public/sessions` and `/sessions/{id}`: conversations, and one with its traces.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use crate::db::AnyConnection;
use crate::db::sql::{Sql, count};
use crate::foundation::page::Cursor;
use crate::foundation::{Error, ProjectKey, Result, Timestamp};
use crate::state::App;
use crate::traces::reads::{self, SessionRow, TraceFull};
use crate::web::KeyHolder;

use super::page;
use super::params::Params;
use super::refusal::{json, may_read, refuse};
use super::stream;
use super::trace_io;
use super::trace_view::{Groups, TraceView};
use super::values::Millis;

/// Traces in one batch of an answer.
const BATCH: i64 = 50;

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
    let clause = clause(&mut params, holder.project);
    params.finish()?;
    let read = move |conn: &mut AnyConnection| {
        let rows = reads::session_page(conn, &clause, page.offset(), page.limit)?;
        let total = page::total(page, rows.len(), |bound| count(conn, "sessions", &clause, bound))?;
        Ok((rows, total))
    };
    let (rows, total) = app.db.read(read).await?;
    let data: Vec<SessionView> =
        rows.into_iter().map(|row| SessionView::of(&holder.project_id, row)).collect();
    Ok(json(&serde_json::json!({ "data": data, "meta": page::meta(page, total) })))
}

fn clause(params: &mut Params, project: ProjectKey) -> Sql {
    let mut clauses = vec![Sql::new("sessions.project = ").whole(project.0)];
    if let Some(from) = params.time("fromTimestamp") {
        // Nothing is said in a session before it is made, so the index helps.
        clauses.push(Sql::new("sessions.created_at >= ").whole(from.0));
    }
    if let Some(to) = params.time("toTimestamp") {
        clauses.push(Sql::new("sessions.created_at < ").whole(to.0));
    }
    let environments = params.list("environment");
    if !environments.is_empty() {
        clauses.push(Sql::one_of("coalesce(sessions.environment, 'default')", &environments));
    }
    Sql::all(clauses)
}

async fn show_answer(holder: &KeyHolder, app: &Data<App>, id: String) -> Result<HttpResponse> {
    may_read(holder)?;
    let (project, name) = (holder.project, id.clone());
    let found = app.db.read(move |conn| read(conn, project, &name)).await?;
    let Some(session) = found else {
        return Err(Error::not_found(format!("Session {id} within authorized project")));
    };
    let head = format!("{},\"traces\":[", stream::opened(&SessionView::of(&holder.project_id, session))?);
    let (app, holder) = (app.clone(), holder.clone());
    stream::walk(head, "]}".to_owned(), FIRST, move |after| {
        let (app, holder, id) = (app.clone(), holder.clone(), id.clone());
        async move { some_traces(&app, &holder, id, after).await }
    })
    .await
}

/// Before every trace.
const FIRST: Cursor = Cursor { at: Timestamp(i64::MIN), id: String::new() };

/// A session that nobody made a row for is still the one its traces name.
fn read(conn: &mut AnyConnection, project: ProjectKey, id: &str) -> Result<Option<SessionRow>> {
    let named = Sql::new("sessions.project = ").whole(project.0).sql(" AND sessions.session_id = ").text(id);
    if let Some(row) = reads::session_page(conn, &named, 0, 1)?.pop() {
        return Ok(Some(row));
    }
    let first = reads::traces_of_session(conn, project, id, &FIRST, 1)?.pop();
    Ok(first.map(|full| SessionRow {
        session_id: id.to_owned(),
        environment: full.row.environment,
        created_at: full.row.first_arrival_at,
    }))
}

/// The traces after a place, and where the next ones begin: however many there are, a few are held at a time.
async fn some_traces(
    app: &App,
    holder: &KeyHolder,
    id: String,
    after: Cursor,
) -> Result<(Vec<u8>, Option<Cursor>)> {
    let project = holder.project;
    let read = move |conn: &mut AnyConnection| {
        let mut rows = reads::traces_of_session(conn, project, &id, &after, BATCH + 1)?;
        let has_more = i64::try_from(rows.len()).is_ok_and(|found| found > BATCH);
        if has_more {
            rows.pop();
        }
        Ok((rows, has_more))
    };
    let (rows, has_more) = app.db.read(read).await?;
    let last = rows.last().filter(|_| has_more);
    let next = last.map(|full| Cursor { at: full.row.start_at, id: full.row.trace_id.clone() });
    Ok((trace_views(app, holder, rows).await?, next))
}

async fn trace_views(app: &App, holder: &KeyHolder, rows: Vec<TraceFull>) -> Result<Vec<u8>> {
    let rows = trace_io::of_traces(app, holder.project, rows).await?;
    let views = rows
        .into_iter()
        .map(|(full, io)| Ok(TraceView::of(&holder.project_id, full, io, Groups::ALL)?.without_metrics()));
    stream::joined(&views.collect::<Result<Vec<_>>>()?)
}
