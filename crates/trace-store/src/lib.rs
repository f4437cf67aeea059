//! Traces as they are kept: merged, packed, stored, searched, measured, priced and erased, and the files that belong to
//! them. It knows nothing of orders and verdicts.

pub mod bodies;
pub mod checks;
pub mod conversations;
pub mod fields;
pub mod hours;
pub mod media;
pub mod metrics;
pub mod repricing;
pub mod scores;
pub mod search;
pub mod series;
pub mod traces;

pub use database as db;
pub use foundation;
pub use platform::{jobs, kept_filters, ledger, state, tombstones, web};
