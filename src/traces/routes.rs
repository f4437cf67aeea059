//! The routes of the trace API; pages have their own.

use actix_web::http::Method;

use crate::web::{Access, Routes};

use super::api;

/// Registers them. The handlers need `Data<Hooks>`.
pub fn api_routes(routes: &mut Routes) {
    for path in ["/api/public/otel/v1/traces", "/v1/traces"] {
        routes.post(path, Access::ApiKey, api::export);
    }
    routes.post("/api/public/ingestion", Access::ApiKey, api::ingestion);
    routes.post("/api/public/scores", Access::ApiKey, api::create_scores);
    routes.get("/api/public/projects", Access::ApiKey, api::projects);
    routes.get("/api/public/health", Access::Public, api::health);
    routes.get("/api/public/ready", Access::Public, api::ready);
    api::read::routes(routes);
    for path in ["/api/public/otel/v1/traces", "/v1/traces", "/api/public/ingestion", "/api/public/scores"] {
        routes.add(Method::OPTIONS, path, Access::Public, api::preflight);
    }
}
