//! What others ask of privacy: whether a trace was erased, and the history of erasures.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::db::schema::{
    erased_traces, erasures, findings, late_traces, observations, privacy_policies, traces,
};
use crate::db::{AnyConnection, each};
use crate::foundation::{ProjectKey, Result, Timestamp};

use super::model::{Finding, Policy, trace_mark};

/// What is known of an erased trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tombstone {
    /// When it was erased.
    pub at: Timestamp,
    /// By whom: the name at that time.
    pub by: String,
    /// Why, in words.
    pub reason: String,
    /// The event that records it.
    pub event_id: String,
}

impl Tombstone {
    /// One sentence for a page.
    pub fn sentence(&self) -> String {
        format!("Erased on {} by {}: {}", self.at.to_minute(), self.by, self.reason)
    }
}

/// The tombstone of a trace, if it was erased.
pub fn tombstone(conn: &mut AnyConnection, project: ProjectKey, trace_id: &str) -> Result<Option<Tombstone>> {
    Ok(tombstones(conn, project, &[trace_id])?.remove(trace_id))
}

/// The tombstones among some traces, by trace id.
pub fn tombstones(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_ids: &[&str],
) -> Result<BTreeMap<String, Tombstone>> {
    let marks: BTreeMap<Vec<u8>, &str> =
        trace_ids.iter().map(|id| (trace_mark(project, id).0.to_vec(), *id)).collect();
    let keys: Vec<&[u8]> = marks.keys().map(Vec::as_slice).collect();
    let mut found = BTreeMap::new();
    for chunk in keys.chunks(128) {
        let rows: Vec<(Vec<u8>, Timestamp, String, String, String)> = each!(conn, |c| erased_traces::table
            .inner_join(
                erasures::table.on(erasures::project
                    .eq(erased_traces::project)
                    .and(erasures::event_id.eq(erased_traces::event_id)))
            )
            .filter(erased_traces::project.eq(project))
            .filter(erased_traces::trace.eq_any(chunk))
            .select((
                erased_traces::trace,
                erased_traces::at,
                erasures::by_name,
                erasures::reason,
                erasures::event_id
            ))
            .load(c))?;
        for (mark, at, by, reason, event_id) in rows {
            if let Some(id) = marks.get(&mark) {
                found.insert((*id).to_owned(), Tombstone { at, by, reason, event_id });
            }
        }
    }
    Ok(found)
}

/// One request or nightly run that erased something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// When it ended.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// `hand`, `user` or `retention`.
    pub why: String,
    /// In words.
    pub reason: String,
    /// Its first event.
    pub event_id: String,
    /// How many traces.
    pub traces: i64,
    /// How many observations.
    pub observations: i64,
    /// How many scores.
    pub scores: i64,
}

type ErasureRow = (String, Timestamp, String, String, String, String, i64, i64, i64);

/// The newest requests and nightly runs that erased something, at most `limit`; the events of one are added up.
pub fn erasures(conn: &mut AnyConnection, project: ProjectKey, limit: i64) -> Result<Vec<Erasure>> {
    let last = diesel::dsl::max(erasures::event_id);
    let newest: Vec<(String, Option<String>)> = erasures::table
        .filter(erasures::project.eq(project))
        .group_by(erasures::run)
        .select((erasures::run, last))
        .order(last.desc())
        .limit(limit)
        .load(conn)?;
    let mut found = Vec::new();
    for (run, _) in newest {
        found.extend(erasure(conn, project, &run)?);
    }
    Ok(found)
}

/// All events of one run as one; a nightly run over many traces has one for each hundred of them.
fn erasure(conn: &mut AnyConnection, project: ProjectKey, run: &str) -> Result<Option<Erasure>> {
    let rows: Vec<ErasureRow> = erasures::table
        .filter(erasures::project.eq(project))
        .filter(erasures::run.eq(run))
        .order(erasures::event_id.asc())
        .select((
            erasures::run,
            erasures::at,
            erasures::by_name,
            erasures::why,
            erasures::reason,
            erasures::event_id,
            erasures::traces,
            erasures::observations,
            erasures::scores,
        ))
        .load(conn)?;
    let mut whole: Option<Erasure> = None;
    for (_, at, by, why, reason, event_id, traces, observations, scores) in rows {
        let part = Erasure { at, by, why, reason, event_id, traces, observations, scores };
        whole = Some(whole.map_or_else(|| part.clone(), |sum| sum.and(&part)));
    }
    Ok(whole)
}

