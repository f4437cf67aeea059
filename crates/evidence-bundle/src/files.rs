//! The files of a bundle by path, in the order of their names.

use std::collections::BTreeMap;

/// A bundle in memory: path with forward slashes, and bytes.
pub type Files = BTreeMap<String, Vec<u8>>;

/// The list of digests.
pub const SUMS: &str = "SHA256SUMS";
/// The log key's signature over the list.
pub const SIGNATURE: &str = "SHA256SUMS.sig";
/// The public key as a PEM file, for openssl.
pub const PEM: &str = "keys/log.pem";
/// The public key as a vkey, for note libraries.
pub const VKEY: &str = "keys/log.vkey";
/// The signed tree head that every record is proven under.
pub const CHECKPOINT: &str = "checkpoint";
/// Which record pins which revision.
pub const PINS: &str = "pins.tsv";
/// Which pinned revision was erased, and which record says so.
pub const ERASED: &str = "erased.tsv";
/// Which record quotes which bytes of which body.
pub const QUOTES: &str = "quotes.tsv";
/// The weights.
pub const POLICY: &str = "score/policy.json";
/// One row a verdict.
pub const INPUTS: &str = "score/inputs.csv";
/// The verdicts that are in none of those rows, each with the reason and the record that says so; from layout 2 on.
pub const LEFT_OUT: &str = "score/left-out.tsv";
/// What the weights make of the rows.
pub const RESULT: &str = "score/result.json";
/// The script that recomputes it.
pub const RECOMPUTE: &str = "score/recompute.awk";
/// The checking script.
pub const SCRIPT: &str = "verify.sh";
/// The page that explains it.
pub const PAGE: &str = "VERIFY.md";
/// Files that help people and are not part of the evidence.
pub const UNSIGNED: [&str; 4] = [SUMS, SIGNATURE, PAGE, SCRIPT];

/// The exact bytes of a record's leaf.
pub fn leaf(index: u64) -> String {
    format!("records/{index}.json")
}

/// The proof that the leaf stands in the log.
pub fn proof(index: u64) -> String {
    format!("records/{index}.tlog-proof")
}

/// What the leaf commits to, unless it was withheld or erased.
pub fn body(index: u64) -> String {
    format!("records/{index}.body.json")
}

/// The salt of that commitment.
pub fn salt(index: u64) -> String {
    format!("records/{index}.salt")
}
