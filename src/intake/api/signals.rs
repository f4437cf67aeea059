//! `POST …/v1/metrics` and `…/v1/logs`: what OpenTelemetry sends beside traces. It is counted, not kept, and the answer says
//! so: a 404 would be logged by every client each minute.

use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use crate::foundation::Error;
use crate::intake::Intake;
use crate::intake::counts::Counted;
use crate::intake::unpack::unpack;
use crate::state::App;
use crate::web::KeyHolder;
use wire::otlp::{Encoding, Signal, answer_not_kept, count};

use crate::intake::answer::{Refused, body, may};

/// Takes metrics.
pub async fn metrics(
    request: HttpRequest,
    holder: KeyHolder,
    app: Data<App>,
    intake: Data<Intake>,
    payload: Payload,
) -> Result<HttpResponse, Refused> {
    look_through(Signal::Metrics, &request, &holder, &app, &intake, payload).await
}

/// Takes logs.
pub async fn logs(
    request: HttpRequest,
    holder: KeyHolder,
    app: Data<App>,
    intake: Data<Intake>,
    payload: Payload,
) -> Result<HttpResponse, Refused> {
    look_through(Signal::Logs, &request, &holder, &app, &intake, payload).await
}

async fn look_through(
    signal: Signal,
    request: &HttpRequest,
    holder: &KeyHolder,
    app: &App,
    intake: &Intake,
    payload: Payload,
) -> Result<HttpResponse, Refused> {
    may(holder.can_ingest, holder, "send metrics or logs")?;
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let (content_type, limit) =
        (content_type.unwrap_or_default().to_owned(), app.config.ingest.max_body_bytes);
    let sent = body(request, payload, limit).await?;
    let work = move || {
        let body = unpack(&sent.body, sent.content_encoding.as_deref(), limit)?;
        let encoding = Encoding::of_body(&content_type, &body)?;
        Ok::<_, Error>((count(&body, encoding, signal)?, encoding))
    };
    let (count, encoding) = tokio::task::spawn_blocking(work).await.map_err(Error::internal)??;
    intake.counts.add(holder.project, Counted::NotKept(signal), count.unsigned_abs());
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, encoding.content_type()))
        .body(answer_not_kept(count, signal, encoding)))
}
