//! Knowledge atoms: supported statements worth keeping, each made of exact words of a stored body.
//!
//! Rules: an atom is spans first and a statement second; its quotes stand verbatim in the body with that
//! digest or it is refused at write time; it is named by the hash of its content; its status changes by
//! appended events only, and it falls back to contested when what it rests on falls.

pub mod actions;
pub mod events;
pub mod extract;
pub mod lifecycle;
pub mod model;
pub mod none_came;
mod pages;
mod projection;
pub mod reads;
mod routes;
pub mod segments;
mod store;

pub use crate::audit::selectors;
pub use lifecycle::Status;
pub use model::Atom;
pub use projection::PROJECTION;
pub use routes::routes;

#[cfg(test)]
mod extract_tests;
