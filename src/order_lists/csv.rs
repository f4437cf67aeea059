//! The list of orders as CSV: for tables, with the same right as the page.

use actix_web::web::{Data, Query};

use super::filters::Asked;
use crate::db::AnyConnection;
use crate::foundation::Timestamp;
use crate::state::App;
use crate::web::zone::Reading;
use crate::web::{Principal, WebResult, csv};
use crate::work_orders::reads::OrderRow;
use crate::work_orders::reads::sorted::page;

/// Rows of one file; its link says so, and its name where there are more.
pub(super) const ROWS: usize = 10_000;
/// In microseconds.
const MINUTE: i64 = 60_000_000;
const DAY: i64 = 86_400_000_000;

/// GET `/work-orders.csv`: the list with the filters and in the order of its page.
pub async fn show(app: Data<App>, who: Principal, query: Query<Vec<(String, String)>>) -> WebResult {
    let (asked, project) = (Asked::read(&query)?, who.project);
    let (filter, sort) = (asked.filter(&who, app.now())?, asked.sort);
    let read = move |conn: &mut AnyConnection| page(conn, project, &filter, sort, None, ROWS);
    let found = app.db.read(read).await?;
    let cut = format!("work-orders-first-{ROWS}.csv");
    let name = if found.next.is_some() { cut.as_str() } else { "work-orders.csv" };
    Ok(csv::download(name, csv::table(&HEAD, found.rows.iter().map(cells))?))
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
        row.due_at.map(due).unwrap_or_default(),
        row.created_at.to_rfc3339(),
        row.updated_at.to_rfc3339(),
    ];
    let counts = [row.steps_done, row.steps, row.items_done, row.items, row.steps_failed];
    words.into_iter().chain(counts.iter().map(i64::to_string)).collect()
}

/// As pages write it, from the first moment that is too late: a day is the day that ends there, anything else its last minute, in UTC.
fn due(until: Timestamp) -> String {
    if until.0.rem_euclid(DAY) == 0 {
        return Reading::default().due_day(until).to_string();
    }
    Timestamp(until.0.saturating_sub(1).div_euclid(MINUTE).saturating_mul(MINUTE)).to_rfc3339()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_as_the_day_that_it_is_and_a_moment_as_its_minute() {
        for (until, written) in [
            ("2026-12-05T00:00:00Z", "2026-12-04"),
            ("2027-01-01T00:00:00Z", "2026-12-31"),
            ("2026-12-04T14:01:00Z", "2026-12-04T14:00:00.000000Z"),
        ] {
            assert_eq!(due(Timestamp::parse_rfc3339(until).unwrap()), written, "{until}");
        }
    }
}
