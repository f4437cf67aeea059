//! Traces: what LLM programs did, as they say it themselves.
//!
//! Clients of two worlds (Langfuse batch events, OpenTelemetry spans) send *arrivals*: immutable
//! records named by digest. Observations, traces and scores are the pure fold of arrivals, ordered by
//! event time and digest, never by when they came in; so repeats, lost order and late data all end in
//! the same rows. Traces know no other feature.

pub mod actions;
pub mod blobs;
pub mod hooks;
pub mod leftovers;
pub mod reads;
pub mod receipts;
pub mod store;

pub(crate) use store::part_of_cost;
pub use store::{Part, Prepared, Scope, cut, prepare, write};
pub use store::{recognise, recount};

pub use hooks::{Arrived, ArrivedHook, ErasedHook, Hooks, WorkRef};
pub use store::scores::given_with_secret;
pub use store::senders_of;

/// What rows of traces are made of, for whoever holds them against the arrivals.
pub(crate) mod stored {
    pub(crate) use super::store::group::Group;
    pub(crate) use super::store::measure::{of_row_alone as measured_alone, of_stored as measured};
    pub(crate) use super::store::remake::remake;
    pub(crate) use super::store::rows::{
        StoredArrival, StoredObservation, StoredReceipt, StoredScore, StoredTrace,
    };
    pub(crate) use super::store::scores::remade as remade_score;
    pub(crate) use super::store::sessions::{StoredSession, computed as computed_sessions};
    pub(crate) use super::store::{Scope, column_text};
}
