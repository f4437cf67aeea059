//! Time, identifiers, digests, money, who asks and what they may, errors: the words every other part speaks.
//!
//! Nothing in here does input or output, and nothing in here knows a feature.

pub mod actor;
pub mod address;
pub mod asker;
pub mod backoff;
pub mod clock;
pub mod digest;
pub mod error;
pub mod failure;
pub mod ids;
pub mod jcs;
pub mod money;
pub mod nesting;
pub mod page;
pub mod permission;
pub mod role;
pub mod stored;
pub mod trace_context;
pub mod unit;

pub use actor::{Actor, ActorKind, UnderReset};
pub use asker::Asker;
pub use backoff::Backoff;
pub use clock::{Clock, Timestamp};
pub use digest::Digest;
pub use error::{Error, FieldErrors, Refusal, Result};
pub use failure::Failure;
pub use ids::ProjectKey;
pub use permission::{Action, Grant, Tie};
pub use role::Role;
pub use trace_context::TraceContext;
pub use unit::Unit;
