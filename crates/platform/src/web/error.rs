//! Errors as answers: a status, and a page or a JSON body, whichever the asker reads.
//!
//! A handler returns [`WebError`]; it carries a [`Problem`] in the answer's extensions, and the middleware [`render`]
//! writes the page or the JSON, because only it has seen the request.

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{ACCEPT, CONTENT_TYPE, HeaderValue, LOCATION, RETRY_AFTER};
use actix_web::http::{ConnectionType, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, ResponseError};
use askama::Template;
use serde_json::json;

use crate::foundation::{Error, FieldErrors, Refusal};

use super::format::sentence;
use super::page::Shell;
use super::pages::{WayBack, page_of};
use super::typed::Typed;
use super::{headers, late, paths, problem, words};

/// An error on its way out of a handler.
#[derive(Debug)]
pub struct WebError(pub Error);

impl From<Error> for WebError {
    fn from(cause: Error) -> Self {
        Self(cause)
    }
}

impl std::fmt::Display for WebError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// What went wrong, for whoever asked.
#[derive(Clone, Debug)]
pub struct Problem {
    pub status: StatusCode,
    pub title: &'static str,
    /// What was refused and why.
    pub sentence: String,
    pub next: &'static str,
    /// Field by field, for bad input.
    pub fields: FieldErrors,
    /// Seconds to wait, when busy.
    pub retry_after_s: Option<u32>,
    /// The version that was found, where somebody had seen another one.
    pub version: Option<i64>,
    /// What the log is told and the asker is not: the cause of our own fault.
    cause: Option<String>,
    /// The sentence as programs read it, which know fields by their names.
    message: String,
    /// The rule behind a refusal and what would lift it, for programs.
    refusal: Option<Refusal>,
}

impl Problem {
    /// The answer for an error.
    pub fn of(error: &Error) -> Self {
        let (status, title, next) = words(error);
        let fields = if let Error::Invalid(fields) = error { fields.clone() } else { FieldErrors::default() };
        let retry_after_s = match error {
            Error::Busy { retry_after_s } => Some(*retry_after_s),
            Error::Unavailable(_) => Some(5),
            _ => None,
        };
        let version = if let Error::Conflict { found, .. } = error { Some(*found) } else { None };
        let cause = if let Error::Internal(cause) = error { Some(cause.to_string()) } else { None };
        let (said, message) = match &cause {
            Some(_) => (OUR_FAULT.to_owned(), OUR_FAULT.to_owned()),
            None => (sentence(&by_label(error)), sentence(&error.to_string())),
        };
        let refusal = error.refusal().cloned();
        Self { status, title, sentence: said, next, fields, retry_after_s, version, cause, message, refusal }
    }

    /// The same with another status and title, where neither says what the error alone would.
    #[must_use]
    pub fn as_status(self, status: StatusCode, title: &'static str) -> Self {
        Self { status, title, ..self }
    }

    /// The sentence as programs read it.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The rule behind a refusal and what would lift it.
    pub fn refusal(&self) -> Option<&Refusal> {
        self.refusal.as_ref()
    }
}

const OUR_FAULT: &str = "Something went wrong on our side. It has been logged.";

/// An error for people, who know a field by its label.
pub fn by_label(error: &Error) -> String {
    let Error::Invalid(fields) = error else { return error.to_string() };
    let said = fields.0.iter().map(|field| match field.path.as_str() {
        "" => field.message.clone(),
        path => format!("{}: {}", words::field(path), field.message),
    });
    said.collect::<Vec<_>>().join("; ")
}

/// Makes an answer that of somebody whose body did not come in time; the connection ends with it.
pub(super) fn too_slow(response: &mut ServiceResponse) {
    let said = "The rest of the request did not come in time.".to_owned();
    let problem = Problem {
        status: StatusCode::REQUEST_TIMEOUT,
        title: "Too slow",
        message: said.clone(),
        sentence: said,
        next: "Nothing of it was taken. Send it again.",
        fields: FieldErrors::default(),
        retry_after_s: None,
        version: None,
        cause: None,
        refusal: None,
    };
    let response = response.response_mut();
    *response.status_mut() = problem.status;
    response.head_mut().set_connection_type(ConnectionType::Close);
    response.extensions_mut().insert(problem);
}

