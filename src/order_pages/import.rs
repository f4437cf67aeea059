//! Importing a Markdown file: paste it, look at what is odd.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;

use crate::foundation::error::FieldError;
use crate::foundation::{Error, FieldErrors};
use crate::state::App;
use crate::web::error::Problem;
use crate::web::page::{show as show_page, show_with};
use crate::web::{Form, Principal, Shell, WebError, WebResult, flash, see_other};
use crate::work_orders::actions::import::{Imported, import};

#[derive(Template)]
#[template(path = "work_orders/import.html")]
struct ImportPage {
    shell: Shell,
    markdown: String,
    file: String,
    errors: FieldErrors,
}

impl ImportPage {
    fn of(request: &HttpRequest, markdown: &str, file: &str, errors: FieldErrors) -> Self {
        let shell = Shell::of(request, "Import a work order", "work-orders");
        Self { shell, markdown: markdown.to_owned(), file: file.to_owned(), errors }
    }

    /// Whether a fault stands at a place in the file rather than with the text as a whole.
    fn names_a_place(&self, fault: &FieldError) -> bool {
        !["", "markdown"].contains(&fault.path.as_str())
    }
}

/// GET `/work-orders/import`.
pub async fn show(request: HttpRequest) -> WebResult {
    show_page(&ImportPage::of(&request, "", "", FieldErrors::default()))
}

/// POST `/work-orders/import`: fields `markdown`, `file`.
pub async fn submit(request: HttpRequest, app: Data<App>, who: Principal, form: Form) -> WebResult {
    let (markdown, file) = (form.raw("markdown"), form.text("file"));
    if markdown.trim().is_empty() {
        let errors = Error::invalid("markdown", "paste the work order's Markdown");
        return again(&request, markdown, file, errors);
    }
    let name = Some(file.to_owned()).filter(|name| !name.is_empty());
    // A textarea sends CRLF; the digest names the file as it was.
    let bytes = markdown.replace("\r\n", "\n").into_bytes();
    match import(&app, &who, name, bytes).await {
        Ok(imported) => {
            let address = format!("/work-orders/{}", imported.number);
            Ok(flash::good(see_other(address), &words(&imported)))
        }
        Err(cause) => again(&request, markdown, file, cause),
    }
}

fn words(imported: &Imported) -> String {
    match (imported.is_new, imported.findings) {
        (false, _) => "This very file was imported before; nothing changed.".to_owned(),
        (true, 0) => format!("Imported {}. Nothing odd was found.", imported.number),
        (true, n) => {
            format!("Imported {}. {n} finding{} to look at.", imported.number, if n == 1 { "" } else { "s" })
        }
    }
}

/// The form again with what was typed.
fn again(request: &HttpRequest, markdown: &str, file: &str, cause: Error) -> WebResult {
    let status = Problem::of(&cause).status;
    let errors = match cause {
        Error::Invalid(errors) => errors,
        // Whatever else is refused loses no text either; our own faults are told on their own page.
        other if status.is_client_error() || status == StatusCode::SERVICE_UNAVAILABLE => {
            FieldErrors::one("", other.to_string())
        }
        other => return Err(WebError(other)),
    };
    show_with(status, &ImportPage::of(request, markdown, file, errors))
}
