//! Identifiers: `UUIDv7` text outside, small integers inside.

use uuid::{NoContext, Uuid};

use super::Timestamp;

/// A project's integer key, first in every primary key of project data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "diesel", derive(diesel_derive_newtype::DieselNewType))]
pub struct ProjectKey(pub i64);

/// A new `UUIDv7` (RFC 9562) whose time part is `at`; sortable by creation.
pub fn new_id(at: Timestamp) -> String {
    let micros = u64::try_from(at.0).unwrap_or_default();
    let nanos = u32::try_from(micros % 1_000_000).unwrap_or_default() * 1_000;
    let stamp = uuid::Timestamp::from_unix(NoContext, micros / 1_000_000, nanos);
    Uuid::new_v7(stamp).to_string()
}

/// `n` random bytes from the operating system.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    rand::random()
}
