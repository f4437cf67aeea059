//! `/privacy/erase-user`: everything that names one user, counted first, then erased.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::foundation::{Error, FieldErrors};
use crate::state::App;
use crate::tombstones::LONGEST_REASON;
use crate::traces::actions::erase::erase_user;
use crate::traces::hooks::Hooks;
use crate::web::page::show_with;
use crate::web::{Form, Principal, Shell, WebResult, flash, see_other};

#[derive(Template)]
#[template(path = "privacy/erase_user.html")]
struct ErasePage {
    shell: Shell,
    user: String,
    traces: usize,
    reason: String,
    errors: FieldErrors,
}

impl ErasePage {
    const LONGEST: usize = LONGEST_REASON;
}

/// GET /privacy/erase-user?user=..
pub(super) async fn ask(request: HttpRequest, app: Data<App>, who: Principal) -> WebResult {
    let query = Form::parse(request.query_string().as_bytes())?;
    let user = query.required("user", "name the user as the traces do")?;
    page(&request, &app, &who, user, String::new(), FieldErrors::default()).await
}

/// POST /privacy/erase-user
pub(super) async fn erase(
    request: HttpRequest,
    app: Data<App>,
    hooks: Data<Hooks>,
    who: Principal,
    form: Form,
) -> WebResult {
    let user = form.required("user", "name the user as the traces do")?;
    let reason = form.text("reason");
    match erase_user(&app, &hooks, &who, user, reason).await {
        Ok(count) => {
            let text = format!("{count} traces of that user are erased. The ledger records it.");
            Ok(flash::good(see_other("/privacy"), &text))
        }
        Err(Error::Invalid(errors)) => page(&request, &app, &who, user, reason.to_owned(), errors).await,
        Err(cause) => Err(cause.into()),
    }
}

async fn page(
    request: &HttpRequest,
    app: &App,
    who: &Principal,
    user: &str,
    reason: String,
    errors: FieldErrors,
) -> WebResult<HttpResponse> {
    let (project, named) = (who.project, user.to_owned());
    let traces =
        app.db.read(move |conn| crate::traces::reads::traces_of_user(conn, project, &named)).await?.len();
    let status = if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let shell = Shell::of(request, "Erase a user", "privacy");
    show_with(status, &ErasePage { shell, user: user.to_owned(), traces, reason, errors })
}
