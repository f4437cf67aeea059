//! What was masked in traces: never the secret itself, only what kind it was and where it stood.

use diesel::prelude::*;

use masking::Finding;

use crate::db::schema::findings;
use crate::db::{AnyConnection, each};
use crate::foundation::{ProjectKey, Result, Timestamp};

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
