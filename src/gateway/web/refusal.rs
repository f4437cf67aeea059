//! What we answer ourselves, in the form that clients of the provider read.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use serde_json::json;

use crate::foundation::Error;

use crate::gateway::model::Provider;

/// Says that an answer is ours and not the upstream's, and why.
pub const HEADER: &str = "x-tracewright-refused";

/// One refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub status: StatusCode,
    /// One word for programs.
    pub code: &'static str,
    pub message: String,
}

impl Refusal {
    /// With these words.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    /// An error of ours on the way; what is our own fault is logged and not told.
    pub fn of(cause: &Error) -> Self {
        match cause {
            Error::Busy { .. } | Error::Unavailable(_) => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "busy",
                format!("Tracewright cannot pass this on now: {cause}"),
            ),
            Error::Forbidden(_) => Self::new(StatusCode::FORBIDDEN, "forbidden", cause.to_string()),
            Error::Internal(_) => {
                tracing::error!(%cause, "a call was not passed on by our own fault");
                let said =
                    "something went wrong in Tracewright; it has been logged. Nothing was sent upstream";
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", said)
            }
            other => Self::new(StatusCode::BAD_REQUEST, "invalid", other.to_string()),
        }
    }

    /// The answer.
    pub fn answer(&self, provider: Provider) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        response.insert_header((HEADER, self.code));
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response.insert_header((RETRY_AFTER, "1"));
        }
        let kind = kind(provider, self.status);
        response.json(match provider {
            Provider::OpenAi => json!({
                "error": { "message": self.message, "type": kind, "param": null, "code": format!("tracewright_{}", self.code) }
            }),
            Provider::Anthropic => json!({ "type": "error", "error": { "type": kind, "message": self.message } }),
        })
    }
}

/// The provider's own word for what went wrong.
fn kind(provider: Provider, status: StatusCode) -> &'static str {
    match (provider, status.as_u16()) {
        (_, 400 | 413) => "invalid_request_error",
        (_, 401) => "authentication_error",
        (_, 403) => "permission_error",
        (_, 404) => "not_found_error",
        (Provider::OpenAi, 429) => "insufficient_quota",
        (Provider::Anthropic, 429) => "rate_limit_error",
        (Provider::OpenAi, 504) => "timeout",
        (Provider::Anthropic, 504) => "timeout_error",
        (Provider::OpenAi, _) => "server_error",
        (Provider::Anthropic, _) => "api_error",
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;

    use super::*;

    #[actix_web::test]
    async fn each_provider_s_clients_read_their_own_form() {
        let refusal = Refusal::new(StatusCode::GATEWAY_TIMEOUT, "timeout", "too slow");
        for (provider, pointer, kind) in [
            (Provider::OpenAi, "/error/type", "timeout"),
            (Provider::Anthropic, "/error/type", "timeout_error"),
        ] {
            let answer = refusal.answer(provider);
            assert_eq!(answer.status(), 504);
            assert_eq!(answer.headers().get(HEADER).unwrap(), "timeout");
            let body = to_bytes(answer.into_body()).await.unwrap();
            let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
            assert_eq!(body.pointer(pointer).unwrap(), kind);
            assert_eq!(body.pointer("/error/message").unwrap(), "too slow");
        }
    }

    #[test]
    fn our_own_faults_are_not_told() {
        let refusal = Refusal::of(&Error::internal("table missing"));
        assert!(!refusal.message.contains("table") && refusal.status == 500);
        assert_eq!(Refusal::of(&Error::Busy { retry_after_s: 1 }).status, 503);
    }
}
