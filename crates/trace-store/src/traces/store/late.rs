//! What comes for traces that were erased: it is answered like anything else, dropped, and counted.
//!
//! A client's retry must not bring back what somebody had erased. A trace id is gone for good once it was erased.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::db::schema::{erased_traces, late_traces};
use crate::db::{Tx, each};
use crate::foundation::{Digest, ProjectKey, Result};
use crate::tombstones::trace_mark;

use super::Prepared;

/// Values in one statement.
const CHUNK: usize = 128;

/// Takes out of a request what belongs to erased traces.
pub(super) fn drop_late(tx: &mut Tx<'_>, prepared: &mut Prepared) -> Result<()> {
    let project = prepared.scope.project;
    let named = prepared.groups.iter().map(|(group, _)| group.trace_id.as_str());
    let scored = prepared.scores.iter().filter_map(|(_, score)| score.trace_id.as_deref());
    let marks: BTreeMap<Digest, String> =
        named.chain(scored).map(|id| (trace_mark(project, id), id.to_owned())).collect();
    let mut erased: BTreeMap<String, Digest> = BTreeMap::new();
    for mark in stones(tx, project, &marks.keys().copied().collect::<Vec<_>>())? {
        erased.extend(marks.get(&mark).map(|id| (id.clone(), mark)));
    }
    if erased.is_empty() {
        return Ok(());
    }
    let mut late: BTreeMap<Digest, i64> = BTreeMap::new();
    prepared.groups.retain(|(group, _)| {
        let mark = erased.get(&group.trace_id);
        mark.into_iter().for_each(|mark| *late.entry(*mark).or_default() += count(group.len()));
        mark.is_none()
    });
    prepared.scores.retain(|(_, score)| {
        let mark = score.trace_id.as_ref().and_then(|id| erased.get(id));
        mark.into_iter().for_each(|mark| *late.entry(*mark).or_default() += 1);
        mark.is_none()
    });
    prepared.findings.retain(|finding| !erased.contains_key(&finding.trace_id));
    late.into_iter().try_for_each(|(mark, arrivals)| note(tx, project, mark, arrivals))
}

fn count(len: usize) -> i64 {
    i64::try_from(len).unwrap_or(i64::MAX)
}

/// The tombstones among these.
fn stones(tx: &mut Tx<'_>, project: ProjectKey, marks: &[Digest]) -> Result<Vec<Digest>> {
    let mut found = Vec::new();
    for chunk in marks.chunks(CHUNK) {
        let rows: Vec<Vec<u8>> = each!(&mut *tx.conn, |c| erased_traces::table
            .filter(erased_traces::project.eq(project))
            .filter(erased_traces::trace.eq_any(chunk.iter().map(|mark| mark.0.as_slice())))
            .select(erased_traces::trace)
            .load(c))?;
        found.extend(rows.iter().filter_map(|bytes| Digest::from_slice(bytes)));
    }
    Ok(found)
}

fn note(tx: &mut Tx<'_>, project: ProjectKey, mark: Digest, arrivals: i64) -> Result<()> {
    let now = tx.now();
    let row = (
        late_traces::project.eq(project),
        late_traces::trace.eq(mark.0.as_slice()),
        late_traces::arrivals.eq(arrivals),
        late_traces::last_at.eq(now),
    );
    each!(&mut *tx.conn, |c| diesel::insert_into(late_traces::table)
        .values(row)
        .on_conflict((late_traces::project, late_traces::trace))
        .do_update()
        .set((late_traces::arrivals.eq(late_traces::arrivals + arrivals), late_traces::last_at.eq(now)))
        .execute(c))?;
    Ok(())
}
