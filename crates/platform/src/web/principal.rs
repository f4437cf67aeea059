//! Who is signed in, as the session or key says; put into the request by the people feature.

use std::future::{Ready, ready};
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};

use crate::foundation::{Asker, Error};

use super::WebError;

/// Takes the [`Asker`] of a signed-in person or agent out of a request; it is one in everything else.
#[derive(Clone, Debug)]
pub struct Principal(pub Asker);

impl Deref for Principal {
    type Target = Asker;

    fn deref(&self) -> &Asker {
        &self.0
    }
}

impl Principal {
    /// Who is signed in; refused where nobody is.
    pub fn of(request: &HttpRequest) -> Result<Self, Error> {
        request.extensions().get::<Self>().cloned().ok_or(Error::Unauthenticated)
    }
}

impl FromRequest for Principal {
    type Error = WebError;
    type Future = Ready<Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request).map_err(WebError))
    }
}
