//! `POST /api/public/otel/v1/traces` and `POST /v1/traces`: OTLP/HTTP in protobuf or JSON.

use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use crate::foundation::Error;
use crate::intake::Intake;
use crate::intake::ingest::{RequestBody, ingest_otlp};
use crate::intake::unpack::unpack;
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
    let content_type = content_type.unwrap_or_default();
    let limit = app.config.ingest.max_body_bytes;
    let sent = body(&request, payload, limit).await?;
    let (sent, encoding) = match Encoding::of_content_type(content_type) {
        Ok(encoding) => (sent, encoding),
        Err(_) => looked_at(sent, content_type.to_owned(), limit).await?,
    };
    let rejected = ingest_otlp(&app, &intake, &holder.asker, sent, encoding).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, encoding.content_type()))
        .body(answer(&rejected, encoding)))
}

/// A body whose type says nothing of use has to be unpacked to be known.
async fn looked_at(
    sent: RequestBody,
    content_type: String,
    limit: usize,
) -> Result<(RequestBody, Encoding), Error> {
    let work = move || {
        let body = unpack(&sent.body, sent.content_encoding.as_deref(), limit)?.into_owned();
        let encoding = Encoding::of_body(&content_type, &body)?;
        Ok((RequestBody::plain(body), encoding))
    };
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}
