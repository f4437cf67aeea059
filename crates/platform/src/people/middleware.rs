//! Puts who stands behind a request into its extensions, for [`crate::web::Access`] and the extractors.
//!
//! An `Authorization` header is believed or refused on its own: a cookie beside it counts for nothing, because requests
//! with the header need not come from our own pages.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::web::{self, Data};
use actix_web::{Error as ActixError, FromRequest as _, HttpMessage as _};

use crate::foundation::{Asker, Error, Result, TraceContext};
use crate::web::zone::{self, Reading};
use crate::web::{KeyHolder, KeyRefused, Principal, WebError};
use crate::web::{late, paths};

use super::actions::check_key::Credentials;
use super::actions::keep_late::MOST_BYTES;
use super::auth::{Brought, COOKIE, credentials};
use super::model::Scope;
use super::service::{People, Visitor};

/// The middleware; `People` must be among the application's data.
pub async fn identify<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, ActixError> {
    match find_out(&mut request).await {
        Ok(reading) => Ok(zone::reading(reading, next.call(request)).await?.map_into_boxed_body()),
        Err(refusal) => Ok(request.error_response(refusal)),
    }
}

/// Puts whoever is known into the request, and says how they read times and dates.
async fn find_out(request: &mut ServiceRequest) -> Result<Reading, ActixError> {
    if is_static(request.path()) || is_scrape(request) || paths::is_passed_on(request.path()) {
        return Ok(Reading::default());
    }
    let people = request
        .app_data::<Data<People>>()
        .cloned()
        .ok_or_else(|| WebError(Error::internal("the people service is not wired")))?;
    match credentials(request.headers()) {
        Brought::Nothing => by_cookie(&people, request).await.map_err(|cause| WebError(cause).into()),
        brought => by_key(&people, request, brought).await.map(|()| Reading::default()),
    }
}

/// Files and health checks need nobody, so they ask no database.
fn is_static(path: &str) -> bool {
    path.starts_with("/static/")
        || matches!(path, "/favicon.ico" | "/api/public/health" | "/api/public/ready")
}

/// Metrics have no session, and the token that opens them is for their own route to look at; a pair is a program's key.
fn is_scrape(request: &ServiceRequest) -> bool {
    let is_pair = |brought| matches!(brought, Brought::Credentials(Credentials::Pair { .. }));
    request.path() == "/metrics" && !is_pair(credentials(request.headers()))
}

async fn by_cookie(people: &People, request: &mut ServiceRequest) -> Result<Reading> {
    let Some(cookie) = request.cookie(COOKIE) else { return Ok(Reading::default()) };
    let Some((who, profile)) = people.recognise(cookie.value()).await? else {
        keep_form(people, request, cookie.value()).await?;
        return Ok(Reading::default());
    };
    if request.method() == Method::GET && late::is_marked(request.request()) {
        let kept = people.late_form(&who).await?;
        kept.map(|form| request.extensions_mut().insert(form));
    }
    enter(request, who);
    Ok(Reading::of(&profile.zone, &profile.dates))
}

/// What came by a cookie whose session has ended is refused, and what was typed in it is kept. The ways in read their own.
async fn keep_form(people: &People, request: &mut ServiceRequest, cookie: &str) -> Result<()> {
    let is_way_in = request.path().starts_with("/sign-") || request.path().starts_with("/setup/");
    let is_form = request.content_type() == "application/x-www-form-urlencoded";
    if request.method() != Method::POST || is_way_in || !is_form {
        return Ok(());
    }
    let payload = web::Payload::from_request(&request.request().clone(), &mut request.take_payload());
    let Ok(payload) = payload.await else { return Ok(()) };
    if let Ok(Ok(body)) = payload.to_bytes_limited(MOST_BYTES).await
        && people.keep_late(cookie, &body).await?
    {
        request.extensions_mut().insert(late::Kept);
    }
    Ok(())
}

/// The key routes refuse by their extractor; on a page nobody would notice, so a bad key is refused here.
async fn by_key(people: &People, request: &ServiceRequest, brought: Brought) -> Result<(), ActixError> {
    let grant = match brought {
        Brought::Credentials(credentials) => people.check_key(&credentials).await.map_err(WebError)?,
        _ => None,
    };
    let Some(grant) = grant else {
        let is_key_route = request.path().starts_with("/api/") || request.path().starts_with("/v1/");
        return if is_key_route { Ok(()) } else { Err(KeyRefused::of(request.request()).into()) };
    };
    let reads = grant.allows(Scope::Read);
    let mut holder = KeyHolder::from(&grant);
    holder.asker = under_trace(request, in_request(request, holder.asker));
    request.extensions_mut().insert(holder);
    // Pages show what the API does, and more: a key that may not read there reads nothing here.
    if let Some(agent) = grant.agent.filter(|_| reads) {
        enter(request, under_trace(request, agent));
    }
    Ok(())
}

/// The trace that a program's call is part of (W3C Trace Context). Two headers, or one that cannot be read, say nothing. A
/// browser's calls are no part of any: whoever is signed in by a cookie is not asked.
fn under_trace(request: &ServiceRequest, who: Asker) -> Asker {
    let mut given = request.headers().get_all("traceparent");
    let (first, second) = (given.next(), given.next());
    let read = first.filter(|_| second.is_none()).and_then(|value| TraceContext::parse(value.to_str().ok()?));
    match read {
        Some(trace) => who.in_trace(trace),
        None => who,
    }
}

fn enter(request: &ServiceRequest, who: Asker) {
    let who = in_request(request, who);
    request.extensions_mut().insert(Principal(who));
}

/// Where the request came from and what it is called goes on every event it brings about.
fn in_request(request: &ServiceRequest, who: Asker) -> Asker {
    let visitor = Visitor::of(request.request());
    who.in_request(visitor.request_id, visitor.ip)
}
