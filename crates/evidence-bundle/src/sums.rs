//! `SHA256SUMS`: two-space lines as `sha256sum -c` reads them, signed by the log's key.

use std::fmt::Write as _;

use foundation::Digest;
use tlog::keys::SignerKey;

use super::files::{Files, SIGNATURE, SUMS, UNSIGNED};

/// What the log's key signs before the bytes of `SHA256SUMS`, so that the signature means nothing elsewhere.
pub const SIGNED_PREFIX: &[u8] = b"tracewright-bundle-v1\n";

/// Adds the list of all files but the unsigned ones, and its signature.
pub fn seal(files: &mut Files, key: &SignerKey) {
    let lines = files.iter().filter(|(path, _)| !UNSIGNED.contains(&path.as_str()));
    let mut list = String::new();
    for (path, bytes) in lines {
        let _ = writeln!(list, "{}  {path}", Digest::of(bytes));
    }
    let signature = key.sign(&signed(list.as_bytes()));
    files.insert(SUMS.to_owned(), list.into_bytes());
    files.insert(SIGNATURE.to_owned(), signature.to_vec());
}

/// The bytes under the signature.
pub(super) fn signed(list: &[u8]) -> Vec<u8> {
    [SIGNED_PREFIX, list].concat()
}

/// Reads one line: 64 hex digits, two blanks, a path that stays inside the bundle.
pub(super) fn line(line: &str) -> Option<(Digest, &str)> {
    let (digest, path) = line.split_once("  ")?;
    let inside = !path.is_empty() && !path.starts_with('/') && !path.split('/').any(|part| part == "..");
    Some((Digest::from_hex(digest)?, path)).filter(|_| inside)
}
