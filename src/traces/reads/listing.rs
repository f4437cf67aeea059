//! The list of traces: filters, order, pages; every question bounded in the rows it reads.
//!
//! User, session, errors and time have indexes. The other filters are looked up in the newest [`MOST_LOOKED_AT`] traces
//! of the time asked for; the page says where it stopped, and the next one goes on from there.

use diesel::dsl::{exists, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};

use crate::db::schema::{scores, traces};
use crate::db::{AnyConnection, each};
use crate::foundation::page::Cursor;
use crate::foundation::{ProjectKey, Result, Timestamp};

use super::{Clause, TraceRow, containing};

/// Traces that one page looks at when a filter has no index.
pub const MOST_LOOKED_AT: i64 = 20_000;

/// Tags that one question may name.
pub const MOST_TAGS: usize = 4;

/// Which traces to list; absent fields leave all in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListFilter {
    /// Text in the name.
    pub name: Option<String>,
    /// Exactly this user.
    pub user: Option<String>,
    /// Exactly this session.
    pub session: Option<String>,
    /// Exactly this environment.
    pub environment: Option<String>,
    /// Exactly this release of the client's program.
    pub release: Option<String>,
    /// Exactly this version of the client's program.
    pub version: Option<String>,
    /// Text in the names of its models.
    pub model: Option<String>,
    /// Tags it has.
    pub tags: Vec<String>,
    /// Whether one of the tags is enough.
    pub any_tag: bool,
    /// Exactly this worst level.
    pub level: Option<String>,
    /// Only traces with errors.
    pub errors: bool,
    /// Only traces with a call of a model.
    pub llm: bool,
    /// Microseconds from start to end, at least and at most.
    pub duration: (Option<i64>, Option<i64>),
    /// Tokens, at least and at most.
    pub tokens: (Option<i64>, Option<i64>),
    /// Cost in nano-dollars, at least and at most.
    pub cost: (Option<i64>, Option<i64>),
    /// A score by name, with its numeric value at least and at most.
    pub score: Option<(String, Option<f64>, Option<f64>)>,
    /// Started at or after.
    pub from: Option<Timestamp>,
    /// Started before.
    pub to: Option<Timestamp>,
    /// First stored after, and at or before: what live pages add.
    pub arrived: (Option<Timestamp>, Option<Timestamp>),
}

impl ListFilter {
    /// Whether indexes answer everything that is asked.
    fn is_indexed(&self) -> bool {
        let Self { user, session, errors, from, to, arrived, .. } = self.clone();
        let plain = Self { user, session, errors, from, to, arrived: (None, arrived.1), ..Self::default() };
        *self == plain
    }
}

/// The order of the list, always the most first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Newest start.
    #[default]
    Start,
    /// Longest.
    Duration,
    /// Dearest.
    Cost,
    /// Most tokens.
    Tokens,
}

/// Where a page begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum From {
    /// At the beginning.
    #[default]
    Top,
    /// Below a row, in the order of start.
    Below(Cursor),
    /// After so many rows, in another order.
    Skip(i64),
}

/// One page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// In the order asked for.
    pub rows: Vec<TraceRow>,
    /// Whether there are more rows.
    pub has_more: bool,
    /// The start of the oldest trace looked at, when there are older ones that were not.
    pub looked_back_to: Option<Timestamp>,
}

/// Adds the conditions of a filter to a boxed query of either database.
macro_rules! filtered {
    ($query:expr, $filter:expr) => {{
        let (mut query, filter): (_, &ListFilter) = ($query, $filter);
        if let Some(name) = &filter.name {
            query = query.filter(holds("traces.name", name));
        }
        if let Some(user) = &filter.user {
            query = query.filter(traces::user_id.eq(user));
        }
        if let Some(session) = &filter.session {
            query = query.filter(traces::session_id.eq(session));
        }
        if let Some(environment) = &filter.environment {
            let unnamed = if environment == "default" { "1 = 1" } else { "1 = 0" };
            let none = traces::environment.is_null().and(sql::<Bool>(unnamed));
            query = query.filter(traces::environment.eq(environment).or(none.nullable()));
        }
        if let Some(release) = &filter.release {
            query = query.filter(traces::release.eq(release));
        }
        if let Some(version) = &filter.version {
            query = query.filter(traces::version.eq(version));
        }
        if let Some(model) = &filter.model {
            query = query.filter(holds("traces.models", model));
        }
        if let Some(level) = &filter.level {
            query = query.filter(traces::level.eq(level));
        }
        if filter.errors {
            query = query.filter(sql::<Bool>("traces.error_count > 0"));
        }
        if filter.llm {
            query = query.filter(traces::llm_count.gt(0));
        }
        if !filter.tags.is_empty() {
            let tags = filter.tags.iter().map(|tag| has_tag(tag)).collect();
            query = query.filter(if filter.any_tag { Clause::any(tags) } else { Clause::all(tags) });
        }
        let took = || sql::<BigInt>("(traces.end_at - traces.start_at)");
        if let Some(least) = filter.duration.0 {
            query = query.filter(took().ge(least));
        }
        if let Some(most) = filter.duration.1 {
            query = query.filter(took().le(most));
        }
        if let Some(least) = filter.tokens.0 {
            query = query.filter(traces::total_tokens.ge(least));
        }
        if let Some(most) = filter.tokens.1 {
            query = query.filter(traces::total_tokens.le(most));
        }
        if let Some(least) = filter.cost.0 {
            query = query.filter(traces::cost_nanos.ge(least));
        }
        if let Some(most) = filter.cost.1 {
            query = query.filter(traces::cost_nanos.le(most));
        }
        if let Some((name, least, most)) = &filter.score {
            // Of the types that have a number, only this one has a range.
            let numeric = || scores::data_type.eq("NUMERIC");
            let of_trace = scores::table
                .filter(scores::project.eq(traces::project))
                .filter(scores::trace_id.eq(traces::trace_id.nullable()))
                .filter(scores::name.eq(name));
            query = match (least, most) {
                (None, None) => query.filter(exists(of_trace)),
                (least, most) => {
                    let (least, most) = (least.unwrap_or(f64::MIN), most.unwrap_or(f64::MAX));
                    let within = scores::number.ge(least).and(scores::number.le(most));
                    query.filter(exists(of_trace.filter(numeric()).filter(within)))
                }
            };
        }
        if let Some(from) = filter.from {
            query = query.filter(traces::start_at.ge(from));
        }
        if let Some(to) = filter.to {
            query = query.filter(traces::start_at.lt(to));
        }
        if let Some(after) = filter.arrived.0 {
            query = query.filter(traces::first_arrival_at.gt(after));
        }
        if let Some(until) = filter.arrived.1 {
            query = query.filter(traces::first_arrival_at.le(until));
        }
        query
    }};
}

