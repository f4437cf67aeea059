//! Bodies in, errors out.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, RETRY_AFTER};
use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use futures_util::StreamExt as _;
use serde_json::json;

use crate::foundation::{Error, Result};
use crate::intake::ingest::RequestBody;
use crate::web::KeyHolder;

/// Reads the body as it came, chunked or not, up to `limit` bytes.
pub async fn body(request: &HttpRequest, mut payload: Payload, limit: usize) -> Result<RequestBody> {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let declared: usize = header(CONTENT_LENGTH).and_then(|text| text.parse().ok()).unwrap_or_default();
    if declared > limit {
        return Err(too_large(limit));
    }
    let mut body = Vec::with_capacity(declared);
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|cause| Error::invalid("", format!("the body broke off: {cause}")))?;
        if body.len() + chunk.len() > limit {
            return Err(too_large(limit));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(RequestBody { body, content_encoding: header(CONTENT_ENCODING).map(str::to_owned) })
}

fn too_large(limit: usize) -> Error {
    Error::TooLarge(format!("the body is larger than {limit} bytes: send smaller batches").into())
}

/// The refusal of a key that may not do this.
pub fn may(allowed: bool, holder: &KeyHolder, what: &str) -> Result<()> {
    if allowed {
        return Ok(());
    }
    Err(Error::Forbidden(format!("the key {} may not {what}", holder.public_key).into()))
}

/// An error that a handler gives with `?`; answered by [`refuse`].
#[derive(Debug)]
pub struct Refused(Error);

impl From<Error> for Refused {
    fn from(cause: Error) -> Self {
        Self(cause)
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl ResponseError for Refused {
    fn error_response(&self) -> HttpResponse {
        refuse(&self.0)
    }
}

/// An error as the JSON that clients of both worlds read: `message`, and `error` in a word.
pub fn refuse(cause: &Error) -> HttpResponse {
    let (status, word) = match cause {
        Error::Invalid(_) => (StatusCode::BAD_REQUEST, "InvalidRequestError"),
        Error::Unauthenticated => (StatusCode::UNAUTHORIZED, "UnauthorizedError"),
        Error::Forbidden(_) => (StatusCode::FORBIDDEN, "ForbiddenError"),
        Error::NotFound(_) => (StatusCode::NOT_FOUND, "LangfuseNotFoundError"),
        Error::Refused(_) | Error::Conflict { .. } => (StatusCode::CONFLICT, "ConflictError"),
        Error::TooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, "PayloadTooLargeError"),
        Error::Busy { .. } | Error::Unavailable(_) => {
            (StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailableError")
        }
        Error::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "InternalServerError"),
    };
    let message = if let Error::Internal(cause) = cause {
        tracing::error!(%cause, "an ingest request failed by our own fault");
        "something went wrong on our side; it has been logged".to_owned()
    } else {
        cause.to_string()
    };
    let mut response = HttpResponse::build(status);
    match cause {
        Error::Busy { retry_after_s } => {
            response.insert_header((RETRY_AFTER, retry_after_s.to_string()));
        }
        Error::Unavailable(_) => {
            response.insert_header((RETRY_AFTER, "5"));
        }
        _ => {}
    }
    response.json(json!({ "message": message, "error": word }))
}
