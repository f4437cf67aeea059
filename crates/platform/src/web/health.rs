//! Whether the server lives and whether it can store.

use actix_web::HttpResponse;
use actix_web::http::header::RETRY_AFTER;
use actix_web::web::Data;
use serde_json::json;

use crate::state::App;

use super::{Access, Routes};

/// Registers the two checks.
pub fn routes(routes: &mut Routes) {
    routes.get("/api/public/health", Access::Public, health);
    routes.get("/api/public/ready", Access::Public, ready);
}

/// `GET /api/public/health`: the process answers.
async fn health() -> HttpResponse {
    let body = json!({ "status": "OK", "version": env!("CARGO_PKG_VERSION") });
    HttpResponse::Ok().json(body)
}

/// `GET /api/public/ready`: the database answers.
async fn ready(app: Data<App>) -> HttpResponse {
    match app.db.ping().await {
        Ok(()) => HttpResponse::Ok().json(json!({ "status": "OK" })),
        Err(cause) => {
            tracing::warn!(%cause, "not ready");
            let body =
                json!({ "message": "the database does not answer", "error": "ServiceUnavailableError" });
            HttpResponse::ServiceUnavailable().insert_header((RETRY_AFTER, "5")).json(body)
        }
    }
}
