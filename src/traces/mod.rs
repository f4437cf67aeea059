//! Traces: what LLM programs did, as they say it themselves.
//!
//! Clients of two worlds (Langfuse batch events, OpenTelemetry spans) send *arrivals*: immutable
//! records named by digest. Observations, traces and scores are the pure fold of arrivals, ordered by
//! event time and digest, never by when they came in; so repeats, lost order and late data all end in
//! the same rows. Traces know no other feature.

pub mod actions;
pub mod api;
mod blobs;
pub mod bodies;
mod cut;
pub mod hooks;
mod image;
pub mod ingest;
pub mod leftovers;
pub mod mapping;
pub mod media;
pub mod merge;
pub mod messages;
pub mod metrics;
pub mod model;
pub mod packs;
pub mod pages;
pub mod prices;
pub mod privacy;
pub mod reads;
pub mod receipts;
pub mod routes;
pub mod search;
pub mod store;

pub use hooks::{Arrived, ArrivedHook, ErasedHook, Hooks, WorkRef};
pub use pages::{
    ClaimsOf, LinksOf, OrderChoice, OrdersOf, PageHooks, PinnedRevision, PinsOf, TraceClaim, TraceLink,
};
pub use store::senders_of;

#[cfg(test)]
mod fixtures_test;
#[cfg(test)]
mod speed_test;
