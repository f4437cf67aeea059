//! The pages of people: sign-in, set-up, accounts and roles, API keys, one's own account.

pub(super) mod account;
pub(super) mod keys;
pub(super) mod members;
pub(super) mod set_up;
pub(super) mod sign_in;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use crate::foundation::{Error, FieldErrors};
use crate::web::flash;
use crate::web::see_other;

use super::actions::sign_in::Started;
use super::auth::{device_cookie, session_cookie};
use super::service::People;

/// Splits what a person can mend in the form from what needs an error page.
fn mendable(error: Error) -> Result<FieldErrors, Error> {
    match error {
        Error::Invalid(errors) => Ok(errors),
        other => Err(other),
    }
}

/// Unprocessable when a form is shown again with its faults.
fn status_of(errors: &FieldErrors) -> StatusCode {
    if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
}

/// 303 with the cookie of a new session.
fn enter_with(people: &People, started: &Started, next: &str) -> HttpResponse {
    let mut response = see_other(next);
    let cookie = session_cookie(&started.token, people.app.config.server.is_https());
    let device = device_cookie(&started.device, people.app.config.server.is_https());
    for cookie in [&cookie, &device] {
        // Fails only when a cookie cannot be written as a header; ours are hex digits.
        let _ = response.add_cookie(cookie);
    }
    match &started.reset_by {
        Some(name) => flash::bad(
            response,
            &format!(
                "Your password was set by a link that {name} made. Until you confirm it under Account and sessions, what you \
                 do carries a mark."
            ),
        ),
        None => response,
    }
}

/// 303 with a word about what was done.
fn done(address: &str, text: &str) -> HttpResponse {
    flash::good(see_other(address), text)
}
