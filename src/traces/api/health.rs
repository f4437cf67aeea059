//! Whether the server lives, whether it can store, and whose key this is.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde_json::json;

use crate::foundation::{Error, ProjectKey};
use crate::state::App;
use crate::traces::{privacy, reads};
use crate::web::KeyHolder;

use super::answer::refuse;

/// `GET /api/public/health`: the process answers.
pub async fn health() -> HttpResponse {
    let body = json!({ "status": "OK", "version": env!("CARGO_PKG_VERSION") });
    HttpResponse::Ok().json(body)
}

/// `GET /api/public/ready`: the database answers.
pub async fn ready(app: Data<App>) -> HttpResponse {
    let asked = app.db.read(|conn| reads::exists_trace(conn, ProjectKey(0), "")).await;
    match asked {
        Ok(_) => HttpResponse::Ok().json(json!({ "status": "OK" })),
        Err(cause) => {
            tracing::warn!(%cause, "not ready");
            refuse(&Error::Unavailable("the database does not answer".into()))
        }
    }
}

/// `GET /api/public/projects`: the project of the key.
pub async fn projects(holder: KeyHolder, app: Data<App>) -> HttpResponse {
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
