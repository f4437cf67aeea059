//! What is refused, as a program reads it: the rule, the words, and what would lift it.
//!
//! A tool that was understood and refused answers with a result that is marked as an error, so that whoever called reads why
//! and goes on. Our own faults are logged and told without their cause.

use serde_json::{Value, json};

use crate::foundation::Error;

use super::rpc::{Fault, INTERNAL_ERROR, INVALID_PARAMS};

const OUR_FAULT: &str = "Something went wrong on our side. It has been logged.";

/// A refusal as the structured content of a tool's result.
pub fn told(error: &Error) -> Value {
    let mut told = json!({
        "kind": kind(error),
        "rule": error.refusal().map(|refusal| refusal.rule),
        "message": message(error),
        "lift": lift(error),
    });
    let more = match error {
        Error::Invalid(fields) => json!({ "fields": fields }),
        Error::Conflict { expected, found, .. } => json!({ "expected": expected, "found": found }),
        Error::Busy { retry_after_s } => json!({ "retryAfterSeconds": retry_after_s }),
        _ => json!({}),
    };
    if let (Some(told), Value::Object(more)) = (told.as_object_mut(), more) {
        told.extend(more);
    }
    told
}

/// A refusal where a method has no results of its own for it.
pub fn fault(error: &Error) -> Fault {
    log(error);
    let code = match error {
        Error::Internal(_) | Error::Busy { .. } | Error::Unavailable(_) => INTERNAL_ERROR,
        _ => INVALID_PARAMS,
    };
    Fault::new(code, message(error)).with(told(error))
}

/// Our own faults go to the log, once, where they are answered.
pub fn log(error: &Error) {
    if let Error::Internal(cause) = error {
        tracing::error!(%cause, "a call over MCP failed by our own fault");
    }
}

/// The words of a refusal; of our own fault no more than that it is one.
pub fn message(error: &Error) -> String {
    if matches!(error, Error::Internal(_)) { OUR_FAULT.to_owned() } else { error.to_string() }
}

fn kind(error: &Error) -> &'static str {
    match error {
        Error::NotFound(_) => "not_found",
        Error::Unauthenticated | Error::Forbidden(_) => "forbidden",
        Error::Refused(_) => "refused",
        Error::Conflict { .. } => "conflict",
        Error::Invalid(_) => "invalid",
        Error::TooLarge(_) => "too_large",
        Error::Busy { .. } | Error::Unavailable(_) => "busy",
        Error::Internal(_) => "internal",
    }
}

/// What would lift it: as the rule says, or what to do about a refusal of this kind.
pub fn lift(error: &Error) -> String {
    if let Some(refusal) = error.refusal() {
        return refusal.lift.clone();
    }
    match error {
        Error::NotFound(_) => "Check the number; list_ready and list_orders show what you may see.",
        Error::Unauthenticated | Error::Forbidden(_) => "Ask a person who may: ask_person puts it to them.",
        Error::Refused(_) => "Do first what the message names, or ask a person with ask_person.",
        Error::Conflict { .. } => "Read it again with get_order, look at what changed, then decide.",
        Error::Invalid(_) => "Correct the named arguments and call again.",
        Error::TooLarge(_) => "Send less at once.",
        Error::Busy { .. } | Error::Unavailable(_) => "Nothing was stored. Call again in a moment.",
        Error::Internal(_) => "Call again; if it stays, tell a person when it happened.",
    }
    .to_owned()
}
