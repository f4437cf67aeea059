//! Builds the bundle of one order under one checkpoint. Nothing here writes to the database.

use evidence_bundle::files::{
    CHECKPOINT, INPUTS, LEFT_OUT, PAGE, PEM, POLICY, RECOMPUTE, RESULT, SCRIPT, VKEY,
};
use evidence_bundle::{Files, VERIFY_MD, VERIFY_SH, left_out, seal, verify};

use crate::db::AnyConnection;
use crate::foundation::{Error, ProjectKey, Result};
use crate::ledger::Log;
use crate::ledger::reads::StoredCheckpoint;
use crate::trust::View;
use crate::trust::csv::RECOMPUTE_AWK;

use super::{EvidenceSource, collect};

/// The bundle of an order as the ledger stands at this checkpoint; refused when it would not verify: tables that
/// do not say what the records say are not handed out.
pub fn build(
    conn: &mut AnyConnection,
    log: &Log,
    project: ProjectKey,
    order_id: &str,
    checkpoint: &StoredCheckpoint,
    source: &dyn EvidenceSource,
) -> Result<Files> {
    let mut files = Files::new();
    let as_of = collect::add(conn, project, order_id, checkpoint, source, &mut files)?;
    let mut put = |path: &str, bytes: Vec<u8>| files.insert(path.to_owned(), bytes);
    put(SCRIPT, VERIFY_SH.into());
    put(PAGE, VERIFY_MD.into());
    put(PEM, log.verifier().to_pem()?.into_bytes());
    put(VKEY, format!("{}\n", log.verifier()).into_bytes());
    put(CHECKPOINT, checkpoint.note.clone().into_bytes());
    // The moment of the newest record, not of the clock: whoever checks the bundle can read it there.
    let view = View { tree_size: checkpoint.head.size, as_of };
    let score = source.score(conn, project, order_id, view)?;
    put(POLICY, score.policy);
    put(INPUTS, score.inputs.into_bytes());
    put(RESULT, score.result);
    put(RECOMPUTE, RECOMPUTE_AWK.into());
    let not_whole = |cause: Error| {
        Error::refused(format!(
            "the evidence of this order is not whole, so no bundle of it is made: {cause}. `tracewright verify ledger` and \
             `tracewright rebuild --check` say more"
        ))
    };
    let reasons = left_out(&files).map_err(not_whole)?;
    files.insert(LEFT_OUT.to_owned(), reasons);
    seal(&mut files, log.signer());
    verify(&files, log.verifier().fingerprint()?).map_err(not_whole)?;
    Ok(files)
}
