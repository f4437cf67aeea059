//! Refuses addresses that name nothing, in path or query: no stored text holds a NUL, and PostgreSQL takes none in a question.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;

use crate::foundation::Error;

use super::WebError;

/// The middleware.
pub async fn readable<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let holds_nul = |text: &str| text.contains("%00");
    if holds_nul(request.uri().path()) {
        return Ok(request.error_response(WebError(Error::not_found("what this address names"))));
    }
    if request.uri().query().is_some_and(holds_nul) {
        let refusal = Error::invalid("query", "a NUL character is not allowed in an address; remove %00");
        return Ok(request.error_response(WebError(refusal)));
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}
