//! Work orders by their address: as Markdown, and as JSON.

use serde_json::{Value, json};

use crate::db::AnyConnection;
use crate::foundation::page::Cursor;
use crate::foundation::{Action, Asker, Error, Result};
use crate::mcp::order_json;
use crate::mcp::tools::{Whoever, visible};
use crate::work_orders::actions::export::export;
use crate::work_orders::reads::{self, Filter, OrderRow};

use super::Content;

/// Orders on a page of the list.
const PAGE: i64 = 50;

pub(super) async fn page(by: &Whoever, after: Option<Cursor>) -> Result<(Vec<Value>, Option<Cursor>)> {
    let read = move |conn: &mut AnyConnection, who: &Asker| {
        who.must_some(Action::ViewOrders)?;
        reads::list(conn, who.project, &Filter::seen_by(who), after.as_ref(), PAGE)
    };
    let rows = by.read(read).await?;
    let is_full = i64::try_from(rows.len()).is_ok_and(|count| count == PAGE);
    let end =
        rows.last().filter(|_| is_full).map(|row| Cursor { at: row.updated_at, id: row.order_id.clone() });
    Ok((rows.iter().map(listed).collect(), end))
}

fn listed(row: &OrderRow) -> Value {
    json!({
        "uri": format!("order://{}", row.number),
        "name": row.number,
        "title": row.title,
        "description": format!("Work order, {}", row.status().label().to_lowercase()),
        "mimeType": "text/markdown",
    })
}

pub(super) async fn read(by: &Whoever, uri: &str, rest: &str) -> Result<Content> {
    let (number, form) = rest.split_once('/').unwrap_or((rest, ""));
    let number = number.to_owned();
    let now = by.orders.app.now();
    let (mime, text) = match form {
        "" => ("text/markdown", {
            let read = move |conn: &mut AnyConnection, who: &Asker| {
                visible(conn, who, &number)?;
                export(conn, who, &number)
            };
            by.read(read).await?
        }),
        "order.json" => {
            let read = move |conn: &mut AnyConnection, who: &Asker| {
                let order = visible(conn, who, &number)?;
                Ok(order_json::whole(&order, who, now).to_string())
            };
            ("application/json", by.read(read).await?)
        }
        _ => return Err(Error::not_found("a resource at this address")),
    };
    Ok(Content { uri: uri.to_owned(), mime, text })
}
