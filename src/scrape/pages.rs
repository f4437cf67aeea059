//! `GET /metrics`: this installation for Prometheus; for whoever brings a key that may read, the counters of the
//! key's project.

use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, VARY, WWW_AUTHENTICATE};
use actix_web::web::Data;
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse};

use crate::intake::Intake;
use crate::intake::answer;
use crate::state::App;
use crate::web::KeyHolder;

use super::access::{self, Asked, Settings};
use super::registry::Registry;
use super::text::Form;
use super::{gather, received};

/// What a proxy adds to what it passes on.
const FORWARDED: [&str; 6] =
    ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via"];

/// Answers with the metrics, in the form that was asked for.
pub async fn show(
    request: HttpRequest,
    app: Data<App>,
    intake: Data<Intake>,
) -> Result<HttpResponse, answer::Refused> {
    let form = Form::asked(header(&request, ACCEPT.as_str()).unwrap_or_default());
    let holder = request.extensions().get::<KeyHolder>().cloned();
    if let Some(holder) = holder {
        answer::may(holder.can_read, &holder, "read counters")?;
        let mut of_project = Registry::default();
        of_project.extend(received::families(&intake.counts, Some(holder.project)));
        return Ok(written(of_project, form));
    }
    if let Err(refused) = access::may_read(settings(&app), asked(&request)) {
        return Ok(refusal(refused));
    }
    Ok(written(gather(&app, &intake).await?, form))
}

fn settings(app: &App) -> Settings<'_> {
    let config = &app.config;
    Settings { token: config.metrics.token.as_deref(), public_url: config.server.public_url.as_deref() }
}

fn asked(request: &HttpRequest) -> Asked<'_> {
    Asked {
        peer: request.peer_addr().map(|peer| peer.ip()),
        // A header that cannot be read names no machine.
        host: request.headers().get(HOST).map(|host| host.to_str().unwrap_or_default()),
        is_forwarded: FORWARDED.iter().any(|name| request.headers().contains_key(*name)),
        bearer: header(request, AUTHORIZATION.as_str()).and_then(bearer),
    }
}

fn header<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    request.headers().get(name)?.to_str().ok()
}

fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn written(registry: Registry, form: Form) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, form.content_type()))
        .insert_header((VARY, "Accept"))
        .body(registry.write(form))
}

fn refusal(refused: access::Refused) -> HttpResponse {
    let status = if refused.asks_for_token() { StatusCode::UNAUTHORIZED } else { StatusCode::FORBIDDEN };
    let mut response = HttpResponse::build(status);
    if refused.asks_for_token() {
        response.insert_header((WWW_AUTHENTICATE, "Bearer realm=\"Tracewright metrics\""));
    }
    response.insert_header((CONTENT_TYPE, "text/plain; charset=utf-8")).body(format!("{}\n", refused.words()))
}
