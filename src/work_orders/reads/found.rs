//! Orders looked for across the whole project: by number, and by words among those that changed last.

use diesel::prelude::*;

use super::sorted::arms;
use super::{Filter, OrderRow};
use crate::db::AnyConnection;
use crate::db::schema::orders;
use crate::foundation::{Error, ProjectKey, Result, Timestamp};

/// The orders that were found among those that changed last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Newest {
    /// The one that changed last first.
    pub rows: Vec<OrderRow>,
    /// Whether more of them fit.
    pub has_more: bool,
    /// Since when the orders changed that were looked at; none where all were.
    pub looked_back_to: Option<Timestamp>,
}

/// The orders with these numbers, the newest number last.
pub fn numbered(conn: &mut AnyConnection, project: ProjectKey, numbers: &[String]) -> Result<Vec<OrderRow>> {
    let rows = orders::table.filter(orders::project.eq(project)).filter(orders::number.eq_any(numbers));
    Ok(rows.order(orders::number.asc()).select(OrderRow::as_select()).load(conn)?)
}

/// Up to `limit` orders of a filter among the `among` that changed last: words that stand in few orders are looked for no further, so that a
/// project of any size answers alike. The list with the same words looks at all of them.
pub fn newest(
    conn: &mut AnyConnection,
    project: ProjectKey,
    filter: &Filter,
    among: i64,
    limit: usize,
) -> Result<Newest> {
    let by_change = || (orders::updated_at.desc(), orders::order_id.desc());
    let beyond = orders::table.filter(orders::project.eq(project)).order(by_change());
    // Found in the index alone.
    let looked_back_to: Option<Timestamp> =
        beyond.offset(among).select(orders::updated_at).first(conn).optional()?;
    let most = i64::try_from(limit.saturating_add(1)).map_err(Error::internal)?;
    let mut rows: Vec<OrderRow> = Vec::new();
    for arm in arms(project, filter) {
        let arm = match looked_back_to {
            Some(end) => arm.filter(orders::updated_at.gt(end)),
            None => arm,
        };
        rows.extend(arm.order(by_change()).limit(most).select(OrderRow::as_select()).load::<OrderRow>(conn)?);
    }
    rows.sort_by(|one, other| (other.updated_at, &other.order_id).cmp(&(one.updated_at, &one.order_id)));
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    Ok(Newest { rows, has_more, looked_back_to })
}
