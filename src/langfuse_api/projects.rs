//! Whose key this is.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde_json::json;

use crate::foundation::Error;
use crate::privacy;
use crate::state::App;
use crate::web::KeyHolder;

use crate::intake::answer::{may, refuse};

/// `GET /api/public/projects`: the project of the key, for whoever has all of the key.
pub async fn projects(holder: KeyHolder, app: Data<App>) -> HttpResponse {
    if let Err(cause) = may(!holder.asker.is_public(), &holder, "read the project without its secret") {
        return refuse(&cause);
    }
    let key = holder.project;
    let policy = app.db.read(move |conn| privacy::reads::policy(conn, key)).await;
    let Ok(policy) = policy.inspect_err(|cause| tracing::warn!(%cause, "no policy")) else {
        return refuse(&Error::Busy { retry_after_s: 1 });
    };
    // Clients from Langfuse 3 on refuse the answer without an organization; a project here is its own.
    let organization = json!({ "id": holder.project_id, "name": holder.project_name });
    let mut project = json!({
        "id": holder.project_id,
        "name": holder.project_name,
        "organization": organization,
        "metadata": {},
    });
    if let (Some(days), Some(fields)) = (policy.keep_days, project.as_object_mut()) {
        fields.insert("retentionDays".to_owned(), days.into());
    }
    HttpResponse::Ok().json(json!({ "data": [project] }))
}
