//! `PUT` and `GET /api/public/media/{id}/content`: the bytes, by a signed address and without a key.

use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use crate::foundation::{Error, Result};
use crate::intake::answer::refuse;
use crate::media::actions;
use crate::media::actions::UploadHeaders;
use crate::media::pages::serve;
use crate::media::token::Purpose;
use crate::state::App;

use super::admitted;

/// Takes the bytes of an announced file.
pub async fn upload(
    request: HttpRequest,
    app: Data<App>,
    id: Path<String>,
    payload: Payload,
) -> HttpResponse {
    take(&request, &app, &id, payload).await.unwrap_or_else(|cause| refuse(&cause))
}

async fn take(request: &HttpRequest, app: &App, id: &str, payload: Payload) -> Result<HttpResponse> {
    let admitted = admitted(app, request, id, Purpose::Upload).await?;
    let text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let sent = UploadHeaders {
        content_type: text(CONTENT_TYPE.as_str()).map(str::to_owned),
        content_length: text(CONTENT_LENGTH.as_str()).and_then(|text| text.parse().ok()),
        checksum: text("x-amz-checksum-sha256").map(str::to_owned),
    };
    actions::upload(app, &admitted, &sent, payload).await?;
    Ok(HttpResponse::Ok().json(json!({})))
}

/// Gives the bytes.
pub async fn download(request: HttpRequest, app: Data<App>, id: Path<String>) -> HttpResponse {
    give(&request, &app, &id).await.unwrap_or_else(|cause| refuse(&cause))
}

async fn give(request: &HttpRequest, app: &App, id: &str) -> Result<HttpResponse> {
    let admitted = admitted(app, request, id, Purpose::Download).await?;
    let (_, row) = admitted.to(Purpose::Download)?;
    if row.uploaded_at.is_none() {
        return Err(Error::not_found("the bytes of this media"));
    }
    serve(app, request, row).await
}
