//! GET `/work-orders/{number}/history`: all that happened, page by page.

use actix_web::HttpRequest;
use actix_web::web::{self, Data, Path};
use askama::Template;

use super::Record;
use crate::order_history::trail::{Chip, Query, Trail};
use crate::state::App;
use crate::web::page::show as show_page;
use crate::web::{Principal, Shell, WebResult};

/// Lines of one page.
const LINES: usize = 100;

#[derive(Template)]
#[template(path = "work_orders/history/page.html")]
struct HistoryPage {
    shell: Shell,
    number: String,
    title: String,
    trail: Trail,
}

/// The page; `who`, `part`, `kind` (a kind or a group of them), `since` and `until` narrow it, `order=oldest` turns it round, `after` goes on.
pub(in crate::order_history) async fn show(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    number: Path<String>,
    query: web::Query<Query>,
) -> WebResult {
    let record = Record::read(&app, &who, &number, &query).await?;
    let trail = record.trail(&query, LINES)?;
    let number = record.order.number.to_string();
    show_page(&HistoryPage {
        shell: Shell::of(&request, format!("History of {number}"), "work-orders"),
        number,
        title: record.order.title,
        trail,
    })
}

impl HistoryPage {
    /// The same lines elsewhere: another form of them, another page, the other order.
    fn address(&self, form: &str, query: &str) -> String {
        let address = format!("/work-orders/{}/history{form}", self.number);
        if query.is_empty() { address } else { format!("{address}?{query}") }
    }

    fn next(&self) -> Option<String> {
        self.trail.next.map(|place| self.address("", &self.trail.with("after", &place.to_string())))
    }

    /// The history from its other end.
    fn turned(&self) -> String {
        if self.trail.is_oldest_first {
            self.address("", &self.trail.query)
        } else {
            self.address("", &self.trail.with("order", "oldest"))
        }
    }

    /// The same lines on paper.
    fn print(&self) -> String {
        self.address("/print", &self.trail.with("", ""))
    }

    /// The same lines as a table.
    fn csv(&self) -> String {
        self.address(".csv", &self.trail.with("", ""))
    }

    fn without(&self, chip: &Chip) -> String {
        self.address("", &chip.rest)
    }
}
