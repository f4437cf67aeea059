//! Security headers on every answer: a strict content security policy with a nonce, no framing, no sniffing.
//!
//! Every request also gets an id here, which answers, error pages, log lines and the events it brings about repeat.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue,
};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{HttpMessage as _, HttpRequest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use tracing::Instrument as _;

use crate::foundation::clock::SystemClock;
use crate::foundation::ids::{new_id, random_bytes};
use crate::foundation::{Clock as _, Timestamp};
use crate::state::App;

use super::flash;

/// The nonce of one answer.
#[derive(Clone, Debug)]
pub struct Nonce(pub String);

/// The id of one request: the caller's `X-Request-Id` when it is harmless, else one of ours (`UUIDv7`).
#[derive(Clone, Debug)]
struct RequestId(String);

/// The id of a request; none outside the middleware.
pub fn request_id(request: &HttpRequest) -> Option<String> {
    request.extensions().get::<RequestId>().map(|id| id.0.clone())
}

/// The middleware. `https` adds strict transport security.
pub async fn add<B: MessageBody + 'static>(
    https: bool,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let nonce = STANDARD_NO_PAD.encode(random_bytes::<16>());
    let id = choose_id(&request);
    let span = tracing::info_span!("request", id);
    request.extensions_mut().insert(Nonce(nonce.clone()));
    request.extensions_mut().insert(RequestId(id.clone()));
    let has_flash = flash::is_left(&request);
    let mut response = next.call(request).instrument(span).await?.map_into_boxed_body();
    if has_flash && is_page(response.headers()) {
        flash::clear(response.response_mut());
    }
    put(response.headers_mut(), &nonce, https);
    // What is passed on keeps the id that the other server gave it.
    if !response.headers().contains_key(ID_HEADER) {
        set(response.headers_mut(), ID_HEADER, &id);
    }
    Ok(response)
}

const ID_HEADER: &str = "x-request-id";

fn choose_id(request: &ServiceRequest) -> String {
    let given = request.headers().get(ID_HEADER).and_then(|value| value.to_str().ok());
    let is_harmless = |id: &&str| {
        (8..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    given.filter(is_harmless).map_or_else(|| new_id(now(request)), str::to_owned)
}

fn now(request: &ServiceRequest) -> Timestamp {
    request.app_data::<Data<App>>().map_or_else(|| SystemClock.now(), |app| app.now())
}

fn put(headers: &mut HeaderMap, nonce: &str, https: bool) {
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self'; img-src 'self' data: blob:; media-src 'self'; \
         connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'; worker-src 'self'"
    );
    // A stranger's bytes bring a policy of their own, stricter than a page's.
    if !headers.contains_key(CONTENT_SECURITY_POLICY) {
        set(headers, "content-security-policy", &policy);
    }
    set(headers, "x-content-type-options", "nosniff");
    set(headers, "x-frame-options", "DENY");
    set(headers, "referrer-policy", "same-origin");
    set(headers, "cross-origin-opener-policy", "same-origin");
    set(headers, "permissions-policy", "camera=(self), geolocation=(), microphone=()");
    if https {
        set(headers, "strict-transport-security", "max-age=31536000");
    }
    // Whatever says nothing else is for whoever asked for it, and for nobody who comes to this browser or proxy later.
    if !headers.contains_key(CACHE_CONTROL) {
        set(headers, "cache-control", "private, no-store");
    }
}

fn is_page(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

fn set(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}
