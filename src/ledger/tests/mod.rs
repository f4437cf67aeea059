//! Tests of the ledger: known answers, an independent oracle, mutations and published vectors for the pure part; real
//! databases, interruption and tampering for the stored one.

mod databases;
mod jcs_vectors;
mod leaves;
mod memory;
mod merkle_vectors;
mod notes;
mod oracle;
mod proofs;
mod rebuilding;
mod reference_tree;
mod sequencing;
mod tampering;
mod tlog_proofs;
mod triggers;

use std::path::PathBuf;

/// The folder of published vectors, or `None` (and a printed line) where it is absent.
fn vectors(name: &str) -> Option<PathBuf> {
    let shared = std::env::var_os("TRACEWRIGHT_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let folder = shared.join("vectors").join(name).join("testdata");
    if !folder.is_dir() {
        println!("skipped: no {}; set TRACEWRIGHT_SHARED to test with it", folder.display());
        return None;
    }
    Some(folder)
}
