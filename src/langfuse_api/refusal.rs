//! What reading routes answer when something is wrong, in the shapes that Langfuse clients read.

use actix_web::HttpResponse;
use serde::Serialize;
use serde_json::json;

use crate::foundation::error::FieldError;
use crate::foundation::{Error, Result};
use crate::web::KeyHolder;

use crate::intake::answer;

/// Refuses a key that may not read.
pub fn may_read(holder: &KeyHolder) -> Result<()> {
    answer::may(holder.can_read, holder, "read; make one that may on the page /people/keys")
}

/// An error as an answer; bad input as a list of issues.
pub fn refuse(cause: &Error) -> HttpResponse {
    let Error::Invalid(faults) = cause else { return answer::refuse(cause) };
    let issues: Vec<_> = faults.0.iter().map(issue).collect();
    let body = json!({ "message": "Invalid request data", "error": issues });
    HttpResponse::BadRequest().json(body)
}

fn issue(fault: &FieldError) -> serde_json::Value {
    let path: Vec<&str> = fault.path.split('.').filter(|part| !part.is_empty()).collect();
    let message = if fault.path.is_empty() {
        fault.message.clone()
    } else {
        format!("{} {}", fault.path, fault.message)
    };
    json!({ "code": "custom", "path": path, "message": message })
}

/// A method that the path does not serve.
pub async fn not_allowed() -> HttpResponse {
    let body = json!({ "message": "Method not allowed", "error": "MethodNotAllowedError" });
    HttpResponse::MethodNotAllowed().json(body)
}

/// A page of a list.
#[derive(Debug, Serialize)]
pub struct Listed<'a, T, M> {
    pub data: &'a [T],
    pub meta: &'a M,
}

/// A JSON answer.
pub fn json(body: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok().json(body)
}
