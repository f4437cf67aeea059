//! `POST /api/public/media`: says where to send a file, or that it is here already.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use crate::foundation::Result;
use crate::intake::answer::{body, may, refuse};
use crate::media::actions;
use crate::media::model::{Announced, media_id};
use crate::media::token::Purpose;
use crate::state::App;
use crate::web::KeyHolder;

/// Takes an announcement.
pub async fn announce(
    request: HttpRequest,
    holder: KeyHolder,
    app: Data<App>,
    payload: Payload,
) -> HttpResponse {
    take(&request, &holder, &app, payload).await.unwrap_or_else(|cause| refuse(&cause))
}

async fn take(
    request: &HttpRequest,
    holder: &KeyHolder,
    app: &App,
    payload: Payload,
) -> Result<HttpResponse> {
    may(holder.can_ingest, holder, "send media")?;
    let sent = body(request, payload, super::MAX_BODY).await?;
    let announced = Announced::read(&sent.body, app.config.ingest.max_media_bytes)?;
    let id = media_id(announced.digest);
    let row = actions::announce(app, &holder.asker, announced).await?;
    // Bytes for an erased trace are not wanted; a client that is told so sends none.
    let upload_url = match row.filter(|row| row.uploaded_at.is_none()) {
        None => None,
        Some(row) => Some(super::address(app, request, &holder.asker, &row, Purpose::Upload)?.0),
    };
    let answer = json!({ "mediaId": id, "uploadUrl": upload_url });
    Ok(HttpResponse::Created().json(answer))
}