fn words(error: &Error) -> (StatusCode, &'static str, &'static str) {
    match error {
        Error::NotFound(_) => {
            (StatusCode::NOT_FOUND, "Not found", "Check the address, or start again from the list.")
        }
        Error::Unauthenticated => (StatusCode::UNAUTHORIZED, "Sign in first", "Sign in, then try again."),
        Error::Forbidden(_) => (StatusCode::FORBIDDEN, "Not allowed", "Go back, or ask somebody who may."),
        Error::Refused(_) => (StatusCode::CONFLICT, "Refused", "Go back and look at how it stands now."),
        Error::Conflict { .. } => (
            StatusCode::CONFLICT,
            "Changed meanwhile",
            "Load the page again and look at what changed, then decide.",
        ),
        Error::Invalid(_) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "This cannot be taken",
            "Go back, correct it, and send it again.",
        ),
        Error::TooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, "Too large", "Send less at once."),
        Error::Busy { .. } => {
            (StatusCode::SERVICE_UNAVAILABLE, "Busy", "Nothing was stored. Try again in a moment.")
        }
        Error::Unavailable(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "Not available now",
            "Nothing was stored. Try again in a moment.",
        ),
        Error::Internal(_) => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "Our fault",
            "Try again. If it stays, tell your administrator when it happened.",
        ),
    }
}

impl ResponseError for WebError {
    fn status_code(&self) -> StatusCode {
        words(&self.0).0
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        let problem = Problem::of(&self.0);
        let mut response = HttpResponse::build(problem.status);
        if let Some(seconds) = problem.retry_after_s {
            response.insert_header((RETRY_AFTER, seconds.to_string()));
        }
        let mut response = response.finish();
        response.extensions_mut().insert(problem);
        response
    }
}

#[derive(Template)]
#[template(path = "errors/error.html")]
struct ErrorPage<'a> {
    shell: Shell,
    problem: &'a Problem,
    request_id: String,
    /// What was typed into the form that is refused.
    typed: Option<Typed>,
    /// What it was about.
    back: Option<WayBack>,
    /// Whether it can be sent again as it is.
    can_send: bool,
}

/// Middleware: writes the page or JSON of a [`Problem`]; a page asker without a session is sent to sign in.
pub async fn render<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    // Layers below answer with a response, never with `Err`: only a response still knows its request.
    let is_passed_on = paths::is_passed_on(request.path());
    let mut response = next.call(request).await?.map_into_boxed_body();
    if is_passed_on {
        return Ok(response);
    }
    let problem = response.response().extensions().get::<Problem>().cloned();
    let problem = problem.or_else(|| problem::other_method(&mut response));
    let problem = problem.or_else(|| framework_refusal(&response));
    Ok(match problem {
        Some(problem) => {
            log(&problem, response.request());
            answer(response, &problem)
        }
        None => response,
    })
}

/// What actix itself refuses: a path nobody serves, a query or path parameter that cannot be read.
fn framework_refusal(response: &ServiceResponse) -> Option<Problem> {
    if is_json(response) {
        return None;
    }
    let refusal = response.response().error().map(ToString::to_string);
    match (response.status(), refusal) {
        (StatusCode::NOT_FOUND, Some(_)) => Some(Error::not_found("this page")),
        (StatusCode::NOT_FOUND, None) if is_empty(response) => Some(Error::not_found("this page")),
        (StatusCode::PAYLOAD_TOO_LARGE, Some(why)) => Some(Error::TooLarge(why.into())),
        (status, Some(why)) if status.is_client_error() => Some(Error::invalid("", why)),
        (status, Some(why)) if status.is_server_error() => Some(Error::internal(why)),
        _ => None,
    }
    .map(|error| Problem::of(&error))
}

