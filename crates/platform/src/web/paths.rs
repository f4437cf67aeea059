//! Refuses addresses that name nothing: no stored text holds a NUL, and PostgreSQL takes none in a question.

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
    if request.uri().path().contains("%00") {
        return Ok(request.error_response(WebError(Error::not_found("what this address names"))));
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}
