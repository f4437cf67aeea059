//! Bringing files in: the form that takes them, and a text that is pasted into it, looked at and taken.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;

use super::preview::Preview;
use crate::foundation::error::FieldError;
use crate::foundation::{Error, FieldErrors, Result};
use crate::imports::forms::{choices, choices_without_day};
use crate::imports::store;
use crate::state::App;
use crate::web::error::Problem;
use crate::web::page::{show as show_page, show_with};
use crate::web::{Form, Principal, Shell, WebError, WebResult, flash, see_other};
use crate::work_orders::actions::import::{Brought, Imported, read_with, take};
use crate::work_orders::reads;

#[derive(Template)]
#[template(path = "imports/paste.html")]
struct ImportPage {
    shell: Shell,
    markdown: String,
    file: String,
    is_windows: bool,
    errors: FieldErrors,
    preview: Option<Preview>,
    /// Types in use, to choose from.
    types: Vec<String>,
    /// Files that were brought and wait.
    waiting: usize,
    /// Another order is to be made where the one that the file made was cancelled.
    anew: bool,
}

impl ImportPage {
    /// Whether a fault stands at a place in the file rather than with the text as a whole.
    fn names_a_place(&self, fault: &FieldError) -> bool {
        !["", "markdown", "file", "anew"].contains(&fault.path.as_str())
    }

    /// Whether that can be said: the file made an order that was cancelled, or it is said already.
    fn offers_anew(&self) -> bool {
        self.anew || self.errors.get("anew").is_some()
    }
}

/// GET `/work-orders/import`.
pub async fn show(request: HttpRequest, app: Data<App>, who: Principal) -> WebResult {
    let page = page(&request, &Form::default(), FieldErrors::default(), None, Vec::new());
    show_page(&ImportPage { waiting: waiting(&app, &who).await?, ..page })
}

/// The form again because of files that were not taken.
pub(super) async fn refused(request: &HttpRequest, app: &App, who: &Principal, cause: Error) -> WebResult {
    let waiting = waiting(app, who).await?;
    let status = Problem::of(&cause).status;
    let errors = match cause {
        Error::Invalid(errors) => errors,
        Error::TooLarge(words) | Error::Refused(words) => FieldErrors::one("file", words.to_string()),
        other => return Err(WebError(other)),
    };
    show_with(status, &ImportPage { waiting, ..page(request, &Form::default(), errors, None, Vec::new()) })
}

async fn waiting(app: &App, who: &Principal) -> Result<usize> {
    let (who, now) = (who.0.clone(), app.now());
    app.db.read(move |conn| store::of(conn, &who, now).map(|files| files.len())).await
}

fn page(
    request: &HttpRequest,
    form: &Form,
    errors: FieldErrors,
    preview: Option<Preview>,
    types: Vec<String>,
) -> ImportPage {
    ImportPage {
        shell: Shell::of(request, "Import a work order", "work-orders").in_shop_style(),
        markdown: form.raw("markdown").to_owned(),
        file: form.text("file").to_owned(),
        is_windows: is_windows(form),
        errors,
        preview,
        types,
        waiting: 0,
        anew: form.is_checked("anew"),
    }
}

/// POST `/work-orders/import/preview`: the same fields as [`submit`]; shows what each line becomes, stores nothing.
pub async fn preview(request: HttpRequest, app: Data<App>, who: Principal, form: Form) -> WebResult {
    let brought = match brought(&form) {
        Ok(brought) => brought,
        Err(cause) => return again(&request, &app, &who, &form, cause).await,
    };
    let reading = match read_with(&brought) {
        Ok(reading) => reading,
        Err(cause) => return again(&request, &app, &who, &form, cause).await,
    };
    let preview = Preview::of(&reading, &brought.choices);
    show_page(&page(&request, &form, FieldErrors::default(), Some(preview), types(&app, &who).await?))
}

pub(super) async fn types(app: &App, who: &Principal) -> Result<Vec<String>> {
    let project = who.project;
    app.db.read(move |conn| reads::types(conn, project)).await
}

/// POST `/work-orders/import`: fields `markdown`, `file`, `anew`, and what the preview lets one choose.
pub async fn submit(request: HttpRequest, app: Data<App>, who: Principal, form: Form) -> WebResult {
    let brought = match brought(&form) {
        Ok(brought) => brought,
        Err(cause) => return again(&request, &app, &who, &form, cause).await,
    };
    match take(&app, &who, brought).await {
        Ok(imported) => {
            let address = format!("/work-orders/{}", imported.number);
            Ok(flash::good(see_other(address), &told(&imported)))
        }
        Err(cause) => again(&request, &app, &who, &form, cause).await,
    }
}

/// The file of a form. A text field sends every line end as CRLF; the digest names the file as it was.
fn brought(form: &Form) -> Result<Brought> {
    let markdown = form.raw("markdown");
    if markdown.trim().is_empty() {
        return Err(Error::invalid("markdown", "paste the work order's Markdown, or choose a file"));
    }
    Ok(Brought {
        file: form.optional("file").map(str::to_owned),
        bytes: bytes(form),
        choices: choices(form)?,
    })
}

fn bytes(form: &Form) -> Vec<u8> {
    let markdown = form.raw("markdown");
    let text = if is_windows(form) { markdown.to_owned() } else { markdown.replace("\r\n", "\n") };
    text.into_bytes()
}

fn is_windows(form: &Form) -> bool {
    form.text("ends") == "crlf"
}

/// The preview with what was typed and chosen in it, where the form came from one. What a block cannot be is left out.
fn chosen(form: &Form) -> Option<Preview> {
    form.fields().find(|(name, _)| *name == "title")?;
    let mut choices = choices_without_day(form);
    let kinds = std::mem::take(&mut choices.kinds);
    let mut reading =
        read_with(&Brought { file: None, bytes: bytes(form), choices: choices.clone() }).ok()?;
    for (place, kind) in kinds {
        // Refused above, and told.
        let _ = reading.retake(place, kind);
    }
    Some(Preview { due: form.text("due").to_owned(), ..Preview::of(&reading, &choices) })
}

pub(super) fn told(imported: &Imported) -> String {
    if !imported.is_new {
        return "This very file was imported before; nothing changed.".to_owned();
    }
    let reference = imported.reference.as_ref();
    let reference =
        reference.map(|it| format!(" The file calls itself {it}, which is in use here.")).unwrap_or_default();
    format!("Imported {} as a draft: {}.{reference}", imported.number, imported.words())
}

/// The form again with what was typed.
async fn again(request: &HttpRequest, app: &App, who: &Principal, form: &Form, cause: Error) -> WebResult {
    let status = Problem::of(&cause).status;
    let errors = match cause {
        Error::Invalid(errors) => errors,
        // Whatever else is refused loses no text either; our own faults are told on their own page.
        other if status.is_client_error() || status == StatusCode::SERVICE_UNAVAILABLE => {
            FieldErrors::one("", other.to_string())
        }
        other => return Err(WebError(other)),
    };
    show_with(status, &page(request, form, errors, chosen(form), types(app, who).await?))
}
