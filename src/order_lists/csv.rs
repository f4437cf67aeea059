//! The list of orders as CSV: for tables, with the same right as the page.

use std::fmt::Write as _;

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::{Data, Query};

use super::filters::Asked;
use crate::db::AnyConnection;
use crate::foundation::{Error, Result, Timestamp};
use crate::state::App;
use crate::web::csv::cell;
use crate::web::{Principal, WebResult};
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
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"work-orders.csv\""))
        .body(table(&rows)?))
}

fn table(rows: &[OrderRow]) -> Result<String> {
    let mut text = String::from(
        "number,title,type,status,priority,assignee,assignee_code,asset,asset_tag,due,created,changed,steps_done,steps,items_done,items,\
         steps_failed\r\n",
    );
    for row in rows {
        let due = row.due_at.map(Timestamp::to_rfc3339).unwrap_or_default();
        let (created, changed) = (row.created_at.to_rfc3339(), row.updated_at.to_rfc3339());
        let words = [
            &row.number,
            &row.title,
            &row.order_type,
            row.status().as_str(),
            row.priority().as_str(),
            &row.assignee_name,
            &row.assignee_code,
            &row.asset_name,
            &row.asset_tag,
            &due,
            &created,
            &changed,
        ];
        let cells: Vec<String> = words.iter().map(|word| cell(word)).collect();
        let counts = [row.steps_done, row.steps, row.items_done, row.items, row.steps_failed];
        let counts: Vec<String> = counts.iter().map(i64::to_string).collect();
        let line = write!(text, "{},{}\r\n", cells.join(","), counts.join(","));
        line.map_err(Error::internal)?;
    }
    Ok(text)
}
