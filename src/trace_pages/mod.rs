//! The pages of traces: the list, and one trace with its tree, waterfall and messages.
//!
//! Pages load the summary, the tree's columns and the bodies of one chosen observation, never more.

mod about;
mod aside;
mod beside;
mod chosen;
mod compare;
mod erase;
mod erase_user;
mod erased;
mod everything;
mod export;
mod files;
mod filters;
mod json;
mod links;
mod list;
pub mod messages;
mod missing;
mod own;
mod pairs;
mod parts;
mod preview;
mod query;
mod raw;
mod revision;
mod revisions;
mod rows;
mod saved;
mod scored;
mod session;
mod sessions;
mod show;
mod slice;
mod tail;
pub mod tree;
mod turns;
mod unknown;
mod uses;

#[cfg(test)]
mod render_test;

use actix_web::HttpRequest;

use crate::foundation::Action;
use crate::foundation::address::part;
use crate::state::App;
use crate::web::{Access, Routes};

pub use filters::Filters;
pub use preview::asked_of;
pub use rows::MOST_ROWS;

/// Who erases.
const ERASERS: Access = Access::May(Action::EraseTraces);

/// Registers the pages; agents may read them like anybody with an account.
pub fn routes(routes: &mut Routes) {
    routes.get("/traces", Access::SignedIn, list::list);
    routes.get("/unknown-places", Access::SignedIn, unknown::unknown);
    routes.get("/new-traces", Access::SignedIn, tail::tail);
    routes.post("/saved-filters", Access::SignedIn, saved::keep);
    routes.post("/saved-filters/{id}", Access::SignedIn, saved::change);
    routes.post("/saved-filters/{id}/delete", Access::SignedIn, saved::delete);
    routes.get("/sessions", Access::SignedIn, sessions::sessions);
    routes.get("/sessions/{id}", Access::SignedIn, session::session);
    routes.get("/sessions/{id}/raw", Access::SignedIn, session::raw);
    routes.get("/traces/{id}", Access::SignedIn, show::show);
    routes.get("/traces/{id}/tree", Access::SignedIn, show::rows_under);
    routes.get("/traces/{id}/chosen", Access::SignedIn, show::chosen_part);
    routes.get("/traces/{id}/export.json", Access::SignedIn, export::document);
    routes.get("/traces/{id}/export.jsonl", Access::SignedIn, export::lines);
    routes.get("/traces/{id}/compare", Access::SignedIn, compare::pick);
    routes.get("/traces/{a}/diff/{b}", Access::SignedIn, compare::compare);
    routes.get("/traces/{id}/raw", Access::SignedIn, raw::raw);
    routes.get("/traces/{id}/revision", Access::SignedIn, revision::revision);
    routes.get("/project/{project}", Access::SignedIn, links::follow);
    routes.get("/project/{project}/{rest:.*}", Access::SignedIn, links::follow);
    routes.get("/trace/{id}", Access::SignedIn, links::follow_short);
    routes.get("/traces/{id}/erase", ERASERS, erase::ask);
    routes.post("/traces/{id}/erase", ERASERS, erase::erase);
    routes.get("/privacy/erase-user", ERASERS, erase_user::ask);
    routes.post("/privacy/erase-user", ERASERS, erase_user::erase);
}

/// Where programs reach the server.
fn host_of(request: &HttpRequest, app: &App) -> String {
    crate::web::page::own_address(request, app.config.server.public_url.as_deref())
}

/// The page of a trace in one of its states.
fn address(trace: &str, query: &query::TraceQuery) -> String {
    format!("/traces/{}{}", part(trace), query.to_query_string())
}
