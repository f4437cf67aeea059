//! Pulls a Langfuse server's traces, observations and scores into a project, by `pull langfuse` or on a schedule.
//!
//! A pull is a walk over bounded windows of time, page by page; each page goes through the ordinary ingest as Langfuse
//! events whose ids follow from what they say, so a page that is pulled twice changes nothing. After every page the place
//! is written down (`pulls`), and a killed pull goes on there. What begins where the last finished one ended goes
//! [`model::OVERLAP`] further back, since a source may show new data with ten minutes' delay.

pub mod actions;
pub mod client;
pub mod convert;
pub mod events;
pub mod job;
pub mod model;
pub mod network;
mod pages;
mod routes;
mod source;
pub mod store;
pub mod walk;

pub use job::{KIND, jobs};
pub use routes::routes;
