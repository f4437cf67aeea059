//! Rows of findings.

use diesel::prelude::*;
use diesel::upsert::excluded;

use crate::db::schema::findings;
use crate::db::{Tx, each};
use crate::foundation::{ProjectKey, Result};

use super::model::Finding;

/// Writes what was masked; the same finding again, as a repeat brings it, is the same row.
pub(in crate::traces) fn write_findings(tx: &mut Tx<'_>, project: ProjectKey, found: &[Finding]) -> Result<()> {
    let now = tx.now();
    for chunk in found.chunks(128) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|one| {
                (
                    findings::project.eq(project),
                    findings::trace_id.eq(&one.trace_id),
                    findings::observation_id.eq(&one.observation_id),
                    findings::field.eq(&one.field),
                    findings::detector.eq(&one.detector),
                    findings::count.eq(one.count),
                    findings::found_at.eq(now),
                )
            })
            .collect();
        each!(&mut *tx.conn, |c| diesel::insert_into(findings::table)
            .values(&rows)
            .on_conflict((
                findings::project,
                findings::trace_id,
                findings::observation_id,
                findings::field,
                findings::detector,
            ))
            .do_update()
            .set(findings::count.eq(excluded(findings::count)))
            .execute(c))?;
    }
    Ok(())
}
