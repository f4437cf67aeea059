//! The routes of the trace API; pages have their own.

use actix_web::http::Method;

use crate::web::{Access, Routes};

use super::{api, media, metrics};

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
    for path in ["/api/public/scores", "/api/public/v2/scores"] {
        routes.get(path, Access::ApiKey, api::list_scores);
    }
    for path in ["/api/public/scores/{id}", "/api/public/v2/scores/{id}"] {
        routes.get(path, Access::ApiKey, api::show_score);
    }
    routes.get("/api/public/v3/scores", Access::ApiKey, api::list_scores_v3);
    routes.add(Method::DELETE, "/api/public/scores/{id}", Access::ApiKey, api::delete_score);
    routes.get("/api/public/metrics/daily", Access::ApiKey, metrics::api::daily);
    routes.get("/api/public/metrics", Access::ApiKey, metrics::api::v1);
    routes.get("/api/public/v2/metrics", Access::ApiKey, metrics::api::v2);
    routes.post("/api/public/media", Access::ApiKey, media::api::announce);
    routes.get("/api/public/media/{id}", Access::ApiKey, media::api::show);
    routes.add(Method::PATCH, "/api/public/media/{id}", Access::ApiKey, media::api::report);
    routes.add(Method::PUT, "/api/public/media/{id}/content", Access::Public, media::api::upload);
    routes.get("/api/public/media/{id}/content", Access::Public, media::api::download);
    media::pages::page_routes(routes);
}
