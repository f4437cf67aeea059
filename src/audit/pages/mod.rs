//! Pages of audit: the review queue, the page of one claim, and links made by hand.

pub(super) mod blind;
pub(super) mod claim;
mod claim_page;
mod claim_view;
pub(super) mod exceptions;
mod facts;
mod form;
pub(super) mod link;
mod linked;
mod marks;
pub(super) mod review;
pub(super) mod state;
pub(super) mod stated;
mod walk;

use actix_web::HttpRequest;

use crate::foundation::{Asker, Result};
use crate::web::Principal;

/// Who asks, for handlers that read the whole request.
fn principal(request: &HttpRequest) -> Result<Asker> {
    Principal::of(request).map(|who| who.0)
}
