//! The moves of one order, for whoever comes from a list: those that may be made now, then the others with their reasons.
//!
//! What may be done is asked for a single order when its menu is opened: to know it of every card of a board would read the
//! history of each.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, web};
use askama::Template;

use crate::foundation::{Error, Result};
use crate::order_pages::{Act, MoveView, OrderView, back_of, offers, refusals, text};
use crate::web::page::show as show_page;
use crate::web::{Shell, WebResult, see_other};
use crate::work_orders::model::Status;

#[derive(Template)]
#[template(path = "work_orders/board/moves.html")]
struct MovesPage {
    shell: Shell,
    number: String,
    title: String,
    status: &'static str,
    tone: &'static str,
    version: i64,
    free: Vec<MoveView>,
    blocked: Vec<MoveView>,
    /// Words of the other ways, each with why it is not open.
    closed: Vec<(&'static str, String)>,
    /// Why the move that was asked for cannot be made.
    refused: Option<String>,
    /// The list to come back to; empty for none.
    back: String,
    /// The same as the end of an address.
    back_query: String,
}

/// GET `/work-orders/{number}/moves`: `to` names a state, which leads on to the page of that move where it may be made now, as a
/// card does that is dragged to another lane; `back` names the list to come back to.
pub async fn show(request: HttpRequest, act: Act, query: web::Query<BTreeMap<String, String>>) -> WebResult {
    let view = act.view(None).await?;
    let given = |name: &str| query.get(name).map_or("", |value| value.trim());
    let back = back_of(given("back"));
    let back_query = with_back(&back)?;
    let offers = offers(&view);
    let to = Some(given("to")).filter(|to| !to.is_empty()).map(read_status).transpose()?;
    let is_free = |to: Status| offers.iter().any(|it| it.to == to.as_str() && it.blocked.is_none());
    if let Some(to) = to.filter(|to| is_free(*to)) {
        return Ok(see_other(format!("/work-orders/{}/move/{}{back_query}", act.number, to.as_str())));
    }
    let refused = to.map(|to| why_not(&view, &offers, to));
    let (blocked, free): (Vec<MoveView>, Vec<MoveView>) =
        offers.into_iter().partition(|it| it.blocked.is_some());
    show_page(&MovesPage {
        shell: Shell::of(&request, format!("Move {}", view.order.number), "work-orders").in_shop_style(),
        number: view.order.number.to_string(),
        title: view.order.title.clone(),
        status: view.order.status.label(),
        tone: text::tone_of(view.order.status),
        version: view.order.version,
        free,
        blocked,
        closed: refusals(&view).into_iter().map(|(verb, _, why)| (verb, why)).collect(),
        refused,
        back,
        back_query,
    })
}

fn read_status(word: &str) -> Result<Status> {
    Status::read(word).ok_or_else(|| Error::invalid("to", "expected a state such as in_progress"))
}

/// Why the order cannot go there now.
fn why_not(view: &OrderView, offers: &[MoveView], to: Status) -> String {
    let offered = offers.iter().find(|it| it.to == to.as_str()).and_then(|it| it.blocked.clone());
    let refused = || refusals(view).into_iter().find(|(_, state, _)| *state == to.as_str()).map(|it| it.2);
    let no_way = || {
        let from = view.order.status.label().to_lowercase();
        format!("An order that is {from} does not go to {} from there.", to.label().to_lowercase())
    };
    offered.or_else(refused).unwrap_or_else(no_way)
}

fn with_back(back: &str) -> Result<String> {
    if back.is_empty() {
        return Ok(String::new());
    }
    let query = serde_urlencoded::to_string([("back", back)]).map_err(Error::internal)?;
    Ok(format!("?{query}"))
}

impl MovesPage {
    fn way_back(&self) -> String {
        if self.back.is_empty() { format!("/work-orders/{}", self.number) } else { self.back.clone() }
    }
}
