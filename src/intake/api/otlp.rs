//! `POST /api/public/otel/v1/traces` and `POST /v1/traces`: OTLP/HTTP in protobuf or JSON.

use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use crate::intake::Intake;
use crate::intake::ingest::ingest_otlp;
use crate::state::App;
use crate::web::KeyHolder;
use wire::otlp::{Encoding, answer};

use crate::intake::answer::{Refused, body, may};

/// Takes an export; answers in the encoding of the request.
pub async fn export(
    request: HttpRequest,
    holder: KeyHolder,
    app: Data<App>,
    intake: Data<Intake>,
    payload: Payload,
) -> Result<HttpResponse, Refused> {
    may(holder.can_ingest, &holder, "send traces")?;
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let encoding = Encoding::of_content_type(content_type.unwrap_or_default())?;
    let sent = body(&request, payload, app.config.ingest.max_body_bytes).await?;
    let rejected = ingest_otlp(&app, &intake, &holder.asker, sent, encoding).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, encoding.content_type()))
        .body(answer(&rejected, encoding)))
}
