//! `DELETE /api/public/scores/{id}`.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde_json::json;

use crate::foundation::{Action, Result};
use crate::intake::answer::{may, refuse};
use crate::state::App;
use crate::traces::actions::delete_score::delete_score;
use crate::web::KeyHolder;

/// Takes a score away; a key that may only give scores may not, and none that speaks for an agent.
pub async fn delete(holder: KeyHolder, app: Data<App>, id: Path<String>) -> HttpResponse {
    take(&holder, &app, id.into_inner()).await.unwrap_or_else(|cause| refuse(&cause))
}

async fn take(holder: &KeyHolder, app: &App, id: String) -> Result<HttpResponse> {
    if holder.asker.is_agent() {
        holder.asker.must(Action::DeleteScore)?;
    }
    may(holder.asker.must(Action::DeleteScore).is_ok(), holder, "delete scores")?;
    delete_score(app, &holder.asker, id).await?;
    Ok(HttpResponse::Accepted().json(json!({ "message": "The score is deleted" })))
}
