//! Addresses as programs and people write them: slashes too many, and what names nothing: no stored text holds a NUL, and
//! PostgreSQL takes none in a question.

use actix_web::HttpResponse;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Uri;
use actix_web::http::header::LOCATION;
use actix_web::http::uri::PathAndQuery;
use actix_web::middleware::Next;
use serde_json::json;

use crate::foundation::Error;

use super::{WebError, problem};

/// Whether what is asked here is passed on to a provider of models and its answer is the provider's: such requests bring the
/// key in the provider's own way, and no page is made of an answer.
pub fn is_passed_on(path: &str) -> bool {
    ["/gateway/openai/", "/gateway/anthropic/"].iter().any(|below| path.starts_with(below))
}

/// The middleware that refuses addresses that name nothing: no stored text holds a NUL, and PostgreSQL takes none in a
/// question.
pub async fn readable<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let holds_nul = |text: &str| text.contains("%00");
    if holds_nul(request.uri().path()) {
        return Ok(request.error_response(WebError(Error::not_found("what this address names"))));
    }
    let field = request.uri().query().and_then(|query| query.split('&').find(|pair| holds_nul(pair)));
    if let Some(field) = field {
        let name = field.split('=').next().unwrap_or_default().to_owned();
        let words = "a NUL character is not allowed in an address; remove %00";
        if is_api(request.path()) && !problem::is_asked(request.path()) {
            let refusal = json!({ "message": format!("{name}: {words}"), "error": "InvalidRequestError" });
            return Ok(request.into_response(HttpResponse::BadRequest().json(refusal)));
        }
        return Ok(request.error_response(WebError(Error::invalid(name, words))));
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

/// The middleware that takes away slashes too many. A client whose host ends in a slash posts to `//api/…` and follows no
/// redirect with its body, so the API answers there as well; a page leads to its one address.
pub async fn one_slash<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let Some(plain) = plain(request.path()) else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    let asked = match request.uri().query() {
        Some(query) => format!("{plain}?{query}"),
        None => plain.clone(),
    };
    if is_api(&plain) {
        if let Some(uri) = with_path(request.uri(), &asked) {
            request.match_info_mut().get_mut().update(&uri);
            request.head_mut().uri = uri;
        }
    } else if request.method().is_safe() && is_ours(&asked) {
        let moved = HttpResponse::PermanentRedirect().insert_header((LOCATION, asked)).finish();
        return Ok(request.into_response(moved));
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

/// The path with single slashes and none at its end; `None` when it is so already.
fn plain(path: &str) -> Option<String> {
    if path.len() < 2 || !(path.contains("//") || path.ends_with('/')) {
        return None;
    }
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    Some(format!("/{}", parts.join("/")))
}

fn is_api(path: &str) -> bool {
    path.starts_with("/api/") || path.starts_with("/v1/")
}

/// Browsers read a backslash as a slash, so `/\\host` would lead to another site.
fn is_ours(address: &str) -> bool {
    !address.contains('\\') && !address.starts_with("//")
}

fn with_path(uri: &Uri, path: &str) -> Option<Uri> {
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(path).ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_too_many_are_taken_away() {
        for (path, wanted) in [
            ("//api/public/ingestion", Some("/api/public/ingestion")),
            ("/api//public///ingestion/", Some("/api/public/ingestion")),
            ("/v1/traces/", Some("/v1/traces")),
            ("//", Some("/")),
            ("///evil.example//", Some("/evil.example")),
            ("/traces/a%2F%2Fb", None),
            ("/traces", None),
            ("/", None),
            ("", None),
        ] {
            assert_eq!(plain(path).as_deref(), wanted, "{path}");
        }
        assert!(!is_ours("/\\evil.example") && is_ours("/evil.example?next=//x"));
    }
}
