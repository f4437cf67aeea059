//! The only way to register a route: with a statement of who may use it. Default deny by construction.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::{Next, from_fn};
use actix_web::{FromRequest, Handler, HttpMessage as _, Responder, guard, web};

use crate::foundation::{Error, Role};

use super::{Principal, WebError};

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// Whoever holds an API key; the handler's extractor checks it.
    ApiKey,
    /// Anybody with an account.
    SignedIn,
    /// Whoever holds one of these roles in the project.
    AnyOf(&'static [Role]),
}

/// One line of the route table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteSpec {
    /// The method.
    pub method: Method,
    /// The path pattern, as actix reads it.
    pub path: &'static str,
    /// Who may use it.
    pub access: Access,
}

type Register = Box<dyn FnOnce(&mut web::ServiceConfig)>;

/// Collects routes; features fill it in their `routes.rs`.
#[derive(Default)]
pub struct Routes {
    specs: Vec<RouteSpec>,
    register: Vec<Register>,
}

impl Routes {
    /// A page or other safe read.
    pub fn get<F, Args>(&mut self, path: &'static str, access: Access, handler: F)
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.add(Method::GET, path, access, handler);
    }

    /// An action.
    pub fn post<F, Args>(&mut self, path: &'static str, access: Access, handler: F)
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.add(Method::POST, path, access, handler);
    }

    /// Any other method.
    pub fn add<F, Args>(&mut self, method: Method, path: &'static str, access: Access, handler: F)
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.specs.push(RouteSpec { method: method.clone(), path, access });
        self.register.push(Box::new(move |config| {
            let resource = web::resource(path)
                .guard(guard::Method(method))
                .wrap(from_fn(move |request, next| check(access, request, next)))
                .to(handler);
            config.service(resource);
        }));
    }

    /// The table, for the test that walks every route with every role.
    pub fn specs(&self) -> &[RouteSpec] {
        &self.specs
    }

    /// Hands every route to actix.
    pub fn configure(self, config: &mut web::ServiceConfig) {
        for register in self.register {
            register(config);
        }
    }
}

impl Access {
    /// Refuses whoever may not come in.
    pub fn admits(self, principal: Option<&Principal>) -> Result<(), Error> {
        match (self, principal) {
            (Self::Public | Self::ApiKey, _) | (Self::SignedIn, Some(_)) => Ok(()),
            (Self::SignedIn | Self::AnyOf(_), None) => Err(Error::Unauthenticated),
            (Self::AnyOf(roles), Some(principal)) if roles.iter().any(|role| principal.has(*role)) => Ok(()),
            (Self::AnyOf(roles), Some(_)) => Err(Error::forbidden(needs(roles))),
        }
    }
}

fn needs(roles: &[Role]) -> String {
    let words: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
    format!("this needs the role {}; ask an admin of the project for it", words.join(" or "))
}

async fn check<B: MessageBody + 'static>(
    access: Access,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let admitted = access.admits(request.extensions().get::<Principal>());
    match admitted {
        Ok(()) => Ok(next.call(request).await?.map_into_boxed_body()),
        Err(refusal) => Ok(request.error_response(WebError::from(refusal))),
    }
}
