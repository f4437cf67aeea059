//! One order: as JSON or as Markdown, and in short how it stands.

use actix_web::HttpResponse;
use actix_web::http::header::{ACCEPT, ETAG, VARY};
use serde_json::json;

use super::accept::{As, accepted};
use super::call::{Call, json_at};
use super::operations::{Operation, Operations};
use super::orders::MARKDOWN;
use super::refusal::{Answer, Refused};
use crate::bundle::actions::hand_out;
use crate::bundle::events::Form;
use crate::db::AnyConnection;
use crate::foundation::Action;
use crate::shapes::{
    AssigneeView, HoldView, HoldWord, MoveView, NextView, OrderView, StandingView, StatusWord, moment,
};
use crate::web::Access;
use crate::work_orders::lifecycle::{Offer, legal_targets, waits_for};
use crate::work_orders::model::{Order, Target};
use crate::work_orders::reads::{self, Progress};
use crate::work_orders::signing::written::render;

/// Registers the operations.
pub fn operations(all: &mut Operations<'_>) {
    let view = Access::May(Action::ViewOrders);
    let show = Operation::get("/api/v1/orders/{number}", "Orders", "getOrder", "Read an order")
        .about(
            "With `Accept: application/json` the whole order: plan, state, ticks, record. With `Accept: text/markdown` its document, as \
             the page hands it out: what came from a file and was not changed comes out byte for byte. That a copy was handed out is \
             recorded.",
        )
        .gives::<OrderView>(200, "The order.")
        .gives_kinds(200, "The order.", vec![(MARKDOWN, json!({ "type": "string" }))])
        .refuses(&[406])
        .tagged();
    all.add(show, view, self::show);
    let standing = Operation::get("/api/v1/orders/{number}/status", "Orders", "getStatus", "Read how an order stands")
        .about("In short: state, progress, the part to do now, and the moves that are theirs with what stands in the way.")
        .gives::<StandingView>(200, "How it stands.")
        .tagged();
    all.add(standing, view, self::standing);
}

/// GET `/api/v1/orders/{number}`.
pub async fn show(call: Call) -> Answer {
    call.query(&[])?;
    let order = call.order().await?;
    let form = accepted(call.header(ACCEPT.as_str()), MARKDOWN);
    let form = form.ok_or_else(|| Refused::not_given("application/json or text/markdown"))?;
    if form == As::Other {
        return markdown(&call, &order).await;
    }
    let mut response = json_at(order.version, &OrderView::from(&order))?;
    response.headers_mut().insert(VARY, actix_web::http::header::HeaderValue::from_static("Accept"));
    Ok(response)
}

async fn markdown(call: &Call, order: &Order) -> Answer {
    hand_out(call.app(), &call.who, &order.id, Form::Markdown).await?;
    let (project, id) = (call.who.project, order.id.clone());
    let read = move |conn: &mut AnyConnection| {
        let events = reads::history(conn, project, &id, None)?;
        render(&reads::fold_events(&events)?, &events)
    };
    let text = call.app().db.read(read).await?;
    Ok(HttpResponse::Ok()
        .content_type("text/markdown; charset=utf-8")
        .insert_header((ETAG, format!("\"{}\"", order.version)))
        .insert_header((VARY, "Accept"))
        .body(text))
}

/// GET `/api/v1/orders/{number}/status`.
pub async fn standing(call: Call) -> Answer {
    call.query(&[])?;
    let (service, who, number) = (call.orders.clone(), call.who.clone(), call.number());
    let read = move |conn: &mut AnyConnection| {
        let row = reads::visible(conn, &who, &number)?;
        let order = reads::load(conn, who.project, &row.order_id, None)?;
        let facts = service.facts(conn, who.project, &order, &who.actor)?;
        let moves = legal_targets(&order, &who, &facts);
        let waits = if moves.is_empty() { waits_for(&order, &who, &facts) } else { Vec::new() };
        Ok((order, moves, waits))
    };
    let (order, moves, waits_for) = call.app().db.read(read).await?;
    json_at(order.version, &StandingView { waits_for, ..standing_of(&order, moves, call.who.id()) })
}

fn standing_of(order: &Order, moves: Vec<Offer>, account: &str) -> StandingView {
    StandingView {
        number: order.number.to_string(),
        title: order.title.clone(),
        status: StatusWord(order.status),
        version: order.version,
        progress: Progress::of(order).into(),
        assignee: order.assignee.as_ref().map(AssigneeView::from),
        is_mine: order.is_assigned_to(account) || order.delegation.is_held_by(account),
        hold: order.hold.as_ref().map(|hold| HoldView {
            code: HoldWord(hold.code),
            reason: hold.reason.clone(),
            since: moment(hold.since),
        }),
        next: next(order),
        must_read_safety: !order.safety.notes.is_empty() && !order.safety.is_acknowledged_by(account),
        moves: moves.into_iter().map(MoveView::from).collect(),
        waits_for: Vec::new(),
    }
}

/// The first part that is asked and open: what is required first.
fn next(order: &Order) -> Option<NextView> {
    let open = order.steps.iter().filter(|step| step.is_open()).flat_map(|step| {
        let items = step.asked_items().filter(|item| !item.is_settled());
        let items = items.map(|item| {
            let target = Target::Item(item.id.clone());
            (step.required && item.required, target, item.text.clone(), item.asks.kind.as_str())
        });
        let whole = step
            .items
            .is_empty()
            .then(|| (step.required, Target::Step(step.id.clone()), step.title.clone(), "tick"));
        items.chain(whole).collect::<Vec<_>>()
    });
    let (_, target, text, asks) = open.min_by_key(|(required, ..)| !*required)?;
    let place = order.reference(&target).unwrap_or_default();
    Some(NextView {
        place: place.rsplit('/').next().unwrap_or_default().to_owned(),
        target: target.to_string(),
        text,
        asks: asks.to_owned(),
    })
}
