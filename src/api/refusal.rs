//! Refusals of this API on their way out: an error, perhaps with the rule that refuses and what would lift it.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};

use crate::foundation::Error;
use crate::web::WebError;
use crate::web::error::Problem;

/// What a handler answers where it refuses; `web::problem` writes the body.
#[derive(Debug)]
pub struct Refused {
    cause: Error,
    /// Where the status says more than the error does.
    status: Option<(StatusCode, &'static str)>,
}

/// What handlers give.
pub type Answer<T = HttpResponse> = Result<T, Refused>;

impl Refused {
    /// A refusal by a rule of `docs/rules.md`, with what lifts it; a rule that the error names already stays.
    pub fn by_rule(cause: Error, rule: &'static str, words: impl Into<String>) -> Self {
        Self { cause: cause.by_rule(rule, words), status: None }
    }

    /// A body that is no JSON at all, or that breaks off: 400.
    pub fn unreadable(why: impl Into<String>) -> Self {
        Self::with(Error::invalid("", why), StatusCode::BAD_REQUEST, "This cannot be read")
    }

    /// A body of a kind that is not taken here: 415.
    pub fn other_kind(takes: &str) -> Self {
        let words = format!("the body's content type is not taken here; send {takes}");
        Self::with(Error::invalid("", words), StatusCode::UNSUPPORTED_MEDIA_TYPE, "Not of this kind")
    }

    /// An answer in a form that is not given here: 406.
    pub fn not_given(gives: &str) -> Self {
        let words = format!("the answer is not given in any form that is accepted; accept {gives}");
        Self::with(Error::invalid("", words), StatusCode::NOT_ACCEPTABLE, "Not in this form")
    }

    /// Whether nothing was done for sure; our own fault may come after something was.
    pub fn is_by_choice(&self) -> bool {
        !matches!(self.cause, Error::Internal(_))
    }

    fn with(cause: Error, status: StatusCode, title: &'static str) -> Self {
        Self { cause, status: Some((status, title)) }
    }
}

impl From<Error> for Refused {
    fn from(cause: Error) -> Self {
        Self { cause, status: None }
    }
}

impl From<WebError> for Refused {
    fn from(cause: WebError) -> Self {
        cause.0.into()
    }
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.cause.fmt(f)
    }
}

impl ResponseError for Refused {
    fn status_code(&self) -> StatusCode {
        self.status.map_or_else(|| Problem::of(&self.cause).status, |(status, _)| status)
    }

    fn error_response(&self) -> HttpResponse {
        let plain = Problem::of(&self.cause);
        let problem = match self.status {
            Some((status, title)) => plain.as_status(status, title),
            None => plain,
        };
        let mut response = HttpResponse::build(problem.status);
        if let Some(seconds) = problem.retry_after_s {
            response.insert_header((actix_web::http::header::RETRY_AFTER, seconds.to_string()));
        }
        let mut response = response.finish();
        response.extensions_mut().insert(problem);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_fault_may_come_after_something_was_done() {
        for (cause, is_by_choice) in [
            (Error::refused("not now"), true),
            (Error::Busy { retry_after_s: 1 }, true),
            (Error::invalid("title", "it is needed"), true),
            (Error::internal("the order could not be read"), false),
        ] {
            let said = cause.to_string();
            assert_eq!(Refused::from(cause).is_by_choice(), is_by_choice, "{said}");
        }
        assert!(Refused::unreadable("no JSON").is_by_choice());
    }
}
