//! Builds the bundle of one order under one checkpoint. Nothing here writes to the database.

use evidence_bundle::files::{CHECKPOINT, INPUTS, PAGE, PEM, POLICY, RECOMPUTE, RESULT, SCRIPT, VKEY};
use evidence_bundle::{Files, VERIFY_MD, VERIFY_SH, seal};

use crate::db::AnyConnection;
use crate::foundation::{ProjectKey, Result, Timestamp};
use crate::ledger::Log;
use crate::ledger::reads::StoredCheckpoint;
use crate::trust::View;
use crate::trust::csv::RECOMPUTE_AWK;

use super::{EvidenceSource, collect};

/// The bundle of an order as the ledger stands at this checkpoint and moment.
pub fn build(
    conn: &mut AnyConnection,
    log: &Log,
    project: ProjectKey,
    order_id: &str,
    checkpoint: &StoredCheckpoint,
    as_of: Timestamp,
    source: &dyn EvidenceSource,
) -> Result<Files> {
    let mut files = Files::new();
    let mut put = |path: &str, bytes: Vec<u8>| files.insert(path.to_owned(), bytes);
    put(SCRIPT, VERIFY_SH.into());
    put(PAGE, VERIFY_MD.into());
    put(PEM, log.verifier().to_pem()?.into_bytes());
    put(VKEY, format!("{}\n", log.verifier()).into_bytes());
    put(CHECKPOINT, checkpoint.note.clone().into_bytes());
    let view = View { tree_size: checkpoint.head.size, as_of };
    let score = source.score(conn, project, order_id, view)?;
    put(POLICY, score.policy);
    put(INPUTS, score.inputs.into_bytes());
    put(RESULT, score.result);
    put(RECOMPUTE, RECOMPUTE_AWK.into());
    collect::add(conn, project, order_id, checkpoint, source, &mut files)?;
    seal(&mut files, log.signer());
    Ok(files)
}