fn is_empty(response: &ServiceResponse) -> bool {
    matches!(response.response().body().size(), BodySize::None | BodySize::Sized(0))
}

/// An answer that is JSON already was written for its asker.
fn is_json(response: &ServiceResponse) -> bool {
    let kind = response.headers().get(CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"))
}

/// Our own faults, once, where the request is known.
fn log(problem: &Problem, request: &HttpRequest) {
    if let Some(cause) = &problem.cause {
        let (method, path, request_id) =
            (request.method(), request.path(), headers::request_id(request).unwrap_or_default());
        tracing::error!(%cause, %method, path, request_id, "a request failed by our own fault");
    }
}

fn answer(response: ServiceResponse, problem: &Problem) -> ServiceResponse {
    let request = response.request().clone();
    let request_id = headers::request_id(&request).unwrap_or_default();
    if problem::is_asked(request.path()) {
        return problem::write(response, problem, &request_id);
    }
    if reads_json(&request) {
        let mut body = json!({
            "message": problem.message,
            "error": problem.title,
            "fields": problem.fields,
            "requestId": request_id,
        });
        if let (Some(refusal), Some(members)) = (&problem.refusal, body.as_object_mut()) {
            members.insert("rule".to_owned(), refusal.rule.into());
            members.insert("lift".to_owned(), refusal.lift.clone().into());
        }
        return response
            .map_body(|_, _| BoxBody::new(body.to_string()))
            .with_content_type("application/json");
    }
    if problem.status == StatusCode::UNAUTHORIZED {
        let mut redirect =
            HttpResponse::SeeOther().insert_header((LOCATION, sign_in_and_back(&request))).finish();
        if request.extensions().get::<late::Kept>().is_some() {
            late::mark(&mut redirect);
        }
        return response.into_response(redirect);
    }
    let page = ErrorPage {
        shell: Shell::of(&request, problem.title, ""),
        problem,
        request_id,
        typed: typed(&request, problem),
        back: way_back(&request, problem),
        // What changed meanwhile is looked at first.
        can_send: problem.status == StatusCode::UNPROCESSABLE_ENTITY,
    };
    let body = page.render().unwrap_or_else(|_| problem.sentence.clone());
    response.map_body(|_, _| BoxBody::new(body)).with_content_type("text/html; charset=utf-8")
}

/// What was typed; an address that is not there was no form.
fn typed(request: &HttpRequest, problem: &Problem) -> Option<Typed> {
    let is_address = problem.status == StatusCode::NOT_FOUND && request.method().is_safe();
    Typed::of(request).filter(|_| problem.status.is_client_error() && !is_address)
}

/// Where the page leads back to; what is not there is not led to.
fn way_back(request: &HttpRequest, problem: &Problem) -> Option<WayBack> {
    let is_missing = problem.status == StatusCode::NOT_FOUND && request.method().is_safe();
    WayBack::of(request).filter(|_| !is_missing)
}

/// The sign-in page, which leads back to where somebody was.
fn sign_in_and_back(request: &HttpRequest) -> String {
    let page = serde_urlencoded::to_string([("next", page_of(request))]).unwrap_or_default();
    format!("/sign-in?{page}")
}

/// API paths and programs that ask for JSON get JSON; people get pages.
fn reads_json(request: &HttpRequest) -> bool {
    let accept = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let path = request.path();
    path.starts_with("/api/")
        || path.starts_with("/v1/")
        || (accept.contains("json") && !accept.contains("text/html"))
}

trait WithContentType {
    fn with_content_type(self, value: &'static str) -> Self;
}

impl WithContentType for ServiceResponse {
    fn with_content_type(mut self, value: &'static str) -> Self {
        self.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(value));
        self
    }
}
