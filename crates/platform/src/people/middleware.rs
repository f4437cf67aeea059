//! Puts who stands behind a request into its extensions, for [`crate::web::Access`] and the extractors.
//!
//! An `Authorization` header is believed or refused on its own: a cookie beside it counts for nothing, because requests
//! with the header need not come from our own pages.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error as ActixError, HttpMessage as _};

use crate::foundation::{Asker, Error, Result};
use crate::web::zone::{self, Reading};
use crate::web::{KeyHolder, KeyRefused, Principal, WebError};

use super::auth::{Brought, COOKIE, credentials};
use super::model::Scope;
use super::service::{People, Visitor};

/// The middleware; `People` must be among the application's data.
pub async fn identify<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, ActixError> {
    match find_out(&request).await {
        Ok(reading) => Ok(zone::reading(reading, next.call(request)).await?.map_into_boxed_body()),
        Err(refusal) => Ok(request.error_response(refusal)),
    }
}

/// Puts whoever is known into the request, and says how they read times and dates.
async fn find_out(request: &ServiceRequest) -> Result<Reading, ActixError> {
    if is_static(request.path()) {
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
    path.starts_with("/assets/")
        || matches!(path, "/favicon.ico" | "/api/public/health" | "/api/public/ready")
}

async fn by_cookie(people: &People, request: &ServiceRequest) -> Result<Reading> {
    let Some(cookie) = request.cookie(COOKIE) else { return Ok(Reading::default()) };
    let Some((who, profile)) = people.recognise(cookie.value()).await? else { return Ok(Reading::default()) };
    enter(request, who);
    Ok(Reading::of(&profile.zone, &profile.dates))
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
    holder.asker = in_request(request, holder.asker);
    request.extensions_mut().insert(holder);
    // Pages show what the API does, and more: a key that may not read there reads nothing here.
    if let Some(agent) = grant.agent.filter(|_| reads) {
        enter(request, agent);
    }
    Ok(())
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
