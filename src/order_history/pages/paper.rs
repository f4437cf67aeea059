//! GET `/work-orders/{number}/history/print`: the lines that were asked for on paper. That they were handed out is recorded.

use actix_web::HttpRequest;
use actix_web::web::{self, Data, Path};
use askama::Template;

use super::Record;
use crate::bundle::actions::hand_out;
use crate::bundle::events::Form;
use crate::order_history::text::Html;
use crate::order_history::trail::{Query, Trail};
use crate::state::App;
use crate::web::format::Time;
use crate::web::page::show as show_page;
use crate::web::zone::Reading;
use crate::web::{Principal, Shell, WebResult};

/// Lines that are printed; the page says so where there are more.
const LINES: usize = 2_000;

#[derive(Template)]
#[template(path = "work_orders/history/paper.html")]
struct PaperPage {
    shell: Shell,
    number: String,
    title: String,
    version: i64,
    trail: Trail,
    printed: Html,
    by: String,
    /// Which copy this is, from 1.
    copy: i64,
    zone: String,
}

/// The page, narrowed as the history itself.
pub(in crate::order_history) async fn show(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    number: Path<String>,
    query: web::Query<Query>,
) -> WebResult {
    let record = Record::read(&app, &who, &number, &query).await?;
    let trail = record.trail(&query, LINES)?;
    let copy = hand_out(&app, &who, &record.order.id, Form::History).await?;
    let number = record.order.number.to_string();
    show_page(&PaperPage {
        shell: Shell::of(&request, format!("History of {number}"), "work-orders"),
        number,
        title: record.order.title,
        version: record.order.version,
        trail,
        printed: Html::time(&Time::dated(record.now)),
        by: who.actor.name.clone(),
        copy,
        zone: Reading::current().zone_name(),
    })
}
