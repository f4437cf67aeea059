//! Canonical JSON by RFC 8785, for everything that is hashed as a record of ours.
//!
//! Our records hold no floats and no integers above 2^53, so the canonical form has no rough edges.

use serde::Serialize;

use super::{Error, Result};

/// The canonical bytes of a record.
pub fn to_bytes<T: Serialize>(record: &T) -> Result<Vec<u8>> {
    serde_json_canonicalizer::to_vec(record).map_err(|e| Error::internal(format_args!("canonical JSON: {e}")))
}
