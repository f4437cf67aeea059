//! Rows of what was masked.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::upsert::excluded;

use crate::db::schema::findings;
use crate::db::{Tx, each};
use crate::foundation::{ProjectKey, Result};

use masking::Finding;

/// Writes what was masked; the same finding again, as a repeat brings it, is the same row.
pub(crate) fn write_findings(tx: &mut Tx<'_>, project: ProjectKey, found: &[Finding]) -> Result<()> {
    let now = tx.now();
    // One statement must not meet the same row twice.
    let mut counts: BTreeMap<[&str; 4], i64> = BTreeMap::new();
    for one in found {
        let place = [&one.trace_id, &one.observation_id, &one.field, &one.detector].map(String::as_str);
        let count = counts.entry(place).or_default();
        *count = one.count.max(*count);
    }
    let counts: Vec<_> = counts.into_iter().collect();
    for chunk in counts.chunks(128) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|([trace, observation, field, detector], count)| {
                (
                    findings::project.eq(project),
                    findings::trace_id.eq(*trace),
                    findings::observation_id.eq(*observation),
                    findings::field.eq(*field),
                    findings::detector.eq(*detector),
                    findings::count.eq(*count),
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
