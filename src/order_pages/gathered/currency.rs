//! The page on which an admin says what amounts of the project are in.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;

use crate::foundation::money::Currency;
use crate::foundation::{Error, FieldErrors};
use crate::order_settings::currency;
use crate::state::App;
use crate::web::page::{show as show_page, show_with};
use crate::web::{Form, Principal, Shell, WebResult, flash, see_other};

#[derive(Template)]
#[template(path = "work_orders/currency.html")]
struct CurrencyPage {
    shell: Shell,
    now: String,
    typed: String,
    errors: FieldErrors,
}

/// GET `/work-orders/currency`.
pub async fn show(request: HttpRequest, app: Data<App>, who: Principal) -> WebResult {
    let project = who.project;
    let now = app.db.read(move |conn| currency::reads::of(conn, project)).await?.to_string();
    let shell = Shell::of(&request, "Currency", "work-orders");
    show_page(&CurrencyPage { shell, typed: now.clone(), now, errors: FieldErrors::default() })
}

/// POST `/work-orders/currency`: field `currency`.
pub async fn set(request: HttpRequest, app: Data<App>, who: Principal, form: Form) -> WebResult {
    let typed = form.text("currency").to_owned();
    let wrong = || Error::invalid("currency", "expected the three letters of a currency, such as EUR");
    let Some(to) = Currency::parse(&typed) else {
        let project = who.project;
        let now = app.db.read(move |conn| currency::reads::of(conn, project)).await?.to_string();
        let Error::Invalid(errors) = wrong() else { return Err(wrong().into()) };
        let shell = Shell::of(&request, "Currency", "work-orders");
        return show_with(StatusCode::UNPROCESSABLE_ENTITY, &CurrencyPage { shell, now, typed, errors });
    };
    currency::set(&app, &who, to).await?;
    Ok(flash::good(see_other("/work-orders/currency"), &format!("Amounts are in {to} from now on.")))
}
