//! Time, identifiers, digests, money, actors and errors: the words every other part speaks.
//!
//! Nothing in here does input or output, and nothing in here knows a feature.

pub mod actor;
pub mod clock;
#[cfg(feature = "diesel")]
mod database;
pub mod digest;
pub mod error;
pub mod ids;
pub mod jcs;
pub mod money;
pub mod page;
pub mod role;

pub use actor::{Actor, ActorKind};
pub use clock::{Clock, Timestamp};
pub use digest::Digest;
pub use error::{Error, FieldErrors, Result};
pub use ids::ProjectKey;
pub use role::Role;
