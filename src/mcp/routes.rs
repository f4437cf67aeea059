//! Routes of MCP.

use actix_web::http::Method;

use crate::web::{Access, Routes};

use super::api;

/// Adds them to the table.
pub fn routes(routes: &mut Routes) {
    routes.post("/mcp", Access::ApiKey, api::post);
    routes.get("/mcp", Access::ApiKey, api::neither);
    routes.add(Method::DELETE, "/mcp", Access::ApiKey, api::neither);
}
