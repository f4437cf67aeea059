//! The plan of an order: read by itself, replaced as a whole, or its head changed word by word.

use actix_web::http::Method;
use actix_web::web::Payload;
use serde_json::json;

use super::call::{Call, json_at};
use super::operations::{Operation, Operations};
use super::refusal::Answer;
use crate::foundation::{Action, Error, Result};
use crate::shapes::{AssetBody, NewHead, NewPlan, PlanBody, ReceiptView, due_of};
use crate::web::Access;
use crate::work_orders::actions::replace_plan::{Due, Head, On, Replacement, replace_plan};
use crate::work_orders::editing::plan_of;
use crate::work_orders::milestones::estimate;

const PATH: &str = "/api/v1/orders/{number}/plan";

/// Registers the operations.
pub fn operations(all: &mut Operations<'_>) {
    let read = Operation::get(PATH, "Orders", "getPlan", "Read the plan of an order")
        .about("As `PUT` takes it back.")
        .gives::<PlanBody>(200, "The plan.")
        .tagged();
    all.add(read, Access::May(Action::ViewOrders), show);
    let example = json!({ "title": "Replace the seal", "document": [
        { "kind": "step", "text": "Replace the seal" },
        { "kind": "item", "text": "Valve 7 is shut" }
    ] });
    let whole = Operation::change(Method::PUT, PATH, "Orders", "replacePlan", "Replace the plan of an order")
        .about(
            "Parts that keep their id keep their ticks; parts without one are new; parts that are left out are gone, which is refused \
             where they carry a record. Whoever sends it names the version it was made from.",
        )
        .takes::<NewPlan>(json!({ "plan": example, "expected_version": 3 }))
        .gives::<ReceiptView>(200, "Done; no events where it says the same.")
        .versioned();
    all.add(whole, Access::May(Action::EditPlan), replace);
    let head =
        Operation::change(Method::PATCH, PATH, "Orders", "changeHead", "Change words of the head of a plan")
            .about("What is left out stays. Whoever sends it names the version it was made from.")
            .takes::<NewHead>(json!({ "priority": "high", "due": "2026-12-04", "expected_version": 3 }))
            .gives::<ReceiptView>(200, "Done; no events where it says the same.")
            .versioned();
    all.add(head, Access::May(Action::EditPlan), change);
}

/// GET `/api/v1/orders/{number}/plan`.
pub async fn show(call: Call) -> Answer {
    call.query(&[])?;
    let order = call.order().await?;
    json_at(order.version, &PlanBody::from(&plan_of(&order)))
}

/// PUT `/api/v1/orders/{number}/plan`.
pub async fn replace(call: Call, payload: Payload) -> Answer {
    call.query(&[])?;
    let NewPlan { plan, reason, expected_version } = call.body(payload).await?;
    let seen = seen(&call, expected_version)?;
    store(call, Replacement::Whole(Box::new(plan.into_plan()?)), seen, reason).await
}

/// PATCH `/api/v1/orders/{number}/plan`.
pub async fn change(call: Call, payload: Payload) -> Answer {
    call.query(&[])?;
    let new: NewHead = call.body(payload).await?;
    let seen = seen(&call, new.expected_version)?;
    let head = Head {
        title: new.title,
        order_type: new.order_type,
        priority: new.priority.map(|word| word.0),
        due: new.due.map(|typed| Due(due_of(Some(&typed)))),
        asset: new.asset.map(|asset| On(AssetBody::into_ref(asset))),
        isolation: new.isolation,
        estimate: new.estimate.map(|typed| estimate::checked("estimate", &typed)).transpose()?,
    };
    store(call, Replacement::Head(head), seen, new.reason).await
}

/// A plan that is written over is one that somebody saw.
fn seen(call: &Call, of_body: Option<i64>) -> Result<i64> {
    let words = "say which version of the order this was made from, here or as If-Match";
    call.seen(of_body)?.ok_or_else(|| Error::invalid("expected_version", words))
}

async fn store(call: Call, asked: Replacement, seen: i64, reason: String) -> Answer {
    let id = call.order_id().await?;
    let events = replace_plan(&call.orders, &call.who, &id, (asked, seen), reason).await?;
    Ok(call.receipt(&id, &events).await?.into())
}
