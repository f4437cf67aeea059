//! Durable background work in four tiers: queue, worker, schedules, progress.
//!
//! [`enqueue`] writes a job in the caller's transaction, so it exists exactly when the fact that asks for it does. A
//! worker claims it under a lease with a growing epoch and says every few seconds that it lives; the job of a worker
//! that fell silent comes back. So a job may run more than once, and whatever it writes must bear that; [`Fence`] keeps
//! a worker that slept too long from writing late. A job that failed too often is kept as dead, to be looked at.

pub mod actions;
mod context;
pub mod events;
pub mod model;
mod pages;
pub mod reads;
mod registry;
mod routes;
mod scheduler;
mod store;
mod upkeep;
mod worker;

pub use context::{Fence, JobContext, Stopping};
pub use model::{JobId, Options, State, Tier, When, WhileRunning};
pub use registry::{JobKind, Registry, Run, Schedule};
pub use routes::routes;
pub use scheduler::{drop_schedule, schedule_key, set_schedule, settle, tick};
pub use store::{call_off_named, enqueue, is_to_come, prune};
pub use upkeep::upkeep;
pub use worker::{Ended, Slot, Worker, drain, run_next};
