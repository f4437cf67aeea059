//! The list of traces: filters, order, pages; every question bounded in the rows it reads.
//!
//! User, session, errors and time have indexes. The other filters are looked up in the newest [`MOST_LOOKED_AT`] traces
//! of the time asked for; the page says where it stopped, and the next one goes on from there.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::db::schema::traces;
use crate::db::sql::Sql;
use crate::db::{AnyConnection, each};
use crate::fields::{Condition, Entity, Field, NEWEST};
use crate::foundation::page::Cursor;
use crate::foundation::{ProjectKey, Result, Timestamp};

use super::TraceRow;

/// Traces that one page looks at when a filter has no index.
pub const MOST_LOOKED_AT: i64 = 20_000;

/// Tags that one question may name.
pub const MOST_TAGS: usize = 4;

/// Which traces to list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListFilter {
    /// All of these hold.
    pub conditions: Vec<Condition>,
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
        self.conditions.iter().all(|one| INDEXED.contains(&one.field.name)) && self.arrived.0.is_none()
    }

    fn sql(&self, project: ProjectKey) -> Sql {
        let mut all: Vec<Sql> =
            self.conditions.iter().filter_map(|one| one.sql(project, Entity::Traces)).collect();
        let moments = [
            ("traces.start_at >= ", self.from),
            ("traces.start_at < ", self.to),
            ("traces.first_arrival_at > ", self.arrived.0),
            ("traces.first_arrival_at <= ", self.arrived.1),
        ];
        all.extend(moments.into_iter().filter_map(|(sql, at)| Some(Sql::new(sql).whole(at?.0))));
        Sql::all(all)
    }
}

/// Fields whose conditions an index answers in the order of starts.
const INDEXED: [&str; 3] = ["userId", "sessionId", "hasErrors"];

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

/// A page of the list: the newest first, or those with the most of some field.
pub fn page(
    conn: &mut AnyConnection,
    project: ProjectKey,
    filter: &ListFilter,
    most_of: Option<&Field>,
    from: &From,
    limit: i64,
) -> Result<Page> {
    let mut filter = filter.clone();
    let mut looked_back_to = None;
    if !filter.is_indexed() || most_of.is_some() {
        looked_back_to = floor(conn, project, &filter, from)?;
        filter.from = filter.from.max(looked_back_to);
    }
    let order = most_of.and_then(|field| field.order_sql(true)).unwrap_or_else(|| NEWEST.to_owned());
    let mut rows: Vec<TraceRow> = each!(conn, |c| {
        let mut query = traces::table
            .filter(traces::project.eq(project))
            .filter(filter.sql(project))
            .select(TraceRow::as_select())
            .into_boxed();
        if let From::Below(after) = from {
            let same = traces::start_at.eq(after.at).and(traces::trace_id.lt(&after.id));
            // The first condition is the index's; the second tells rows of one moment apart.
            query = query.filter(traces::start_at.le(after.at));
            query = query.filter(traces::start_at.lt(after.at).or(same));
        }
        if let From::Skip(rows) = from {
            query = query.offset(*rows);
        }
        query.order(sql::<Text>(&order)).limit(limit + 1).load(c)
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
        found.extend(each!(conn, |c| traces::table
            .filter(traces::project.eq(project))
            .filter(traces::trace_id.eq_any(chunk.iter().copied()))
            .filter(filter.sql(project))
            .select(TraceRow::as_select())
            .load(c))?);
    }
    Ok(found)
}
