//! The gateway: calls of models are passed on to a provider as they came, each with a gap-free number, and traced.
//!
//! - Numbers are reserved in blocks; a block is in the ledger before a number of it is used, and what became of each number is
//!   in the ledger in the end ([`blocks`], [`events`]).
//! - A call is written down before it is sent, and how it ended before its client has the last byte ([`spool`]); it is sent
//!   once, whatever dies ([`upstream`]).
//! - A budget that refuses is asked before a number is taken ([`budget`]).
//! - What was written down becomes traces by the ordinary way in, and rows of calls ([`keeper`]).
//!
//! `docs/GATEWAY.md` is for users, `docs/decisions/gateway.md` says why it is so.

pub mod answer;
pub mod blocks;
mod budget;
mod call;
pub mod events;
pub mod keeper;
pub mod model;
pub mod numbers;
pub mod reads;
pub mod record;
mod routes;
mod service;
pub mod span;
pub mod spool;
pub mod store;
mod upstream;
mod web;

pub use routes::routes;
pub use service::Gateway;
pub use web::HEADER;
