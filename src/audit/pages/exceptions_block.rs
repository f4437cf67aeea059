//! Exceptions as a block of the order's page; nothing when there are none.

use askama::Template;

use crate::audit::exceptions::reads::{self, ExceptionRow, Filter};
use crate::db::AnyConnection;
use crate::foundation::{Error, ProjectKey, Result, Timestamp};
use crate::work_orders::model::Order;

#[derive(Template)]
#[template(path = "audit/exceptions_block.html")]
struct Block {
    number: String,
    rows: Vec<ExceptionRow>,
    open: usize,
}

/// The block of one order, as things stood at a moment; `None` when there is nothing to say.
pub fn html(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order: &Order,
    until: Timestamp,
) -> Result<Option<String>> {
    let filter = Filter { open: None, order_id: Some(order.id.clone()) };
    let mut rows = reads::list(conn, project, &filter)?;
    rows.retain(|row| row.opened_at <= until);
    for row in rows.iter_mut().filter(|row| row.resolved_at.is_some_and(|at| at > until)) {
        row.resolved_at = None;
        row.resolved_name = None;
    }
    if rows.is_empty() {
        return Ok(None);
    }
    let open = rows.iter().filter(|row| row.resolved_at.is_none()).count();
    let block = Block { number: order.number.to_string(), rows, open };
    block.render().map(Some).map_err(Error::internal)
}
