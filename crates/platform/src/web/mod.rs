//! The web side that every feature shares: routes with access, the page shell, errors, forms, headers, assets.
//!
//! Every action is a form POST answered by 303; every page works with scripts off. This module knows who is signed
//! in ([`Principal`]) and no feature.

pub mod assets;
pub mod charts;
pub mod connections;
pub mod cors;
pub mod csrf;
pub mod csv;
pub mod error;
pub mod flash;
pub mod format;
pub mod forms;
pub mod headers;
pub mod health;
pub mod incomplete;
mod installed;
pub mod key_holder;
pub mod keys;
pub mod late;
pub mod markdown;
pub mod moment;
pub mod packed;
pub mod page;
pub mod pages;
pub mod parts;
pub mod paths;
pub mod principal;
pub mod printed;
pub mod problem;
pub mod routes;
pub mod slow;
pub mod typed;
pub mod words;
pub mod zone;

pub use error::WebError;
pub use forms::Form;
pub use key_holder::{KeyHolder, KeyRefused};
pub use moment::read_moment;
pub use page::{Shell, see_other};
pub use principal::Principal;
pub use routes::{Access, RouteSpec, Routes};

/// What handlers return.
pub type WebResult<T = actix_web::HttpResponse> = Result<T, WebError>;

#[cfg(test)]
mod gallery_test;
