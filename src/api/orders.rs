//! The list of orders, and new ones: from a plan as JSON, or from Markdown.

use actix_web::web::Payload;
use serde_json::json;

use super::call::{self, Call, Given};
use super::operations::{Operation, Operations};
use super::query::{AFTER, Kind, LIMIT, Param};
use super::refusal::{Answer, Refused};
use crate::db::AnyConnection;
use crate::foundation::ids::new_id;
use crate::foundation::{Action, Error, Result};
use crate::order_lists::asked_for;
use crate::order_pages::assignee;
use crate::shapes::{MadeOrderView, NewOrder, OrderLine, OrderPage, PlanBody};
use crate::web::Access;
use crate::work_orders::actions::create::create;
use crate::work_orders::actions::import::import;
use crate::work_orders::editing::{as_new, planned};
use crate::work_orders::model::Plan;
use crate::work_orders::reads::sorted::page;

/// The media type of a Markdown text.
pub const MARKDOWN: &str = "text/markdown";

/// What the list may be narrowed to and ordered by: the filters of its page.
const FILTERS: [Param; 12] = [
    Param { name: "q", kind: Kind::Text(300), about: "Words in number, title, type, assignee or asset." },
    Param {
        name: "status",
        kind: Kind::Text(300),
        about: "One state or several with commas between, such as `approved,in_progress`; `open` for every state with something to do.",
    },
    Param {
        name: "priority",
        kind: Kind::OneOf(&["none", "low", "medium", "high", "emergency"]),
        about: "Orders of this priority.",
    },
    Param { name: "type", kind: Kind::Text(300), about: "Orders of the type that is written so." },
    Param {
        name: "assignee",
        kind: Kind::Text(300),
        about: "The id of an account, `me` or `nobody`. What an agent has claimed for somebody is its own too.",
    },
    Param { name: "asset", kind: Kind::Text(300), about: "The tag of the asset, in any case of letters." },
    Param {
        name: "due",
        kind: Kind::Text(300),
        about: "`late`, `today`, `week`, `none`, a day such as `2026-11-23`, or days such as `2026-11-23..2026-12-20`.",
    },
    Param { name: "failed", kind: Kind::Flag, about: "Only orders with a failed step." },
    Param {
        name: "changed",
        kind: Kind::Flag,
        about: "Only orders whose plan was changed since it was approved.",
    },
    Param {
        name: "sort",
        kind: Kind::OneOf(&["due", "changed", "number", "priority"]),
        about: "By due day (what is late first) where nothing is said.",
    },
    LIMIT,
    AFTER,
];

/// Registers the operations.
pub fn operations(all: &mut Operations<'_>) {
    let list = Operation::get("/api/v1/orders", "Orders", "listOrders", "List work orders")
        .about("The same filters as on the page, and only orders that whoever asks may see.")
        .asks(&FILTERS)
        .gives::<OrderPage>(200, "A page of orders.");
    all.add(list, Access::May(Action::ViewOrders), self::list);
    let create = Operation::post("/api/v1/orders", "Orders", "createOrder", "Write a new order")
        .about(
            "A draft comes of it, whoever sends it is its author. As JSON: `plan`, or `markdown` for a whole document. As `text/markdown`: \
             the document itself, taken byte for byte; the same bytes twice are one order. Of a plan that was read from a file, the \
             blocks `head`, `record` and `hidden` stay with that file.",
        )
        .takes::<NewOrder>(json!({ "plan": {
            "title": "Replace the seal of pump 3",
            "order_type": "Repair",
            "priority": "high",
            "due": "2026-12-04",
            "document": [
                { "kind": "safety", "text": "The line is under pressure until valve 7 is shut" },
                { "kind": "step", "text": "Replace the seal" },
                { "kind": "item", "text": "Valve 7 is shut" },
                { "kind": "item", "text": "Pressure", "asks": { "kind": "number", "unit": "bar", "most": "0.2" } },
                { "kind": "criterion", "text": "No drop in ten minutes" }
            ]
        } }))
        .takes_kind(MARKDOWN, json!({ "type": "string", "minLength": 1, "maxLength": 1_048_576 }))
        .gives::<MadeOrderView>(201, "The order was made.")
        .gives::<MadeOrderView>(200, "The same text had been brought in before: it is that order.");
    all.add(create, Access::May(Action::CreateDraft), create_order);
}

