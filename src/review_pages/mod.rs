//! The pages of whoever judges: the review queue, the page of one claim, and links made by hand.

mod blind;
mod claim;
mod claim_page;
mod claim_view;
mod exceptions;
mod facts;
mod form;
mod link;
mod linked;
mod marks;
mod recorded;
mod review;
mod routes;
mod state;
mod stated;
mod walk;

pub use routes::routes;

use actix_web::HttpRequest;

use crate::foundation::{Asker, Result};
use crate::web::Principal;

/// Who asks, for handlers that read the whole request.
fn principal(request: &HttpRequest) -> Result<Asker> {
    Principal::of(request).map(|who| who.0)
}
