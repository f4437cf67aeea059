//! What agents, personas and tenants do and spend: sums of their calls over a time, read from the sums by hour and from rows where
//! those are not made yet. Nothing here is written.
//!
//! A call is a generation that counts: one that two instrumentations saw is one. Cost and tokens are those of everything that counts.
//! Why and how: `docs/decisions/fleet.md`.

pub mod costs;
pub mod identity;
pub mod model;
pub mod reads;
