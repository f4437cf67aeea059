//! Refusals of the documented API as RFC 9457 has them: one shape for every way in which something may be refused.
//!
//! Whatever refuses on its way (the key, the route, the form's origin, an action), [`super::error::render`] writes it, because
//! only there both the answer and its request are known.

use actix_web::dev::ServiceResponse;
use actix_web::http::header::{ALLOW, CONTENT_TYPE, HeaderValue, WWW_AUTHENTICATE};
use actix_web::http::{Method, StatusCode};
use actix_web::web::Data;
use serde_json::{Map, Value, json};

use crate::foundation::{Error, Refusal};

use super::RouteSpec;
use super::error::Problem;
use super::pages::matches;

/// The media type of a refusal.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// Where the documented API stands.
const ROOT: &str = "/api/v1";

/// What is said to whoever brings a key that speaks for nobody here.
pub const KEY_ALONE: &str = "this key speaks for no agent that may read here: on the page /people/keys, make a key that speaks for \
     an agent and may read through the API";

/// Whether an address is one of the documented API.
pub fn is_asked(path: &str) -> bool {
    path.strip_prefix(ROOT).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The methods of every address of the documented API, for the refusal of any other.
#[derive(Clone, Debug, Default)]
pub struct Methods(Vec<(&'static str, Method)>);

impl Methods {
    /// Those of the route table.
    pub fn of(specs: &[RouteSpec]) -> Self {
        let asked = specs.iter().filter(|spec| is_asked(spec.path));
        Self(asked.map(|spec| (spec.path, spec.method.clone())).collect())
    }

    /// What an address answers, as the header `Allow` has it; none where it is no address at all.
    fn of_path(&self, path: &str) -> Option<String> {
        let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
        let fitting = self.0.iter().filter(|(pattern, _)| matches(pattern, &segments));
        let mut words: Vec<&str> = Vec::new();
        for (_, method) in fitting {
            words.push(method.as_str());
            if method == Method::GET {
                words.push("HEAD");
            }
        }
        words.sort_unstable();
        words.dedup();
        (!words.is_empty()).then(|| words.join(", "))
    }
}

/// The refusal of a method that an address of the documented API does not know, where nothing answered.
pub(super) fn other_method(response: &mut ServiceResponse) -> Option<Problem> {
    let request = response.request();
    if response.status() != StatusCode::NOT_FOUND || !is_asked(request.path()) {
        return None;
    }
    let methods = request.app_data::<Data<Methods>>()?;
    let allowed = methods.of_path(request.path())?;
    let method = request.method().clone();
    if allowed.split(", ").any(|known| known == method.as_str()) {
        return None;
    }
    let refusal = Error::not_found(format!("{method} at this address: it takes {allowed}, so it"));
    let status = StatusCode::METHOD_NOT_ALLOWED;
    *response.response_mut().status_mut() = status;
    if let Ok(value) = HeaderValue::from_str(&allowed) {
        response.headers_mut().insert(ALLOW, value);
    }
    Some(Problem::of(&refusal).as_status(status, "Not with this method"))
}

/// The answer with the refusal as its body; its own status is the one that counts.
pub(super) fn write(mut response: ServiceResponse, problem: &Problem, request_id: &str) -> ServiceResponse {
    let body = body(problem, response.status(), request_id).to_string();
    if response.status() == StatusCode::UNAUTHORIZED {
        // Not `Basic`: a browser would ask for a password in a window of its own.
        response
            .headers_mut()
            .insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"Tracewright\""));
    }
    let mut response = response.map_body(|_, _| actix_web::body::BoxBody::new(body));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    response
}

fn body(problem: &Problem, status: StatusCode, request_id: &str) -> Value {
    let errors: Vec<Value> = problem
        .fields
        .0
        .iter()
        .map(|fault| json!({ "field": fault.path, "message": fault.message }))
        .collect();
    let mut body = Map::new();
    let is_unknown = status == StatusCode::UNAUTHORIZED;
    let detail = if is_unknown { UNKNOWN.to_owned() } else { problem.message().to_owned() };
    body.insert("type".to_owned(), kind(status).into());
    body.insert("title".to_owned(), problem.title.into());
    body.insert("status".to_owned(), status.as_u16().into());
    body.insert("detail".to_owned(), detail.into());
    body.insert("errors".to_owned(), errors.into());
    body.insert("request_id".to_owned(), request_id.into());
    if let Some(version) = problem.version {
        body.insert("current_version".to_owned(), version.into());
    }
    if let Some(Refusal { rule, lift }) = problem.refusal() {
        body.insert("rule".to_owned(), (*rule).into());
        body.insert("lift".to_owned(), lift.as_str().into());
    }
    body.into()
}

const UNKNOWN: &str = "Nobody is known by this request. Send an API key that is not revoked as Basic public:secret (keys are made on \
     the page /people/keys), or ask from a page that somebody is signed in to.";

/// Where the page of the API says what a status means.
fn kind(status: StatusCode) -> String {
    format!("/api/docs#status-{}", status.as_u16())
}

#[cfg(test)]
mod tests {
    use super::super::Access;
    use super::*;

    #[test]
    fn the_documented_api_is_told_from_its_neighbours() {
        for (path, is_ours) in [
            ("/api/v1", true),
            ("/api/v1/me", true),
            ("/api/v10", false),
            ("/api/public/traces", false),
            ("/v1/traces", false),
        ] {
            assert_eq!(is_asked(path), is_ours, "{path}");
        }
    }

    #[test]
    fn an_address_says_which_methods_it_takes() {
        let spec = |method, path| RouteSpec { method, path, access: Access::SignedIn };
        let methods = Methods::of(&[
            spec(Method::POST, "/api/v1/orders"),
            spec(Method::GET, "/api/v1/orders"),
            spec(Method::GET, "/api/v1/orders/{number}"),
            spec(Method::GET, "/work-orders"),
        ]);
        for (path, allowed) in [
            ("/api/v1/orders", Some("GET, HEAD, POST")),
            ("/api/v1/orders/WO-1", Some("GET, HEAD")),
            ("/api/v1/nothing", None),
            ("/work-orders", None),
        ] {
            assert_eq!(methods.of_path(path).as_deref(), allowed, "{path}");
        }
    }

    #[test]
    fn a_refusal_says_what_lifts_it_and_which_version_stands() {
        let conflict = Error::Conflict { what: "WO-1".into(), expected: 3, found: 5 };
        let told = body(&Problem::of(&conflict), StatusCode::CONFLICT, "r-1");
        assert_eq!(
            (&told["status"], &told["current_version"], &told["type"]),
            (&409.into(), &5.into(), &"/api/docs#status-409".into())
        );
        assert!(told.get("rule").is_none() && told.get("lift").is_none());
        let signed = Error::forbidden("a program never signs").by_rule("R20", "A person signs.");
        let told = body(&Problem::of(&signed), StatusCode::FORBIDDEN, "r-1");
        assert_eq!((&told["rule"], &told["lift"]), (&"R20".into(), &"A person signs.".into()));
        let bad = Problem::of(&Error::invalid("document[2].text", "too long"));
        let told = body(&bad, StatusCode::UNPROCESSABLE_ENTITY, "r-1");
        assert_eq!(told["errors"], json!([{ "field": "document[2].text", "message": "too long" }]));
        assert!(told.get("rule").is_none() && told.get("current_version").is_none());
    }
}
