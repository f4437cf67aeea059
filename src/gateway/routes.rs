//! The addresses below which calls are passed on. They are public to the route table, since no account opens them: the handler
//! looks at the key that stands where the provider's would.

use actix_web::http::Method;

use crate::web::{Access, Routes};

use super::web;

/// Registers them.
pub fn routes(routes: &mut Routes) {
    for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        routes.add(method.clone(), "/gateway/openai/{path:.*}", Access::Public, web::openai);
        routes.add(method, "/gateway/anthropic/{path:.*}", Access::Public, web::anthropic);
    }
}
