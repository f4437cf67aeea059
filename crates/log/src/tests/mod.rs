//! Known answers, an independent oracle, mutations and published vectors.

mod jcs_vectors;
mod leaves;
mod memory;
mod merkle_vectors;
mod notes;
mod oracle;
mod reference_tree;
mod tlog_proofs;

use std::path::PathBuf;

/// The folder of published vectors, or `None` (and a printed line) where it is absent.
fn vectors(name: &str) -> Option<PathBuf> {
    let shared = std::env::var_os("TRACEWRIGHT_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let folder = shared.join("vectors").join(name).join("testdata");
    if !folder.is_dir() {
        println!("skipped: no {}; set TRACEWRIGHT_SHARED to test with it", folder.display());
        return None;
    }
    Some(folder)
}
