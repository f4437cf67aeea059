//! Addresses as Langfuse's clients print them (`/project/ID/traces/TRACE`, `?peek=TRACE`, older ones `/trace/TRACE`): they lead
//! to the pages here.
//!
//! Only for the project's own people; a project that somebody does not belong to looks like one that does not exist.

use actix_web::HttpRequest;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, Responder};

use crate::foundation::address::part;
use crate::foundation::{Error, ProjectKey, Result};
use crate::people::reads::project_by_id;
use crate::state::App;
use crate::traces::reads;
use crate::web::{Form, Principal, WebError};

/// `GET /project/{id}` and what lies under it.
pub async fn follow(
    request: HttpRequest,
    who: Principal,
    app: Data<App>,
) -> Result<impl Responder, WebError> {
    let address = lead(&request, who.0.project, &app).await?;
    Ok(HttpResponse::SeeOther().insert_header((LOCATION, address)).finish())
}

/// `GET /trace/{id}`: an address without its project, which is that of whoever asks.
pub async fn follow_short(
    id: Path<String>,
    who: Principal,
    app: Data<App>,
) -> Result<impl Responder, WebError> {
    let (project, address) = (who.0.project, trace(&id, ""));
    let known = app.db.read(move |conn| reads::exists_trace(conn, project, &id)).await?;
    if !known {
        return Err(Error::not_found("this trace").into());
    }
    Ok(HttpResponse::SeeOther().insert_header((LOCATION, address)).finish())
}

async fn lead(request: &HttpRequest, project: ProjectKey, app: &App) -> Result<String> {
    let nowhere = || Error::not_found("what this address names");
    let mut parts = request.uri().path().split('/').skip(2);
    let id = decoded(parts.next().unwrap_or_default()).ok_or_else(nowhere)?;
    let parts: Vec<String> = parts.map(|part| decoded(part).ok_or_else(nowhere)).collect::<Result<_>>()?;
    let query = Form::parse(request.query_string().as_bytes())?;
    let peek = query.raw("peek").to_owned();
    let found = app.db.read(move |conn| project_by_id(conn, &id)).await?;
    if found.is_none_or(|found| found.key != project) {
        return Err(nowhere());
    }
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    match parts.as_slice() {
        [] => Ok("/".to_owned()),
        ["traces"] if !peek.is_empty() => Ok(trace(&peek, query.raw("observation"))),
        ["traces"] => Ok("/traces".to_owned()),
        ["traces", id] => Ok(trace(id, query.raw("observation"))),
        ["sessions"] if !peek.is_empty() => Ok(format!("/sessions/{}", part(&peek))),
        ["sessions"] => Ok("/sessions".to_owned()),
        ["sessions", id] => Ok(format!("/sessions/{}", part(id))),
        ["observations"] if peek.is_empty() => Ok("/traces".to_owned()),
        ["observations"] => observation(app, project, &peek).await?.ok_or_else(nowhere),
        ["observations", id] => observation(app, project, id).await?.ok_or_else(nowhere),
        _ => Err(nowhere()),
    }
}

async fn observation(app: &App, project: ProjectKey, id: &str) -> Result<Option<String>> {
    let asked = id.to_owned();
    let found = app.db.read(move |conn| reads::trace_of_observation(conn, project, &asked)).await?;
    Ok(found.map(|trace_id| trace(&trace_id, id)))
}

fn trace(id: &str, observation: &str) -> String {
    let page = format!("/traces/{}", part(id));
    if observation.is_empty() { page } else { format!("{page}?observation={}", part(observation)) }
}

fn decoded(part: &str) -> Option<String> {
    // In a path a plus is a plus.
    let pairs: Vec<(String, String)> =
        serde_urlencoded::from_str(&format!("p={}", part.replace('+', "%2B").replace('&', "%26"))).ok()?;
    pairs
        .into_iter()
        .next()
        .map(|(_, text)| text)
        .filter(|text| !text.contains('\0') && !text.contains('\u{fffd}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_out_of_addresses_and_go_into_them_whole() {
        for id in ["abc", "a/b?c&d=e#f", "a b+c", "été", "..", "%2F", "//evil.example", "\\\\evil.example"]
        {
            assert_eq!(decoded(&part(id)).as_deref(), Some(id));
            let address = trace(id, id);
            assert!(address.starts_with("/traces/") && !address.starts_with("/traces/.."), "{address}");
            assert_eq!(address.matches(['?', '#', '\\']).count(), 1, "{address}");
            assert_eq!(address.matches('/').count(), 2, "{address}");
        }
        assert_eq!(decoded("a+b&c=d").as_deref(), Some("a+b&c=d"));
    }
}
