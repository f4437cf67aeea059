//! Sign in and out.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::foundation::Error;
use crate::people::auth::{local_path, no_cookie};
use crate::people::service::{People, Visitor};
use crate::web::page::{show as show_page, show_with};
use crate::web::{Form, Principal, Shell, WebError, WebResult, see_other};

#[derive(Template)]
#[template(path = "people/sign_in.html")]
struct SignInPage {
    shell: Shell,
    email: String,
    next: String,
    refusal: Option<String>,
    /// Nobody has an account yet.
    is_fresh: bool,
}

/// GET /sign-in
pub(in crate::people) async fn show(
    request: HttpRequest,
    people: Data<People>,
    who: Option<Principal>,
) -> WebResult {
    let query = Form::parse(request.query_string().as_bytes()).unwrap_or_default();
    let next = local_path(query.raw("next")).to_owned();
    if who.is_some() {
        return Ok(see_other(next));
    }
    let is_fresh = !people.has_owner().await?;
    let shell = Shell::of(&request, "Sign in", "");
    show_page(&SignInPage { shell, email: String::new(), next, refusal: None, is_fresh })
}

/// POST /sign-in
pub(in crate::people) async fn enter(request: HttpRequest, people: Data<People>, form: Form) -> WebResult {
    let next = local_path(form.raw("next")).to_owned();
    let email = form.text("email").to_owned();
    let visitor = Visitor::of(&request);
    match people.sign_in(&email, form.raw("password"), &visitor).await {
        Ok(started) => Ok(super::enter_with(&people, &started, &next)),
        Err(Error::Refused(why)) => {
            let page = SignInPage {
                shell: Shell::of(&request, "Sign in", ""),
                email: email.chars().take(254).collect(),
                next,
                refusal: Some(why.into_owned()),
                is_fresh: false,
            };
            show_with(StatusCode::UNAUTHORIZED, &page)
        }
        Err(other) => Err(WebError(other)),
    }
}

/// POST /sign-out
pub(in crate::people) async fn leave(people: Data<People>, who: Principal) -> WebResult<HttpResponse> {
    people.sign_out(&who).await?;
    let mut response = see_other("/sign-in");
    let _ = response.add_cookie(&no_cookie(people.app.config.server.is_https()));
    Ok(response)
}