/// GET `/api/v1/orders`.
pub async fn list(call: Call) -> Answer {
    let query = call.query(&FILTERS)?;
    let flag = |name: &str, value: &str| match name {
        // A flag of the page is there or not.
        "failed" | "changed" => (value == "true").then(|| "1".to_owned()),
        _ => Some(value.to_owned()),
    };
    let pairs = query.pairs().filter(|(name, _)| *name != "limit");
    let pairs: Vec<(String, String)> =
        pairs.filter_map(|(name, value)| Some((name.to_owned(), flag(name, value)?))).collect();
    let now = call.app().now();
    let (filter, sort, after) = asked_for(&pairs, &call.who, now)?;
    let (project, limit) = (call.who.project, query.limit());
    let read = move |conn: &mut AnyConnection| page(conn, project, &filter, sort, after.as_ref(), limit);
    let found = call.app().db.read(read).await?;
    call::json(&OrderPage {
        data: found.rows.iter().map(|row| OrderLine::of(row, &call.who, now)).collect(),
        next: found.next.map(|place| place.encode()),
    })
}

/// POST `/api/v1/orders`.
pub async fn create_order(call: Call, payload: Payload) -> Answer {
    call.query(&[])?;
    let bytes = call.bytes(payload).await?;
    match call.kind().as_str() {
        call::JSON => {
            let new: NewOrder = call.read(&bytes)?;
            call.once_of(&bytes, move |call| make(call, new)).await
        }
        MARKDOWN => {
            let text = bytes.clone();
            call.once_of(&bytes, move |call| bring(call, None, text)).await
        }
        _ => Err(Refused::other_kind("application/json or text/markdown")),
    }
}

async fn make(call: Call, new: NewOrder) -> Answer<Given> {
    match (new.plan, new.markdown) {
        (Some(_), Some(_)) => Err(Error::invalid("markdown", "give either a plan or a text").into()),
        (None, None) => Err(Error::invalid("plan", "give a plan, or a text as `markdown`").into()),
        (None, Some(text)) => {
            if new.assignee.is_some() {
                return Err(Error::invalid(
                    "assignee",
                    "a text comes in given to nobody; assign it afterwards",
                )
                .into());
            }
            bring(call, new.file, text.into_bytes()).await
        }
        (Some(plan), None) => {
            let plan = written(&call, plan)?;
            let project = call.who.project;
            let to = match new.assignee {
                Some(account) => Some(assignee(call.app(), project, account).await?),
                None => None,
            };
            let made = create(call.app(), &call.who, plan, to).await?;
            told(made.number.as_str(), true)
        }
    }
}

/// A plan with ids of its own: those that were sent tell its parts from each other and nothing more.
fn written(call: &Call, body: PlanBody) -> Result<Plan> {
    let now = call.app().now();
    let mut plan = body.into_plan()?;
    let mut document = planned(plan.document);
    document.iter_mut().filter(|block| block.id.is_empty()).for_each(|block| block.id = new_id(now));
    plan.document = as_new(document, &mut || new_id(now));
    Ok(plan)
}

async fn bring(call: Call, file: Option<String>, text: Vec<u8>) -> Answer<Given> {
    let brought = import(call.app(), &call.who, file, text).await?;
    told_of(brought.number.as_str(), brought.is_new, brought.was_cancelled)
}

/// The answer about an order that was made.
pub fn told(number: &str, is_new: bool) -> Answer<Given> {
    told_of(number, is_new, false)
}

fn told_of(number: &str, is_new: bool, was_cancelled: bool) -> Answer<Given> {
    let page = format!("/work-orders/{number}");
    let made = MadeOrderView { number: number.to_owned(), is_new, was_cancelled, page };
    if is_new { Given::made(format!("/api/v1/orders/{number}"), &made) } else { Given::done(&made) }
}
