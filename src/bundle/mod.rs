//! The evidence bundle: one work order with its records, proofs, pinned evidence and score, checkable without us.
//!
//! `verify.sh` in the bundle defines the layout and needs openssl, sha256sum, od and POSIX tools only; [`verify`] does
//! the same checks in process. Trust begins with the fingerprint of the log's key, which must come by another way.

pub mod actions;
mod archive;
mod build;
mod collect;
pub mod events;
mod files;
mod pages;
mod recompute;
mod routes;
mod source;
mod stored;
mod sums;
#[cfg(test)]
mod tests;
pub mod verify;

pub use archive::{pack, unpack};
pub use build::build;
pub use files::Files;
pub use routes::routes;
pub use source::{EvidenceSource, Revision, ScoreFiles};
pub use stored::Stored;

/// What the log's key signs before the bytes of `SHA256SUMS`, so that the signature means nothing elsewhere.
pub const SIGNED_PREFIX: &[u8] = b"tracewright-bundle-v1\n";

/// The checking script, the same in every bundle.
pub const VERIFY_SH: &str = include_str!("verify.sh");
/// The page that explains it.
pub const VERIFY_MD: &str = include_str!("verify.md");
