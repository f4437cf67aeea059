//! A list of assets as a table: all of it is taken, or nothing with the lines that are wrong.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;

use crate::assets::actions::import::import;
use crate::foundation::{Error, FieldErrors};
use crate::state::App;
use crate::web::error::Problem;
use crate::web::page::{show as show_page, show_with};
use crate::web::{Form, Principal, Shell, WebError, WebResult, flash, see_other};

#[derive(Template)]
#[template(path = "assets/import.html")]
struct ImportPage {
    shell: Shell,
    table: String,
    errors: FieldErrors,
}

fn page(request: &HttpRequest, table: String, errors: FieldErrors) -> ImportPage {
    ImportPage { shell: Shell::of_tab(request, "Import assets", "assets"), table, errors }
}

/// GET `/assets/import`.
pub async fn show(request: HttpRequest, _who: Principal) -> WebResult {
    show_page(&page(&request, String::new(), FieldErrors::default()))
}

/// POST `/assets/import`: field `table`.
pub async fn submit(request: HttpRequest, app: Data<App>, who: Principal, form: Form) -> WebResult {
    match import(&app, &who, form.raw("table")).await {
        Ok(count) => {
            let words = if count == 1 {
                "1 asset is on the list.".to_owned()
            } else {
                format!("{count} assets are on the list.")
            };
            Ok(flash::good(see_other("/assets"), &words))
        }
        Err(Error::Invalid(errors)) => {
            let status = Problem::of(&Error::invalid("", "")).status;
            show_with(status, &page(&request, form.raw("table").to_owned(), errors))
        }
        Err(other) => Err(WebError(other)),
    }
}

impl ImportPage {
    /// Each fault with its line.
    fn faults(&self) -> Vec<&str> {
        self.errors.0.iter().map(|fault| fault.message.as_str()).collect()
    }
}
