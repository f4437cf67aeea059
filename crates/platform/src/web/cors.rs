//! The public API is open to pages of any origin, without cookies: one header on every answer, refusals included.
//!
//! A browser asks first (`OPTIONS`, the Fetch standard's preflight) and is answered here for every path of the API, so a
//! new route needs nothing. No cookie is ever looked at on these paths.

use actix_web::HttpResponse;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, HeaderValue,
};
use actix_web::middleware::Next;

const METHODS: &str = "GET, POST, PUT, PATCH, DELETE, OPTIONS";
/// What clients send beside the headers that are always allowed.
const HEADERS: &str = "Authorization, Content-Type, Content-Encoding, Range, If-Range, If-None-Match, X-Request-Id, \
     X-Amz-Checksum-Sha256, X-Ms-Blob-Type, X-Langfuse-Sdk-Name, X-Langfuse-Sdk-Version, X-Langfuse-Sdk-Variant, \
     X-Langfuse-Sdk-Integration, X-Langfuse-Public-Key, X-Langfuse-Ingestion-Version";
/// What scripts may read of an answer beside the headers that are always readable.
const READABLE: &str =
    "ETag, Accept-Ranges, Content-Range, Content-Length, Content-Disposition, Retry-After, X-Request-Id";
/// A day, in seconds.
const MAX_AGE: &str = "86400";

/// Whether programs with keys ask here, never people with cookies.
pub fn is_open(path: &str) -> bool {
    path.starts_with("/api/public/") || matches!(path, "/v1/traces" | "/v1/metrics" | "/v1/logs")
}

/// The middleware.
pub async fn open<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    if !is_open(request.path()) {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let mut response = if request.method() == Method::OPTIONS {
        request.into_response(preflight())
    } else {
        next.call(request).await?.map_into_boxed_body()
    };
    for (name, value) in [(ACCESS_CONTROL_ALLOW_ORIGIN, "*"), (ACCESS_CONTROL_EXPOSE_HEADERS, READABLE)] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

fn preflight() -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header((ACCESS_CONTROL_ALLOW_METHODS, METHODS))
        .insert_header((ACCESS_CONTROL_ALLOW_HEADERS, HEADERS))
        .insert_header((ACCESS_CONTROL_MAX_AGE, MAX_AGE))
        .finish()
}
