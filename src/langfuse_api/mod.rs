//! The API of Langfuse beside its intake: traces, observations, sessions, scores, metrics, media.
//!
//! Lists read bodies only when they are asked for, packs once, and answers of any length batch by batch. What a filter
//! names becomes SQL with bound values where a column holds it; metadata, bodies and prompts are tested on what is
//! read, up to a bound. A key sees its own project only.

mod charged;
mod delete;
mod filter;
mod load;
mod media;
mod metrics;
mod observation_v2_view;
mod observation_view;
pub mod observations;
pub mod observations_v2;
mod page;
mod params;
mod projects;
mod refusal;
mod scores;
pub mod sessions;
mod stream;
mod trace;
mod trace_io;
mod trace_view;
pub mod traces;
mod values;

use actix_web::http::Method;

use crate::web::{Access, Routes};

/// Registers the routes; every other method of their paths is answered 405.
pub fn routes(routes: &mut Routes) {
    let key = Access::ApiKey;
    routes.get("/api/public/traces", key, traces::list);
    routes.get("/api/public/traces/{id}", key, trace::show);
    routes.add(Method::DELETE, "/api/public/traces", key, delete::many);
    routes.add(Method::DELETE, "/api/public/traces/{id}", key, delete::one);
    routes.get("/api/public/observations", key, observations::list);
    routes.get("/api/public/observations/{id}", key, observations::show);
    routes.get("/api/public/v2/observations", key, observations_v2::list);
    routes.get("/api/public/sessions", key, sessions::list);
    routes.get("/api/public/sessions/{id}", key, sessions::show);
    for path in ["/api/public/scores", "/api/public/v2/scores"] {
        routes.get(path, key, scores::list);
    }
    for path in ["/api/public/scores/{id}", "/api/public/v2/scores/{id}"] {
        routes.get(path, key, scores::show);
    }
    routes.post("/api/public/scores", key, scores::create);
    routes.get("/api/public/v3/scores", key, scores::list_v3);
    routes.add(Method::DELETE, "/api/public/scores/{id}", key, scores::delete);
    routes.get("/api/public/projects", key, projects::projects);
    metrics::routes(routes);
    media::routes(routes);
    for path in PATHS {
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            if method != Method::DELETE || !path.starts_with("/api/public/traces") {
                routes.add(method, path, key, refusal::not_allowed);
            }
        }
    }
}

const PATHS: [&str; 7] = [
    "/api/public/traces",
    "/api/public/traces/{id}",
    "/api/public/observations",
    "/api/public/observations/{id}",
    "/api/public/v2/observations",
    "/api/public/sessions",
    "/api/public/sessions/{id}",
];
