//! The evidence bundle of one work order as files: where each lies, the seal over them, the zip form, and the checks.
//!
//! `verify.sh` in the bundle defines the layout and needs openssl, sha256sum, od and POSIX tools only; [`verify()`] does
//! the same checks in process, and the program `tracewright-verify` is nothing around it but a command line. Trust begins
//! with the fingerprint of the log's key, which must come by another way.
//!
//! Rules: pure, files in and a verdict out. What checks a record reads it by shapes of its own ([`record`]) and never by
//! the types that wrote it, so that a fault of the writer cannot hide itself here. Hashes, proofs and signatures are the
//! log's own (`tlog`). From layout 2 on the table of the score is made anew from the records (`refold`) by the score's own
//! rules (`trust_score`) and compared byte for byte. `verify.sh` and `recompute.awk` share none of these, and the tests hold
//! the two checkers against each other.

mod accounts;
mod archive;
pub mod files;
mod folder;
mod layout;
mod recompute;
pub mod record;
mod refold;
mod sums;
mod verify;

pub use archive::{MOST_FILES, MOST_UNPACKED, pack, unpack};
pub use files::Files;
pub use folder::read;
pub use layout::{LAYOUT, export_refs};
pub use sums::{SIGNED_PREFIX, seal};
pub use verify::{Complete, Verified, hex_runs, left_out, metadata_of, trace_mark, verify};

/// The checking script, the same in every bundle.
pub const VERIFY_SH: &str = include_str!("verify.sh");
/// The page that explains it.
pub const VERIFY_MD: &str = include_str!("verify.md");
