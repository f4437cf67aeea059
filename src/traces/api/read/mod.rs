//! The reading API of Langfuse: traces, observations, sessions.
//!
//! Lists read bodies only when they are asked for, packs once, and answers of any length batch by batch. What a filter
//! names becomes SQL with bound values where a column holds it; metadata, bodies and prompts are tested on what is
//! read, up to a bound. A key sees its own project only.

mod filter;
mod load;
mod observation_v2_view;
mod observation_view;
pub mod observations;
pub mod observations_v2;
mod page;
mod params;
mod refusal;
pub mod score_view;
pub mod sessions;
mod stream;
mod trace;
mod trace_io;
mod trace_view;
pub mod traces;
mod values;

use actix_web::http::Method;

use crate::web::{Access, Routes};

use super::answer::preflight;

/// Registers the routes; every other method of their paths is answered 405.
pub fn routes(routes: &mut Routes) {
    let mut path = Path { routes };
    path.get("/api/public/traces", traces::list);
    path.get("/api/public/traces/{id}", trace::show);
    path.get("/api/public/observations", observations::list);
    path.get("/api/public/observations/{id}", observations::show);
    path.get("/api/public/v2/observations", observations_v2::list);
    path.get("/api/public/sessions", sessions::list);
    path.get("/api/public/sessions/{id}", sessions::show);
}

struct Path<'a> {
    routes: &'a mut Routes,
}

impl Path<'_> {
    fn get<F, Args>(&mut self, path: &'static str, handler: F)
    where
        F: actix_web::Handler<Args>,
        Args: actix_web::FromRequest + 'static,
        F::Output: actix_web::Responder + 'static,
    {
        self.routes.get(path, Access::ApiKey, handler);
        self.routes.add(Method::OPTIONS, path, Access::Public, preflight);
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            self.routes.add(method, path, Access::ApiKey, refusal::not_allowed);
        }
    }
}
