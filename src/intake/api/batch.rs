//! `POST /api/public/ingestion`: a Langfuse batch, answered event by event with 207.

use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

use crate::intake::Intake;
use crate::intake::ingest::ingest_batch;
use crate::state::App;
use crate::web::KeyHolder;
use wire::langfuse::answer_json;
use wire::langfuse::score::MAX_BODY;

use crate::intake::answer::{Refused, body, may};

/// Takes a batch. Who may only score is answered event by event, as a page in a browser wants it.
pub async fn ingest(
    request: HttpRequest,
    holder: KeyHolder,
    app: Data<App>,
    intake: Data<Intake>,
    payload: Payload,
) -> Result<HttpResponse, Refused> {
    may(holder.can_ingest || holder.can_score, &holder, "send traces")?;
    // Anybody may have the public half: a page's feedback is small.
    let limit = if holder.can_ingest { usize::MAX } else { MAX_BODY };
    let sent = body(&request, payload, app.config.ingest.max_body_bytes.min(limit)).await?;
    let answers = ingest_batch(&app, &intake, &holder.asker, sent).await?;
    Ok(HttpResponse::MultiStatus()
        .insert_header((CONTENT_TYPE, "application/json"))
        .body(answer_json(&answers)))
}
