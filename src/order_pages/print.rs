//! The order on paper: everything unfolded, no buttons, secrets masked.

use actix_web::{HttpRequest, web};
use askama::Template;

use super::act::Act;
use super::document::{self, Flow, PartView};
use super::gathered::Gathered;
use super::order::{Sheet, criteria, gathered_of};
use super::record::{self, EntryView, SafetyView};
use super::rows::RowView;
use super::text::Html;
use super::trail::{self, Query, Trail};
use crate::web::format::Time;
use crate::web::page::show as show_page;
use crate::web::{Shell, WebResult};

#[derive(Template)]
#[template(path = "work_orders/print.html")]
struct PrintPage {
    shell: Shell,
    sheet: Sheet,
    flow: Vec<Flow>,
    criteria: Vec<RowView>,
    safety: Option<SafetyView>,
    log: Vec<EntryView>,
    comments: Vec<EntryView>,
    gathered: Gathered,
    trail: Trail,
    printed: Html,
}

/// Lines of the history that are printed.
const HISTORY: usize = 1_000;

/// GET `/work-orders/{number}/print`; `who`, `part`, `kind`, `since` and `until` narrow the history.
pub async fn show(request: HttpRequest, act: Act, query: web::Query<Query>) -> WebResult {
    let view = act.view(None).await?;
    let mut log = record::log(&view);
    log.reverse();
    let gathered = gathered_of(&act, &view).await?;
    show_page(&PrintPage {
        shell: Shell::of(&request, view.order.number.to_string(), "work-orders"),
        sheet: Sheet::of(&view),
        flow: document::flow(&view),
        criteria: criteria(&view),
        safety: record::safety(&view),
        log,
        comments: record::comments(&view),
        gathered,
        trail: trail::of(&view, &query, HISTORY)?,
        printed: Html::time(&Time::dated(view.now)),
    })
}
