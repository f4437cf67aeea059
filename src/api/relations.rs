//! How orders hang together, and follow-up orders.

use actix_web::http::Method;
use actix_web::web::Payload;
use serde_json::json;

use super::call::{Call, json};
use super::find::part_of;
use super::operations::{Operation, Operations};
use super::orders::told;
use super::paging::cut;
use super::query::{AFTER, LIMIT, Param};
use super::refusal::Answer;
use crate::foundation::{Action, Error};
use crate::shapes::{
    MadeOrderView, NewFollowUp, NewRelation, ReceiptView, RelationPage, RelationView, due_of,
};
use crate::web::Access;
use crate::work_orders::actions::follow_up::{Asked, follow_up};
use crate::work_orders::actions::relate::{relate, unrelate};
use crate::work_orders::model::RelationKind;

const PAGED: [Param; 2] = [LIMIT, AFTER];
const RELATIONS: &str = "/api/v1/orders/{number}/relations";

/// Registers the operations.
pub fn operations(all: &mut Operations<'_>) {
    let list =
        Operation::get(RELATIONS, "Record", "listRelations", "Read how an order hangs together with others")
            .asks(&PAGED)
            .gives::<RelationPage>(200, "A page of them.");
    all.add(list, Access::May(Action::ViewOrders), show);
    let new =
        Operation::post(RELATIONS, "Record", "relateOrder", "Say how an order hangs together with another")
            .about("Both carry it. Whoever says so may see the other order.")
            .takes::<NewRelation>(json!({ "kind": "blocked_by", "number": "WO-2026-002" }))
            .gives::<ReceiptView>(200, "Related.");
    all.add(new, Access::May(Action::EditPlan), add);
    let gone = Operation::change(
        Method::DELETE,
        "/api/v1/orders/{number}/relations/{kind}/{other}",
        "Record",
        "unrelateOrder",
        "Take a relation back, on both sides",
    )
    .about("What only a follow-up or a split makes stays.")
    .gives::<ReceiptView>(200, "Taken back.");
    all.add(gone, Access::May(Action::EditPlan), take_back);
    let next = Operation::post(
        "/api/v1/orders/{number}/follow-ups",
        "Orders",
        "followUp",
        "Open a follow-up order for what a step left",
    )
    .about("A draft with the open items of the step. Also of an order that is closed.")
    .takes::<NewFollowUp>(json!({ "about": "2", "title": "Replace the second seal", "priority": "medium" }))
    .gives::<MadeOrderView>(201, "The order was made.");
    all.add(next, Access::May(Action::CreateDraft), open);
}

/// GET `/api/v1/orders/{number}/relations`.
pub async fn show(call: Call) -> Answer {
    let query = call.query(&PAGED)?;
    let order = call.order().await?;
    let all: Vec<RelationView> = order.relations.iter().map(RelationView::from).collect();
    let (data, next) = cut(all, &query, |relation| format!("{} {}", relation.kind, relation.number))?;
    json(&RelationPage { data, next })
}

/// POST `/api/v1/orders/{number}/relations`.
pub async fn add(call: Call, payload: Payload) -> Answer {
    call.query(&[])?;
    call.once(payload, |call, new: NewRelation| async move {
        let id = call.order_id().await?;
        let number = new.number.trim().to_uppercase();
        let events = relate(&call.orders, &call.who, &id, new.kind.0, number).await?;
        call.receipt(&id, &events).await
    })
    .await
}

/// DELETE `/api/v1/orders/{number}/relations/{kind}/{other}`.
pub async fn take_back(call: Call) -> Answer {
    call.query(&[])?;
    let order = call.order().await?;
    let missing = || Error::not_found("this relation");
    let kind = RelationKind::read(&call.part("kind")).ok_or_else(missing)?;
    let other = call.part("other").trim().to_uppercase();
    let known = order.relations.iter().find(|it| it.kind == kind && it.number.as_str() == other);
    let other = known.ok_or_else(missing)?.order.clone();
    let events = unrelate(&call.orders, &call.who, &order.id, kind, other).await?;
    Ok(call.receipt(&order.id, &events).await?.into())
}

/// POST `/api/v1/orders/{number}/follow-ups`.
pub async fn open(call: Call, payload: Payload) -> Answer {
    call.query(&[])?;
    call.once(payload, |call, new: NewFollowUp| async move {
        let order = call.order().await?;
        let asked = Asked {
            about: part_of(&order, "about", &new.about)?,
            title: new.title,
            priority: new.priority.map(|word| word.0).unwrap_or_default(),
            due: due_of(new.due.as_deref()),
            note: new.note,
        };
        let made = follow_up(&call.orders, &call.who, &order.id, asked).await?;
        told(made.number.as_str(), true)
    })
    .await
}
