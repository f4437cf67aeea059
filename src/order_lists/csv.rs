//! The list of orders as CSV: for tables, with the same right as the page.

use actix_web::web::{Data, Query};

use super::filters::Asked;
use crate::db::AnyConnection;
use crate::foundation::Timestamp;
use crate::state::App;
use crate::web::{Principal, WebResult, csv};
use crate::work_orders::reads::OrderRow;
use crate::work_orders::reads::sorted::page;

/// Rows of one file; the list says so where there are more.
const ROWS: usize = 10_000;

/// GET `/work-orders.csv`: the list with the filters and in the order of its page.
pub async fn show(app: Data<App>, who: Principal, query: Query<Vec<(String, String)>>) -> WebResult {
    let (asked, project) = (Asked::read(&query)?, who.project);
    let (filter, sort) = (asked.filter(&who, app.now())?, asked.sort);
    let read = move |conn: &mut AnyConnection| page(conn, project, &filter, sort, None, ROWS);
    let rows = app.db.read(read).await?.rows;
    Ok(csv::download("work-orders.csv", csv::table(&HEAD, rows.iter().map(cells))?))
}

const HEAD: [&str; 17] = [
    "number",
    "title",
    "type",
    "status",
    "priority",
    "assignee",
    "assignee_code",
    "asset",
    "asset_tag",
    "due",
    "created",
    "changed",
    "steps_done",
    "steps",
    "items_done",
    "items",
    "steps_failed",
];

fn cells(row: &OrderRow) -> Vec<String> {
    let words = [
        row.number.clone(),
        row.title.clone(),
        row.order_type.clone(),
        row.status().as_str().to_owned(),
        row.priority().as_str().to_owned(),
        row.assignee(),
        row.assignee_code.clone(),
        row.asset_name.clone(),
        row.asset_tag.clone(),
        row.due_at.map(Timestamp::to_rfc3339).unwrap_or_default(),
        row.created_at.to_rfc3339(),
        row.updated_at.to_rfc3339(),
    ];
    let counts = [row.steps_done, row.steps, row.items_done, row.items, row.steps_failed];
    words.into_iter().chain(counts.iter().map(i64::to_string)).collect()
}
