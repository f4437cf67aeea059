//! Pages of audit: the review queue, the desk of one claim, and links made by hand.

pub(super) mod claim;
mod desk;
pub(super) mod exceptions;
mod form;
pub(super) mod link;
mod marks;
pub(super) mod review;
pub(super) mod state;
pub(super) mod stated;

use actix_web::{HttpMessage as _, HttpRequest};
use futures_util::future::LocalBoxFuture;

use crate::foundation::{Error, ProjectKey, Result};
use crate::state::App;
use crate::web::Principal;

/// What happens after a verdict is on disk; a failure is logged and does not undo the verdict.
pub type AfterVerdict = fn(App, ProjectKey, String) -> LocalBoxFuture<'static, Result<()>>;

/// What other features do with what audit records; wired in `app.rs`.
#[derive(Clone, Debug, Default)]
pub struct Hooks {
    /// In this order, with the verdict's id.
    pub after_verdict: Vec<AfterVerdict>,
}

fn principal(request: &HttpRequest) -> Result<Principal> {
    request.extensions().get::<Principal>().cloned().ok_or(Error::Unauthenticated)
}
