//! Refuses actions that another site sends with somebody's cookie.
//!
//! A browser says where a request comes from (`Sec-Fetch-Site`, else `Origin`). Unsafe methods must come from our own
//! pages. Requests with an Authorization header carry no cookie session and are exempt.

use actix_web::HttpRequest;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{AUTHORIZATION, HOST, HeaderMap, ORIGIN, REFERER};
use actix_web::middleware::Next;
use actix_web::web::Data;

use crate::foundation::Error;
use crate::state::App;

use super::{WebError, cors, paths};

/// The middleware.
pub async fn guard<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    if request.method().is_safe()
        || is_exempt(request.path(), request.headers())
        || is_from_here(request.request())
    {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let refusal =
        Error::forbidden("this form was not sent from our own page; open the page here and send it again");
    Ok(request.error_response(WebError(refusal)))
}

/// Whether no page of another site sent this. What says nothing of where it comes from is a program's.
pub fn is_from_here(request: &HttpRequest) -> bool {
    is_our_own(request.headers(), own_scheme(request))
}

/// Clients with keys never carry a cookie that could be abused.
fn is_exempt(path: &str, headers: &HeaderMap) -> bool {
    headers.contains_key(AUTHORIZATION) || cors::is_open(path) || paths::is_passed_on(path)
}

/// How people reach the server: as the setting says, or else by plain http as the server itself listens, unless a proxy on
/// this same machine says that it came by https.
fn own_scheme(request: &HttpRequest) -> &'static str {
    let public_url = request.app_data::<Data<App>>().and_then(|app| app.config.server.public_url.as_deref());
    if let Some(url) = public_url {
        return if url.starts_with("https://") { "https" } else { "http" };
    }
    let is_near = request.peer_addr().is_some_and(|peer| peer.ip().is_loopback());
    let forwarded = request.headers().get("x-forwarded-proto").and_then(|value| value.to_str().ok());
    if is_near && forwarded == Some("https") { "https" } else { "http" }
}

/// A browser says at least one of the three on every POST; a request that says none is a script without a page.
fn is_our_own(headers: &HeaderMap, scheme: &str) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    let Some(origin) = text(ORIGIN.as_str()).or_else(|| text(REFERER.as_str())) else { return true };
    match (text(HOST.as_str()), origin_of(origin)) {
        (Some(host), Some((by, at))) => by == scheme && host.eq_ignore_ascii_case(at),
        _ => false,
    }
}

/// Scheme and host of an address.
fn origin_of(address: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = address.split_once("://")?;
    Some((scheme, rest.split(['/', '?', '#']).next()?))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn headers(given: &[(&str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in given {
            map.insert(HeaderName::try_from(*name).unwrap(), HeaderValue::from_str(value).unwrap());
        }
        map
    }

    #[test]
    fn only_our_own_pages_may_act() {
        for (given, expected) in [
            (vec![("sec-fetch-site", "same-origin")], true),
            (vec![("sec-fetch-site", "none")], true),
            (vec![("sec-fetch-site", "same-site")], false),
            (vec![("sec-fetch-site", "cross-site"), ("host", "a:1"), ("origin", "http://a:1")], false),
            (vec![("host", "a:1"), ("origin", "http://a:1")], true),
            (vec![("host", "a:1"), ("origin", "http://b:1")], false),
            (vec![("host", "a:1"), ("origin", "null")], false),
            (vec![("host", "a:1"), ("referer", "http://a:1/work-orders?x=http://b")], true),
            (vec![("host", "a:1"), ("referer", "http://a:1.evil.example/")], false),
            (vec![("host", "a:1"), ("origin", "https://a:1")], false),
            (vec![("host", "a:1"), ("referer", "https://a:1/x")], false),
            (vec![("host", "a:1")], true),
            (vec![], true),
        ] {
            assert_eq!(is_our_own(&headers(&given), "http"), expected, "{given:?}");
        }
    }
}
