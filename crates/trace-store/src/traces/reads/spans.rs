//! What a tree needs of a trace's observations, and nothing more: a trace may have tens of thousands.

use std::collections::HashSet;

use diesel::prelude::*;

use crate::db::schema::{observations, traces};
use crate::db::{AnyConnection, each};
use crate::foundation::{ProjectKey, Result, Timestamp};
use trace_model::TokenCounts;

use super::listing::{self, From, ListFilter};

/// One line of a tree.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable)]
#[diesel(table_name = observations)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct SpanRow {
    pub observation_id: String,
    /// The observation it hangs from; that one may never have arrived.
    pub parent_id: Option<String>,
    /// `SPAN`, `GENERATION`, ...
    pub kind: String,
    pub name: Option<String>,
    /// Start; unknown when only an update came.
    pub start_at: Option<Timestamp>,
    pub end_at: Option<Timestamp>,
    /// When the first token came.
    pub first_token_at: Option<Timestamp>,
    /// `DEBUG`, `DEFAULT`, `WARNING`, `ERROR`.
    pub level: String,
    /// The model that answered.
    pub model: Option<String>,
}

impl SpanRow {
    /// Microseconds from start to end.
    pub fn duration(&self) -> Option<i64> {
        Some(self.end_at?.micros_since(self.start_at?).max(0))
    }
}

/// The tree's columns of every observation of a trace, by start; those without a start last.
pub fn spans(conn: &mut AnyConnection, project: ProjectKey, trace_id: &str) -> Result<Vec<SpanRow>> {
    let mut rows: Vec<SpanRow> = observations::table
        .filter(observations::project.eq(project))
        .filter(observations::trace_id.eq(trace_id))
        .select(SpanRow::as_select())
        .load(conn)?;
    rows.sort_by(|a, b| {
        let key = |row: &SpanRow| (row.start_at.is_none(), row.start_at);
        key(a).cmp(&key(b)).then_with(|| a.observation_id.cmp(&b.observation_id))
    });
    Ok(rows)
}

/// The counters of one call.
#[derive(Queryable, Selectable)]
#[diesel(table_name = observations)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
struct Counted {
    uncached_input: i64,
    cached_read: i64,
    cache_write: i64,
    output_tokens: i64,
    reasoning: i64,
}

/// The five counters of a whole trace, each token once.
pub fn token_sums(conn: &mut AnyConnection, project: ProjectKey, trace_id: &str) -> Result<TokenCounts> {
    use observations as o;
    let any =
        o::uncached_input.gt(0).or(o::cached_read.gt(0)).or(o::cache_write.gt(0)).or(o::output_tokens.gt(0));
    let calls: Vec<Counted> = o::table
        .filter(o::project.eq(project))
        .filter(o::trace_id.eq(trace_id))
        .filter(o::counted.eq(true))
        .filter(any.or(o::reasoning.gt(0)))
        .select(Counted::as_select())
        .load(conn)?;
    Ok(calls.into_iter().fold(TokenCounts::default(), |sum, call| TokenCounts {
        uncached_input: sum.uncached_input.saturating_add(call.uncached_input),
        cached_read: sum.cached_read.saturating_add(call.cached_read),
        cache_write: sum.cache_write.saturating_add(call.cache_write),
        output: sum.output.saturating_add(call.output_tokens),
        reasoning: sum.reasoning.saturating_add(call.reasoning),
    }))
}

/// How many calls of a model in a trace say nothing of tokens.
pub fn silent_calls(conn: &mut AnyConnection, project: ProjectKey, trace_id: &str) -> Result<i64> {
    use observations as o;
    Ok(each!(conn, |c| o::table
        .filter(o::project.eq(project))
        .filter(o::trace_id.eq(trace_id))
        .filter(o::kind.eq_any(["GENERATION", "EMBEDDING"]))
        .filter(o::usage_convention.is_null())
        .count()
        .get_result(c))?)
}

/// Those of some traces of which nobody said how many tokens they took: their sum is unknown, not zero.
pub fn without_usage<'a>(
    conn: &mut AnyConnection,
    project: ProjectKey,
    rows: impl IntoIterator<Item = &'a super::TraceRow>,
) -> Result<HashSet<String>> {
    use observations as o;
    let empty = rows.into_iter().filter(|row| row.total_tokens == 0);
    let mut ids: HashSet<String> = empty.map(|row| row.trace_id.clone()).collect();
    if ids.is_empty() {
        return Ok(ids);
    }
    let told: Vec<String> = each!(conn, |c| o::table
        .filter(o::project.eq(project))
        .filter(o::trace_id.eq_any(ids.iter().map(String::as_str)))
        .filter(o::usage_known.gt(0))
        .select(o::trace_id)
        .distinct()
        .load(c))?;
    for id in &told {
        ids.remove(id);
    }
    Ok(ids)
}

/// The row of the price table that a cost was reckoned with; none when the client gave the cost.
pub fn price_of(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    observation_id: &str,
) -> Result<Option<String>> {
    let found: Option<Option<String>> = observations::table
        .find((project, trace_id, observation_id))
        .select(observations::price)
        .first(conn)
        .optional()?;
    Ok(found.flatten())
}

/// Other traces of the same session or, among the newest, of the same name: what one may be compared with.
pub fn alike(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace: &super::TraceRow,
    limit: i64,
) -> Result<Vec<super::TraceRow>> {
    let mut found: Vec<super::TraceRow> = Vec::new();
    let others = || {
        traces::table
            .filter(traces::project.eq(project))
            .filter(traces::trace_id.ne(&trace.trace_id))
            .select(super::TraceRow::as_select())
            .order((traces::start_at.desc(), traces::trace_id.desc()))
            .limit(limit)
    };
    if let Some(session) = &trace.session_id {
        found.extend(others().filter(traces::session_id.eq(session)).load(conn)?);
    }
    if let Some(name) = &trace.name {
        // Names have no index; a rare one would be looked for in all that is stored.
        let floor = listing::floor(conn, project, &ListFilter::default(), &From::Top)?;
        let newest = traces::start_at.ge(floor.unwrap_or(Timestamp(i64::MIN)));
        let same: Vec<super::TraceRow> = others().filter(traces::name.eq(name)).filter(newest).load(conn)?;
        found.extend(
            same.into_iter().filter(|row| row.session_id.is_none() || row.session_id != trace.session_id),
        );
    }
    found.truncate(usize::try_from(limit).unwrap_or_default());
    Ok(found)
}
