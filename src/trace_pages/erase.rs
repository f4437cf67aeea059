//! `/traces/{id}/erase`: what will go, what will stay, and why; then it is done.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::uses::{self, TraceLink};
use crate::foundation::{Asker, Error, FieldErrors, Result};
use crate::state::App;
use crate::tombstones::LONGEST_REASON;
use crate::traces::actions::erase::erase_traces;
use crate::traces::hooks::Hooks;
use crate::traces::reads::{self, TraceRow};
use crate::web::format::shown;
use crate::web::page::show_with;
use crate::web::{Form, Principal, Shell, WebResult, flash, see_other};

#[derive(Template)]
#[template(path = "privacy/erase.html")]
struct ErasePage {
    shell: Shell,
    trace: String,
    name: String,
    observations: i64,
    scores: usize,
    links: Vec<TraceLink>,
    reason: String,
    errors: FieldErrors,
}

impl ErasePage {
    const LONGEST: usize = LONGEST_REASON;
}

/// GET /traces/{id}/erase
pub(super) async fn ask(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    trace: Path<String>,
) -> WebResult {
    page(&request, &app, &who, &trace, String::new(), FieldErrors::default()).await
}

/// POST /traces/{id}/erase
pub(super) async fn erase(
    request: HttpRequest,
    app: Data<App>,
    hooks: Data<Hooks>,
    who: Principal,
    trace: Path<String>,
    form: Form,
) -> WebResult {
    let reason = form.text("reason");
    match erase_traces(&app, &hooks, &who, vec![trace.clone()], reason).await {
        Ok(0) => Err(Error::not_found("this trace").into()),
        Ok(_) => Ok(flash::good(see_other("/traces"), "The trace is erased. The ledger records it.")),
        Err(Error::Invalid(errors)) => page(&request, &app, &who, &trace, reason.to_owned(), errors).await,
        Err(cause) => Err(cause.into()),
    }
}

async fn page(
    request: &HttpRequest,
    app: &App,
    asker: &Asker,
    trace: &str,
    reason: String,
    errors: FieldErrors,
) -> WebResult<HttpResponse> {
    let (row, scores, links) = load(request, app, asker, trace).await?;
    let status = if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = ErasePage {
        shell: Shell::of(request, "Erase this trace", "traces"),
        name: shown(row.name.as_deref().unwrap_or("Trace without a name")),
        observations: row.observation_count,
        trace: row.trace_id,
        scores,
        links,
        reason,
        errors,
    };
    show_with(status, &page)
}

async fn load(
    _request: &HttpRequest,
    app: &App,
    asker: &Asker,
    trace: &str,
) -> Result<(TraceRow, usize, Vec<TraceLink>)> {
    let (project, asker, trace) = (asker.project, asker.clone(), trace.to_owned());
    app.db
        .read(move |conn| {
            let row = reads::trace(conn, project, &trace)?.ok_or_else(|| Error::not_found("this trace"))?;
            let scores = reads::scores_of(conn, project, &trace)?.len();
            Ok((row, scores, uses::links(conn, &asker, &trace)?))
        })
        .await
}
