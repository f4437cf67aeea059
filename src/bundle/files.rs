//! The files of a bundle by path, in the order of their names.

use std::collections::BTreeMap;

/// A bundle in memory: path with forward slashes, and bytes.
pub type Files = BTreeMap<String, Vec<u8>>;

/// The list of digests.
pub(super) const SUMS: &str = "SHA256SUMS";
/// The log key's signature over the list.
pub(super) const SIGNATURE: &str = "SHA256SUMS.sig";
/// The public key as a PEM file, for openssl.
pub(super) const PEM: &str = "keys/log.pem";
/// The public key as a vkey, for note libraries.
pub(super) const VKEY: &str = "keys/log.vkey";
/// The signed tree head that every record is proven under.
pub(super) const CHECKPOINT: &str = "checkpoint";
/// Which record pins which revision.
pub(super) const PINS: &str = "pins.tsv";
/// Which pinned revision was erased, and which record says so.
pub(super) const ERASED: &str = "erased.tsv";
/// Which record quotes which bytes of which body.
pub(super) const QUOTES: &str = "quotes.tsv";
/// The weights.
pub(super) const POLICY: &str = "score/policy.json";
/// One row a verdict.
pub(super) const INPUTS: &str = "score/inputs.csv";
/// What the weights make of the rows.
pub(super) const RESULT: &str = "score/result.json";
/// The script that recomputes it.
pub(super) const RECOMPUTE: &str = "score/recompute.awk";
/// Files that help people and are not part of the evidence.
pub(super) const UNSIGNED: [&str; 4] = [SUMS, SIGNATURE, "VERIFY.md", "verify.sh"];

pub(super) fn leaf(index: u64) -> String {
    format!("records/{index}.json")
}

pub(super) fn proof(index: u64) -> String {
    format!("records/{index}.tlog-proof")
}

pub(super) fn body(index: u64) -> String {
    format!("records/{index}.body.json")
}

pub(super) fn salt(index: u64) -> String {
    format!("records/{index}.salt")
}