impl Erasure {
    /// This with a later part of the same run.
    fn and(self, later: &Self) -> Self {
        Self {
            at: later.at,
            traces: self.traces + later.traces,
            observations: self.observations + later.observations,
            scores: self.scores + later.scores,
            ..self
        }
    }
}

/// How many arrivals were dropped because their trace had been erased.
pub fn late_arrivals(conn: &mut AnyConnection, project: ProjectKey) -> Result<i64> {
    let counts: Vec<i64> = late_traces::table
        .filter(late_traces::project.eq(project))
        .select(late_traces::arrivals)
        .load(conn)?;
    Ok(counts.into_iter().sum())
}

/// How many observations each of these traces has; absent when no trace of that id is stored.
pub fn sizes(conn: &mut AnyConnection, project: ProjectKey, ids: &[String]) -> Result<BTreeMap<String, i64>> {
    let mut sizes = BTreeMap::new();
    for chunk in ids.chunks(128) {
        let rows: Vec<(String, i64)> = each!(conn, |c| traces::table
            .filter(traces::project.eq(project))
            .filter(traces::trace_id.eq_any(chunk))
            .select((traces::trace_id, traces::observation_count))
            .load(c))?;
        sizes.extend(rows);
    }
    Ok(sizes)
}

/// The traces that name a user, themselves or in an observation.
pub fn traces_of_user(conn: &mut AnyConnection, project: ProjectKey, user: &str) -> Result<Vec<String>> {
    let mut ids: Vec<String> = traces::table
        .filter(traces::project.eq(project))
        .filter(traces::user_id.eq(user))
        .select(traces::trace_id)
        .load(conn)?;
    let named: Vec<String> = observations::table
        .filter(observations::project.eq(project))
        .filter(observations::user_id.eq(user))
        .select(observations::trace_id)
        .distinct()
        .load(conn)?;
    ids.extend(named);
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// The policy in force; the default one until somebody sets another.
pub fn policy(conn: &mut AnyConnection, project: ProjectKey) -> Result<Policy> {
    let stored: Option<String> =
        privacy_policies::table.find(project).select(privacy_policies::policy).first(conn).optional()?;
    Ok(stored.map(|text| serde_json::from_str(&text)).transpose()?.unwrap_or_default())
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

/// The policies that somebody set, by project.
pub fn policies(conn: &mut AnyConnection) -> Result<Vec<(ProjectKey, Policy)>> {
    let rows: Vec<(ProjectKey, String)> = privacy_policies::table
        .select((privacy_policies::project, privacy_policies::policy))
        .order(privacy_policies::project.asc())
        .load(conn)?;
    rows.into_iter().map(|(project, text)| Ok((project, serde_json::from_str(&text)?))).collect()
}

/// When a trace began, and its id.
pub type OldTrace = (Timestamp, String);

/// Traces of which nothing speaks of or came in since `before`, oldest first; the page after `after`.
pub fn older_than(
    conn: &mut AnyConnection,
    project: ProjectKey,
    before: Timestamp,
    after: Option<&OldTrace>,
    limit: i64,
) -> Result<Vec<OldTrace>> {
    let (at, id) = after.cloned().unwrap_or((Timestamp(i64::MIN), String::new()));
    let later = traces::start_at.gt(at).or(traces::start_at.eq(at).and(traces::trace_id.gt(id)));
    Ok(traces::table
        .filter(traces::project.eq(project))
        .filter(traces::start_at.lt(before))
        .filter(traces::end_at.lt(before))
        .filter(traces::last_arrival_at.lt(before))
        .filter(later)
        .order((traces::start_at.asc(), traces::trace_id.asc()))
        .limit(limit)
        .select((traces::start_at, traces::trace_id))
        .load(conn)?)
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
