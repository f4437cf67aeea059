//! The first steps that are taken from the first page: a sample order, and a test of a key.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;

use crate::foundation::{Error, FieldErrors};
use crate::home::actions::{self, NewTest};
use crate::intake::Intake;
use crate::people::People;
use crate::state::App;
use crate::web::page::{show as show_page, show_with};
use crate::web::{Form, Principal, Shell, WebError, WebResult, flash, see_other};

#[derive(Template)]
#[template(path = "home/test_key.html")]
struct TestKeyPage {
    shell: Shell,
    public_key: String,
    errors: FieldErrors,
}

impl TestKeyPage {
    fn of(request: &HttpRequest, public_key: &str, errors: FieldErrors) -> Self {
        Self { shell: Shell::of(request, "Test a key", "people"), public_key: public_key.to_owned(), errors }
    }
}

/// POST /first-steps/sample
pub(in crate::home) async fn sample(app: Data<App>, who: Principal) -> WebResult {
    let made = actions::sample_order(&app, &who).await?;
    let words = if made.is_new {
        "The sample order was made. It is a draft: submit it, have it approved, then tick it off."
    } else {
        "The sample order was there already."
    };
    Ok(flash::good(see_other(format!("/work-orders/{}", made.number)), words))
}

/// GET /first-steps/test-key
pub(in crate::home) async fn ask(request: HttpRequest) -> WebResult {
    show_page(&TestKeyPage::of(&request, "", FieldErrors::default()))
}

/// POST /first-steps/test-key: fields `public_key`, `secret_key`.
pub(in crate::home) async fn test_key(
    request: HttpRequest,
    people: Data<People>,
    intake: Data<Intake>,
    who: Principal,
    form: Form,
) -> WebResult {
    let public_key = form.text("public_key").to_owned();
    let new = NewTest { public_key: public_key.clone(), secret_key: form.text("secret_key").to_owned() };
    match actions::test_key(&people, &intake, &who, new).await {
        Ok(trace) => {
            let words = "The key works: this trace was sent with it, the way a client sends one.";
            Ok(flash::good(see_other(format!("/traces/{trace}")), words))
        }
        Err(Error::Invalid(errors)) => show_with(
            actix_web::http::StatusCode::UNPROCESSABLE_ENTITY,
            &TestKeyPage::of(&request, &public_key, errors),
        ),
        Err(other) => Err(WebError(other)),
    }
}
