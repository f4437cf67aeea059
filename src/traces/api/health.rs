//! Whether the server lives, whether it can store, and whose key this is.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde_json::json;

use crate::foundation::ProjectKey;
use crate::state::App;
use crate::traces::reads;
use crate::web::KeyHolder;

use super::answer::{refuse, with_cors};

/// `GET /api/public/health`: the process answers.
pub async fn health() -> HttpResponse {
    let body = json!({ "status": "OK", "version": env!("CARGO_PKG_VERSION") });
    with_cors(&mut HttpResponse::Ok()).json(body)
}

/// `GET /api/public/ready`: the database answers.
pub async fn ready(app: Data<App>) -> HttpResponse {
    let asked = app.db.read(|conn| reads::exists_trace(conn, ProjectKey(0), "")).await;
    match asked {
        Ok(_) => with_cors(&mut HttpResponse::Ok()).json(json!({ "status": "OK" })),
        Err(cause) => {
            tracing::warn!(%cause, "not ready");
            refuse(&crate::foundation::Error::Unavailable("the database does not answer".into()))
        }
    }
}

/// `GET /api/public/projects`: the project of the key.
pub async fn projects(holder: KeyHolder) -> HttpResponse {
    // Clients from Langfuse 3 on refuse the answer without an organization; a project here is its own.
    let organization = json!({ "id": holder.project_id, "name": holder.project_name });
    let project = json!({
        "id": holder.project_id,
        "name": holder.project_name,
        "organization": organization,
        "metadata": {},
    });
    with_cors(&mut HttpResponse::Ok()).json(json!({ "data": [project] }))
}