/// The column's text has this one in it, in capitals or not: LIKE alone means one thing on SQLite and another on PostgreSQL.
fn holds(column: &'static str, text: &str) -> Clause {
    Clause::new("lower(").sql(column).sql(") LIKE lower(").text(containing(text)).sql(") ESCAPE '\\'")
}

/// A tag stands in the list as a JSON string, quotes and all.
fn has_tag(tag: &str) -> Clause {
    let quoted = serde_json::Value::from(tag).to_string();
    Clause::new("replace(traces.tags, ").text(quoted).sql(", '') <> traces.tags")
}

/// A page of the list.
pub fn page(
    conn: &mut AnyConnection,
    project: ProjectKey,
    filter: &ListFilter,
    sort: Sort,
    from: &From,
    limit: i64,
) -> Result<Page> {
    let mut filter = filter.clone();
    let mut looked_back_to = None;
    if !filter.is_indexed() || sort != Sort::Start {
        looked_back_to = floor(conn, project, &filter, from)?;
        filter.from = filter.from.max(looked_back_to);
    }
    let mut rows: Vec<TraceRow> = each!(conn, |c| {
        let query =
            traces::table.filter(traces::project.eq(project)).select(TraceRow::as_select()).into_boxed();
        let mut query = filtered!(query, &filter);
        if let From::Below(after) = from {
            let same = traces::start_at.eq(after.at).and(traces::trace_id.lt(&after.id));
            // The first condition is the index's; the second tells rows of one moment apart.
            query = query.filter(traces::start_at.le(after.at));
            query = query.filter(traces::start_at.lt(after.at).or(same));
        }
        if let From::Skip(rows) = from {
            query = query.offset(*rows);
        }
        let query = match sort {
            Sort::Start => query.order((traces::start_at.desc(), traces::trace_id.desc())),
            Sort::Duration => query
                .order((sql::<BigInt>("(traces.end_at - traces.start_at)").desc(), traces::trace_id.desc())),
            Sort::Cost => query.order((traces::cost_nanos.desc(), traces::trace_id.desc())),
            Sort::Tokens => query.order((traces::total_tokens.desc(), traces::trace_id.desc())),
        };
        query.limit(limit + 1).load(c)
    })?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = rows.len() > wanted;
    rows.truncate(wanted);
    Ok(Page { rows, has_more, looked_back_to })
}

/// The start of the last trace to look at; none when the time asked for has fewer.
pub(super) fn floor(
    conn: &mut AnyConnection,
    project: ProjectKey,
    filter: &ListFilter,
    from: &From,
) -> Result<Option<Timestamp>> {
    let mut query = traces::table.filter(traces::project.eq(project)).select(traces::start_at).into_boxed();
    if let Some(from) = filter.from {
        query = query.filter(traces::start_at.ge(from));
    }
    if let Some(to) = filter.to {
        query = query.filter(traces::start_at.lt(to));
    }
    if let From::Below(after) = from {
        query = query.filter(traces::start_at.le(after.at));
    }
    Ok(query.order(traces::start_at.desc()).offset(MOST_LOOKED_AT).limit(1).first(conn).optional()?)
}

/// Those of some traces that fit, in no order.
pub fn among(
    conn: &mut AnyConnection,
    project: ProjectKey,
    filter: &ListFilter,
    ids: &[&str],
) -> Result<Vec<TraceRow>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(256) {
        let rows: Vec<TraceRow> = each!(conn, |c| {
            let query = traces::table
                .filter(traces::project.eq(project))
                .filter(traces::trace_id.eq_any(chunk.iter().copied()))
                .select(TraceRow::as_select())
                .into_boxed();
            filtered!(query, filter).load(c)
        })?;
        found.extend(rows);
    }
    Ok(found)
}
