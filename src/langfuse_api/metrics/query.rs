//! `GET /api/public/metrics` and `/v2/metrics`: a query in JSON.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::read;
use crate::foundation::Result;
use crate::intake::answer::{may, refuse};
use crate::metrics::query::{Query, Version};
use crate::metrics::{reads, shape};
use crate::state::App;
use crate::web::{Form, KeyHolder};

/// The first version: any view, any dimension.
pub async fn v1(request: HttpRequest, holder: KeyHolder, app: Data<App>) -> HttpResponse {
    find(&request, &holder, &app, Version::V1).await.unwrap_or_else(|cause| refuse(&cause))
}

/// The second version.
pub async fn v2(request: HttpRequest, holder: KeyHolder, app: Data<App>) -> HttpResponse {
    find(&request, &holder, &app, Version::V2).await.unwrap_or_else(|cause| refuse(&cause))
}

async fn find(
    request: &HttpRequest,
    holder: &KeyHolder,
    app: &App,
    version: Version,
) -> Result<HttpResponse> {
    may(holder.can_read, holder, "read metrics")?;
    let form = Form::parse(request.query_string().as_bytes())?;
    let query = Query::read(form.required("query", "is required: a query in JSON")?, version)?;
    let project = holder.project;
    let query = read::narrowed(app, project, query).await?;
    let (rows, query) = app.db.read(move |conn| Ok((reads::run(conn, project, &query)?, query))).await?;
    let data =
        if query.needs_values() { shape::of_values(&query, rows) } else { shape::of_groups(&query, rows) };
    Ok(HttpResponse::Ok().json(json!({ "data": data })))
}
