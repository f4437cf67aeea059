//! `GET /api/public/metrics`, `/v2/metrics` and `/metrics/daily`.

mod daily;
mod query;
mod read;

use crate::web::{Access, Routes};

/// Registers the routes.
pub fn routes(routes: &mut Routes) {
    routes.get("/api/public/metrics/daily", Access::ApiKey, daily::daily);
    routes.get("/api/public/metrics", Access::ApiKey, query::v1);
    routes.get("/api/public/v2/metrics", Access::ApiKey, query::v2);
}
