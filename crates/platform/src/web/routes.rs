//! The only way to register a route: with a statement of who may use it. Default deny by construction.
//!
//! The statement is checked before the handler's extractors run, so nothing of a refused request is read. Literal
//! paths win over patterns, whatever the order in which features register them.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::guard::{self, Guard, GuardContext};
use actix_web::http::Method;
use actix_web::middleware::{Next, from_fn};
use actix_web::web::Data;
use actix_web::{FromRequest, Handler, HttpMessage as _, Responder, web};

use crate::foundation::{Action, Asker, Error};

use super::page::Nav;
use super::pages::Pages;
use super::problem::{self, Methods};
use super::{KeyHolder, KeyRefused, Principal, WebError};

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Public,
    /// Whoever holds an API key; the handler's [`KeyHolder`] says what it may do.
    ApiKey,
    SignedIn,
    /// Whoever may do this, to some record at least; the action asks about the very record.
    May(Action),
    /// Whoever may do one of these to some record.
    MayOneOf(&'static [Action]),
}

/// One line of the route table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteSpec {
    /// The method; GET answers HEAD too.
    pub method: Method,
    /// The path pattern, as actix reads it.
    pub path: &'static str,
    pub access: Access,
}

type Register = Box<dyn FnOnce(&mut web::ServiceConfig)>;

/// Collects routes; features fill it in their `routes.rs`. A route without an [`Access`] does not compile:
///
/// ```
/// # use tracewright_platform::web::{Access, Routes};
/// async fn page() -> &'static str { "hello" }
/// Routes::default().get("/page", Access::SignedIn, page);
/// ```
/// ```compile_fail
/// # use tracewright_platform::web::{Access, Routes};
/// async fn page() -> &'static str { "hello" }
/// Routes::default().get("/page", page);
/// ```
#[derive(Default)]
pub struct Routes {
    specs: Vec<RouteSpec>,
    register: Vec<(&'static str, Register)>,
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
        let register: Register = Box::new(move |config| {
            let resource = web::resource(path)
                .guard(Answers(method))
                .wrap(from_fn(move |request, next| check(access, request, next)))
                .to(handler);
            config.service(resource);
        });
        self.register.push((path, register));
    }

    /// The table, for the test that walks every route with every role.
    pub fn specs(&self) -> &[RouteSpec] {
        &self.specs
    }

    /// Hands every route to actix, and the table to the navigation.
    pub fn configure(self, config: &mut web::ServiceConfig) {
        config.app_data(Data::new(Nav::of(&self.specs)));
        config.app_data(Data::new(Pages::of(&self.specs)));
        config.app_data(Data::new(Methods::of(&self.specs)));
        let mut register = self.register;
        register.sort_by_cached_key(|(path, _)| precedence(path));
        for (_, register) in register {
            register(config);
        }
    }
}

/// Segment by segment: a word, then a parameter, then a tail that takes the rest.
fn precedence(path: &str) -> Vec<u8> {
    let rank = |segment: &str| match segment.find('{') {
        None => 0,
        Some(_) if segment.contains(":.*") || segment.ends_with("}*") => 2,
        Some(_) => 1,
    };
    path.split('/').map(rank).collect()
}

/// Matches a method; HEAD counts as GET, and actix leaves the body away.
struct Answers(Method);

impl Guard for Answers {
    fn check(&self, context: &GuardContext<'_>) -> bool {
        let is_head = self.0 == Method::GET && context.head().method == Method::HEAD;
        is_head || guard::Method(self.0.clone()).check(context)
    }
}

impl Access {
    /// Refuses whoever may not come in by their account. Keys are looked at by [`check`].
    pub fn admits(self, asker: Option<&Asker>) -> Result<(), Error> {
        match (self, asker) {
            (Self::Public | Self::ApiKey, _) | (Self::SignedIn, Some(_)) => Ok(()),
            (Self::SignedIn | Self::May(_) | Self::MayOneOf(_), None) => Err(Error::Unauthenticated),
            (Self::May(action), Some(asker)) => asker.must_some(action),
            (Self::MayOneOf(actions), Some(asker)) => one_of(actions, asker),
        }
    }
}

/// The refusal names the roles for the first of the verbs.
fn one_of(actions: &[Action], asker: &Asker) -> Result<(), Error> {
    let mut answers = actions.iter().map(|action| asker.must_some(*action));
    let first = answers.next().unwrap_or(Ok(()));
    if first.is_ok() || answers.any(|answer| answer.is_ok()) { Ok(()) } else { first }
}

async fn check<B: MessageBody + 'static>(
    access: Access,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    if access == Access::ApiKey && !request.extensions().contains::<KeyHolder>() {
        let refusal = KeyRefused::of(request.request());
        return Ok(request.error_response(refusal));
    }
    let admitted = access.admits(request.extensions().get::<Principal>().map(|who| &who.0));
    match admitted {
        Ok(()) => Ok(next.call(request).await?.map_into_boxed_body()),
        Err(refusal) => {
            let refusal = of_key(refusal, &request);
            Ok(request.error_response(WebError::from(refusal)))
        }
    }
}

/// Who brings a believed key is known: it speaks for no account that may do anything here.
fn of_key(refusal: Error, request: &ServiceRequest) -> Error {
    let is_by_key = problem::is_asked(request.path()) && request.extensions().contains::<KeyHolder>();
    match refusal {
        Error::Unauthenticated if is_by_key => Error::forbidden(problem::KEY_ALONE),
        other => other,
    }
}

#[cfg(test)]
#[path = "routes_test.rs"]
mod tests;
