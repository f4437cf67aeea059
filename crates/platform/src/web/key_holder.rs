//! Who holds an API key, as the people feature found; the extractor of every route with [`super::Access::ApiKey`].

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, WWW_AUTHENTICATE};
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, HttpResponse, ResponseError};
use serde_json::json;
use std::future::{Ready, ready};

use crate::foundation::{Asker, ProjectKey};

/// A believed API key.
#[derive(Clone, Debug)]
pub struct KeyHolder {
    /// The key's id, safe to show and to log.
    pub key_id: String,
    pub public_key: String,
    /// The project, inside.
    pub project: ProjectKey,
    /// The project's id, as clients see it.
    pub project_id: String,
    pub project_name: String,
    /// Whether it sends traces.
    pub can_ingest: bool,
    /// Whether it sends scores; all that a public key without its secret may do.
    pub can_score: bool,
    pub can_read: bool,
    /// Who asks by it: the agent it speaks for, or the key alone.
    pub asker: Asker,
}

/// No key, or none that is believed: 401 with the JSON that clients of the route read.
#[derive(Debug)]
pub struct KeyRefused {
    reader: Reader,
}

/// Who reads the refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reader {
    Any,
    /// The ingestion route's clients also look at `error`.
    Ingestion,
    /// Clients of MCP read JSON-RPC, and show what a server asks them for.
    Mcp,
}

impl KeyRefused {
    /// The refusal of a request.
    pub fn of(request: &HttpRequest) -> Self {
        let reader = match request.path() {
            "/api/public/ingestion" => Reader::Ingestion,
            "/mcp" => Reader::Mcp,
            _ => Reader::Any,
        };
        Self { reader }
    }

    /// Never says which half was wrong.
    const MESSAGE: &str = "Invalid credentials. Send an API key that is not revoked as Basic public:secret; \
         keys are made on the page /people/keys.";
}

impl std::fmt::Display for KeyRefused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(Self::MESSAGE)
    }
}

impl ResponseError for KeyRefused {
    fn status_code(&self) -> StatusCode {
        StatusCode::UNAUTHORIZED
    }

    fn error_response(&self) -> HttpResponse {
        let body = match self.reader {
            Reader::Any => json!({ "message": Self::MESSAGE }),
            Reader::Ingestion => json!({ "message": Self::MESSAGE, "error": "UnauthorizedError" }),
            Reader::Mcp => {
                json!({ "jsonrpc": "2.0", "id": null, "error": { "code": -32_000, "message": Self::MESSAGE } })
            }
        };
        let mut response = HttpResponse::Unauthorized();
        if self.reader == Reader::Mcp {
            response
                .insert_header((WWW_AUTHENTICATE, "Basic realm=\"Tracewright API key\", charset=\"UTF-8\""));
        }
        response.insert_header((CONTENT_TYPE, "application/json")).body(body.to_string())
    }
}

impl FromRequest for KeyHolder {
    type Error = KeyRefused;
    type Future = Ready<Result<Self, KeyRefused>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let holder = request.extensions().get::<Self>().cloned();
        ready(holder.ok_or_else(|| KeyRefused::of(request)))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[actix_web::test]
    async fn clients_of_mcp_are_told_how_to_come_in() {
        let request = TestRequest::with_uri("/mcp").to_http_request();
        let answer =
            KeyHolder::from_request(&request, &mut Payload::None).await.unwrap_err().error_response();
        assert!(
            answer.headers().get(WWW_AUTHENTICATE).unwrap().to_str().unwrap().starts_with("Basic realm=")
        );
        let body = actix_web::body::to_bytes(answer.into_body()).await.unwrap();
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!((&body["id"], &body["error"]["code"]), (&json!(null), &json!(-32_000)));
    }

    #[actix_web::test]
    async fn only_the_ingestion_route_names_the_error() {
        for (path, expected) in [("/api/public/ingestion", true), ("/api/public/otel/v1/traces", false)] {
            let request = TestRequest::with_uri(path).to_http_request();
            let refused = KeyHolder::from_request(&request, &mut Payload::None).await.unwrap_err();
            let answer = refused.error_response();
            assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
            let body = actix_web::body::to_bytes(answer.into_body()).await.unwrap();
            let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
            assert!(body["message"].as_str().unwrap().contains("Invalid credentials"));
            assert_eq!(body.get("error").and_then(|e| e.as_str()) == Some("UnauthorizedError"), expected);
        }
    }
}
