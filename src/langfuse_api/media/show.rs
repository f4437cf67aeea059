//! `GET` and `PATCH /api/public/media/{id}`: what is known of a file, and what the client says of its upload.

use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use crate::foundation::{Error, Result};
use crate::intake::answer::{body, may, refuse};
use crate::media::model::ClientReport;
use crate::media::token::Purpose;
use crate::media::{actions, reads};
use crate::state::App;
use crate::web::KeyHolder;

/// Shows a file whose bytes are here, with an address to fetch them.
pub async fn show(request: HttpRequest, holder: KeyHolder, app: Data<App>, id: Path<String>) -> HttpResponse {
    find(&request, &holder, &app, &id).await.unwrap_or_else(|cause| refuse(&cause))
}

async fn find(request: &HttpRequest, holder: &KeyHolder, app: &App, id: &str) -> Result<HttpResponse> {
    may(holder.can_read, holder, "read media")?;
    let (project, media_id) = (holder.project, id.to_owned());
    let row = app.db.read(move |conn| reads::find(conn, project, &media_id)).await?;
    let uploaded = row.and_then(|row| Some((row.uploaded_at?, row)));
    let (uploaded_at, row) =
        uploaded.ok_or_else(|| Error::not_found("this media, or its bytes have not come yet,"))?;
    let (url, expires) = super::address(app, request, &holder.asker, &row, Purpose::Download)?;
    Ok(HttpResponse::Ok().json(json!({
        "mediaId": row.media_id,
        "contentType": row.content_type,
        "contentLength": row.content_length,
        "uploadedAt": uploaded_at.to_rfc3339(),
        "url": url,
        "urlExpiry": expires.to_rfc3339(),
    })))
}

/// Takes the client's report.
pub async fn report(
    request: HttpRequest,
    holder: KeyHolder,
    app: Data<App>,
    id: Path<String>,
    payload: Payload,
) -> HttpResponse {
    let id = id.into_inner();
    take(&request, &holder, &app, id, payload).await.unwrap_or_else(|cause| refuse(&cause))
}

async fn take(
    request: &HttpRequest,
    holder: &KeyHolder,
    app: &App,
    id: String,
    payload: Payload,
) -> Result<HttpResponse> {
    may(holder.can_ingest, holder, "send media")?;
    let sent = body(request, payload, 1 << 20).await?;
    let said = ClientReport::read(&sent.body)?;
    actions::report(app, &holder.asker, id, said).await?;
    Ok(HttpResponse::Ok().json(json!({})))
}
