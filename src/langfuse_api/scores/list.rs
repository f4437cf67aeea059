//! `GET /api/public/scores`, `/v2/scores` and one of them by id.

use std::collections::{BTreeSet, HashMap};

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::super::params::Page;
use super::query::{Query, read_page, read_v2};
use super::sieve;
use super::view::{self, ScorePage, ScoreView};
use crate::db::AnyConnection;
use crate::fields::Condition;
use crate::foundation::{Error, ProjectKey, Result};
use crate::intake::answer::{may, refuse};
use crate::scores::reads::{self as scores, JudgedTrace, ScoreDetail, ScoreFilter};
use crate::state::App;
use crate::web::{Form, KeyHolder};

/// A page of scores with what is known of their traces.
pub async fn list(request: HttpRequest, holder: KeyHolder, app: Data<App>) -> HttpResponse {
    find(&request, &holder, &app).await.unwrap_or_else(|cause| refuse(&cause))
}

async fn find(request: &HttpRequest, holder: &KeyHolder, app: &App) -> Result<HttpResponse> {
    may(holder.can_read, holder, "read scores")?;
    let form = Form::parse(request.query_string().as_bytes())?;
    let mut query = Query::new(&form);
    let (page, limit) = read_page(&mut query)?;
    let (filter, rest) = read_v2(&mut query, holder.project)?;
    let with_traces = query.list("fields").is_empty() || query.list("fields").iter().any(|f| f == "trace");
    if !with_traces && (filter.user.is_some() || !filter.tags.is_empty()) {
        return Err(Error::invalid("fields", "must include trace when userId or traceTags filter"));
    }
    let project = holder.project;
    let (rows, total) = rows(app, project, filter, &rest, Page { page, limit }).await?;
    let read = move |conn: &mut AnyConnection| {
        let traces = if with_traces { traces_of(conn, project, &rows)? } else { HashMap::new() };
        Ok((rows, traces))
    };
    let (rows, traces) = app.db.read(read).await?;
    let data: Vec<ScoreView> = rows
        .iter()
        .map(|row| with_trace(view::v2(row, &holder.project_id), row, with_traces, &traces))
        .collect();
    let meta = json!({ "page": page, "limit": limit, "totalItems": total, "totalPages": (total + limit - 1) / limit });
    Ok(HttpResponse::Ok().json(ScorePage { data, meta }))
}

/// Those of a page, and how many there are.
async fn rows(
    app: &App,
    project: ProjectKey,
    filter: ScoreFilter,
    rest: &[Condition],
    page: Page,
) -> Result<(Vec<ScoreDetail>, i64)> {
    if !rest.is_empty() {
        return sieve::page(app, project, &filter, rest, page).await;
    }
    let read = move |conn: &mut AnyConnection| {
        let total = scores::count(conn, project, &filter)?;
        Ok((scores::list(conn, project, &filter, page.offset(), page.limit)?, total))
    };
    app.db.read(read).await
}

fn traces_of(
    conn: &mut AnyConnection,
    project: ProjectKey,
    rows: &[ScoreDetail],
) -> Result<HashMap<String, JudgedTrace>> {
    let ids: BTreeSet<&str> = rows.iter().filter_map(|row| row.trace_id.as_deref()).collect();
    let ids: Vec<&str> = ids.into_iter().collect();
    let found = scores::judged_traces(conn, project, &ids)?;
    Ok(found.into_iter().map(|trace| (trace.trace_id.clone(), trace)).collect())
}

fn with_trace(
    mut view: ScoreView,
    row: &ScoreDetail,
    wanted: bool,
    traces: &HashMap<String, JudgedTrace>,
) -> ScoreView {
    let trace = row.trace_id.as_ref().and_then(|id| traces.get(id)).map(|trace| {
        let tags: Value = serde_json::from_str(&trace.tags).unwrap_or_else(|_| json!([]));
        json!({
            "userId": trace.user_id,
            "tags": tags,
            "environment": trace.environment.as_deref().unwrap_or("default"),
            "sessionId": trace.session_id,
        })
    });
    if wanted {
        view.insert("trace", trace.unwrap_or_default());
    }
    view
}

/// One score.
pub async fn show(holder: KeyHolder, app: Data<App>, id: Path<String>) -> HttpResponse {
    find_one(&holder, &app, id.into_inner()).await.unwrap_or_else(|cause| refuse(&cause))
}

async fn find_one(holder: &KeyHolder, app: &App, id: String) -> Result<HttpResponse> {
    may(holder.can_read, holder, "read scores")?;
    let project = holder.project;
    let row = app.db.read(move |conn| scores::find(conn, project, &id)).await?;
    let row = row.ok_or_else(|| Error::not_found("this score"))?;
    Ok(HttpResponse::Ok().json(view::v2(&row, &holder.project_id)))
}
