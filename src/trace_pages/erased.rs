//! What stands where an erased trace was: when, by whom, why, and the record of it.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use askama::Template;

use crate::foundation::{Error, ProjectKey};
use crate::ledger;
use crate::state::App;
use crate::web::page::show_with;
use crate::web::{Shell, WebResult};

#[derive(Template)]
#[template(path = "privacy/erased.html")]
struct ErasedPage {
    shell: Shell,
    sentence: String,
    leaf: Option<u64>,
}

/// The answer for a trace that is not stored: 410 with the tombstone, or 404 when there never was one.
pub(crate) async fn missing(request: &HttpRequest, app: &App, project: ProjectKey, trace: &str) -> WebResult {
    let trace = trace.to_owned();
    let found = app.db.read(move |conn| {
        let Some(stone) = crate::tombstones::tombstone(conn, project, &trace)? else { return Ok(None) };
        let leaf = ledger::reads::leaf_index(conn, &stone.event_id)?;
        Ok(Some((stone.sentence(), leaf)))
    });
    let (sentence, leaf) = found.await?.ok_or_else(|| Error::not_found("this trace"))?;
    let shell = Shell::of(request, "Erased trace", "traces");
    show_with(StatusCode::GONE, &ErasedPage { shell, sentence, leaf })
}
