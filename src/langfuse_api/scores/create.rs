//! `POST /api/public/scores`: one score or a list.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use crate::intake::Intake;
use crate::intake::ingest::{ScoresTaken, ingest_scores};
use crate::state::App;
use crate::web::KeyHolder;
use wire::langfuse::score::MAX_BODY;

use crate::intake::answer::{Refused, body, may};

/// Takes scores: one is answered 200 with its id, a list 202, or 207 when some of it was refused.
pub async fn create(
    request: HttpRequest,
    holder: KeyHolder,
    app: Data<App>,
    intake: Data<Intake>,
    payload: Payload,
) -> Result<HttpResponse, Refused> {
    may(holder.can_score, &holder, "send scores")?;
    let sent = body(&request, payload, MAX_BODY.min(app.config.ingest.max_body_bytes)).await?;
    let taken = ingest_scores(&app, &intake, &holder.asker, sent).await?;
    Ok(match taken {
        ScoresTaken::One(id) => HttpResponse::Ok().json(json!({ "id": id })),
        // Clients take counts for a partial failure and log it as an error.
        ScoresTaken::Many { refused, .. } if refused.is_empty() => {
            HttpResponse::Accepted().json(json!({ "message": "Accepted" }))
        }
        ScoresTaken::Many { accepted, refused } => {
            let errors: Vec<_> = refused.iter().map(|error| json!({ "message": error })).collect();
            let body = json!({ "accepted": accepted, "rejected": refused.len(), "errors": errors });
            HttpResponse::MultiStatus().json(body)
        }
    })
}
