//! Security headers on every answer: a strict content security policy with a nonce, no framing, no sniffing.

use actix_web::HttpMessage as _;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::foundation::ids::random_bytes;

use super::flash;

/// The nonce of one answer.
#[derive(Clone, Debug)]
pub struct Nonce(pub String);

/// The middleware. `https` adds strict transport security.
pub async fn add<B: MessageBody + 'static>(
    https: bool,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let nonce = STANDARD_NO_PAD.encode(random_bytes::<16>());
    request.extensions_mut().insert(Nonce(nonce.clone()));
    let has_flash = flash::is_left(&request);
    let mut response = next.call(request).await?.map_into_boxed_body();
    if has_flash && is_page(response.headers()) {
        flash::clear(response.response_mut());
    }
    put(response.headers_mut(), &nonce, https);
    Ok(response)
}

fn put(headers: &mut HeaderMap, nonce: &str, https: bool) {
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self'; img-src 'self' data:; \
         connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
    );
    set(headers, "content-security-policy", &policy);
    set(headers, "x-content-type-options", "nosniff");
    set(headers, "x-frame-options", "DENY");
    set(headers, "referrer-policy", "same-origin");
    set(headers, "cross-origin-opener-policy", "same-origin");
    set(headers, "permissions-policy", "camera=(self), geolocation=(), microphone=()");
    if https {
        set(headers, "strict-transport-security", "max-age=31536000");
    }
    if is_page(headers) && !headers.contains_key(CACHE_CONTROL) {
        set(headers, "cache-control", "no-store");
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
