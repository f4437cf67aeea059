//! What was masked in traces: never the secret itself, only what kind it was and where it stood.

use diesel::prelude::*;

use masking::Finding;

use crate::db::schema::findings;
use crate::db::{AnyConnection, each};
use crate::foundation::{ProjectKey, Result, Timestamp};

#[derive(Queryable, Selectable)]
#[diesel(table_name = findings)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
struct FindingRow {
    trace_id: String,
    observation_id: String,
    field: String,
    detector: String,
    count: i64,
}

impl From<FindingRow> for Finding {
    fn from(row: FindingRow) -> Self {
        let FindingRow { trace_id, observation_id, field, detector, count } = row;
        Self { trace_id, observation_id, field, detector, count }
    }
}

/// What was masked in a trace.
pub fn findings_of(conn: &mut AnyConnection, project: ProjectKey, trace_id: &str) -> Result<Vec<Finding>> {
    let dated = dated_findings_of(conn, project, trace_id)?;
    Ok(dated.into_iter().map(|(finding, _)| finding).collect())
}

/// The same, each with the moment at which it was found first.
pub fn dated_findings_of(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
) -> Result<Vec<(Finding, Timestamp)>> {
    let rows: Vec<(FindingRow, Timestamp)> = findings::table
        .filter(findings::project.eq(project))
        .filter(findings::trace_id.eq(trace_id))
        .order((findings::observation_id.asc(), findings::field.asc(), findings::detector.asc()))
        .limit(1_000)
        .select((FindingRow::as_select(), findings::found_at))
        .load(conn)?;
    Ok(rows.into_iter().map(|(row, at)| (row.into(), at)).collect())
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
            .select((FindingRow::as_select(), findings::found_at))
            .load(c)
    })?;
    Ok(rows.into_iter().map(|(row, at)| (row.into(), at)).collect())
}
