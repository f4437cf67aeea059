//! What was masked in traces: never the secret itself, only what kind it was and where it stood.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::upsert::excluded;

use crate::db::schema::findings;
use crate::db::{AnyConnection, Tx, each};
use crate::foundation::{ProjectKey, Result, Timestamp};

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

type FindingRow = (String, String, String, String, i64);

fn finding((trace_id, observation_id, field, detector, count): FindingRow) -> Finding {
    Finding { trace_id, observation_id, field, detector, count }
}

/// What was masked in a trace.
pub fn findings_of(conn: &mut AnyConnection, project: ProjectKey, trace_id: &str) -> Result<Vec<Finding>> {
    let rows: Vec<FindingRow> = findings::table
        .filter(findings::project.eq(project))
        .filter(findings::trace_id.eq(trace_id))
        .order((findings::observation_id.asc(), findings::field.asc(), findings::detector.asc()))
        .limit(1_000)
        .select((
            findings::trace_id,
            findings::observation_id,
            findings::field,
            findings::detector,
            findings::count,
        ))
        .load(conn)?;
    Ok(rows.into_iter().map(finding).collect())
}

/// What was masked since a moment: detector, findings, traces.
pub fn found_since(
    conn: &mut AnyConnection,
    project: ProjectKey,
    since: Timestamp,
) -> Result<Vec<(String, i64)>> {
    let counts: Vec<(String, i64)> = each!(conn, |c| findings::table
        .filter(findings::project.eq(project))
        .filter(findings::found_at.ge(since))
        .group_by(findings::detector)
        .select((findings::detector, diesel::dsl::count_star()))
        .order(findings::detector.asc())
        .load(c))?;
    Ok(counts)
}

/// The newest findings since a moment, of one detector if one is named.
pub fn newest_findings(
    conn: &mut AnyConnection,
    project: ProjectKey,
    since: Timestamp,
    detector: Option<&str>,
    limit: i64,
) -> Result<Vec<(Finding, Timestamp)>> {
    let detector = detector.map(str::to_owned);
    let rows: Vec<(FindingRow, Timestamp)> = each!(conn, |c| {
        let mut query = findings::table
            .filter(findings::project.eq(project))
            .filter(findings::found_at.ge(since))
            .into_boxed();
        if let Some(detector) = detector {
            query = query.filter(findings::detector.eq(detector));
        }
        query
            .order((findings::found_at.desc(), findings::trace_id.asc(), findings::field.asc()))
            .limit(limit)
            .select((
                (
                    findings::trace_id,
                    findings::observation_id,
                    findings::field,
                    findings::detector,
                    findings::count,
                ),
                findings::found_at,
            ))
            .load(c)
    })?;
    Ok(rows.into_iter().map(|(row, at)| (finding(row), at)).collect())
}
