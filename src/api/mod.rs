//! The documented API under `/api/v1`: agents and people drive work orders by it, with the rights that they have on the pages
//! and no others.
//!
//! Rules: an operation is registered and described by one statement, and bodies are held against the very schema that the
//! document shows, so that neither can say something else than the other; whatever is not known is refused; a request that was
//! given a name is carried out once; nobody signs here. How and why: `docs/decisions/api.md`.

mod accept;
pub mod actions;
mod alerts;
mod assets;
mod atoms;
mod budgets;
mod call;
mod check;
mod claims;
mod costs;
mod coverage;
mod delegation;
mod docs;
pub mod document;
mod doing;
mod events;
mod files;
mod find;
mod fleet;
mod fleet_rules;
mod handoffs;
mod me;
mod moves;
pub mod operations;
mod order;
mod orders;
mod paging;
mod plan;
mod procedures;
pub mod query;
mod refusal;
mod relations;
mod routes;
mod store;
mod writing;

pub use routes::routes;
