//! What happened to an order: its record, and that of its evidence and claims, event by event, as far as whoever asks may see
//! the order.

use serde_json::Value;

use super::call::{Call, json};
use super::find::part_of;
use super::operations::{Operation, Operations};
use super::paging::cut;
use super::query::{AFTER, Kind, LIMIT, Param, Query};
use super::refusal::Answer;
use crate::audit::events::stream_of;
use crate::db::AnyConnection;
use crate::foundation::{Action, Error, Result, Timestamp};
use crate::ledger::Event;
use crate::ledger::events::read_stream;
use crate::shapes::{EventPage, EventView};
use crate::web::Access;
use crate::work_orders::model::{Order, Target};
use crate::work_orders::reads;

const FILTERS: [Param; 7] = [
    Param { name: "actor", kind: Kind::Text(64), about: "The id of the account that did it." },
    Param {
        name: "kind",
        kind: Kind::Text(100),
        about: "The kind, such as `work_order.item_ticked.v1`, or how it begins.",
    },
    Param {
        name: "step",
        kind: Kind::Text(100),
        about: "Only what is about this step and what stands in it: `3`, or `step:ID`.",
    },
    Param { name: "since", kind: Kind::Moment, about: "Not before this moment." },
    Param { name: "until", kind: Kind::Moment, about: "Before this moment." },
    LIMIT,
    AFTER,
];

/// Registers the operations.
pub fn operations(all: &mut Operations<'_>) {
    let list = Operation::get(
        "/api/v1/orders/{number}/events",
        "Record",
        "listEvents",
        "Read what happened to an order",
    )
    .about("The newest first: what happened to the order (`work_order.`), and to its evidence and claims (`audit.`). Each is an entry of the log, which anybody checks offline.")
    .asks(&FILTERS)
    .gives::<EventPage>(200, "A page of events.");
    all.add(list, Access::May(Action::ViewOrders), show);
}

/// GET `/api/v1/orders/{number}/events`.
pub async fn show(call: Call) -> Answer {
    let query = call.query(&FILTERS)?;
    let (who, number) = (call.who.clone(), call.number());
    let read = move |conn: &mut AnyConnection| {
        let row = reads::visible(conn, &who, &number)?;
        let mut events = reads::history(conn, who.project, &row.order_id, None)?;
        let order = reads::fold_events(&events)?;
        events.extend(read_stream(conn, &stream_of(who.project, &row.order_id), None)?);
        events.sort_by_key(|event| event.seq);
        Ok((order, events))
    };
    let (order, mut events) = call.app().db.read(read).await?;
    let wanted = Wanted::of(&query, &order)?;
    events.retain(|event| wanted.fits(event));
    events.reverse();
    let (page, next) = cut(events, &query, |event| event.id.clone())?;
    json(&EventPage { data: page.iter().map(EventView::from).collect(), next })
}

/// What is asked for.
struct Wanted {
    actor: Option<String>,
    kind: Option<String>,
    /// The ids of a step and of what stands in it.
    parts: Option<Vec<String>>,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
}

impl Wanted {
    fn of(query: &Query, order: &Order) -> Result<Self> {
        let text = |name: &str| query.text(name).map(str::to_owned);
        Ok(Self {
            actor: text("actor"),
            kind: text("kind"),
            parts: query.text("step").map(|named| parts(order, named)).transpose()?,
            since: query.moment("since"),
            until: query.moment("until"),
        })
    }

    fn fits(&self, event: &Event) -> bool {
        let is_of =
            |parts: &Vec<String>| event.body.as_ref().is_some_and(|body| names_one(&body.data, parts));
        self.actor.as_ref().is_none_or(|actor| event.actor == *actor)
            && self.kind.as_ref().is_none_or(|kind| event.kind.starts_with(kind.as_str()))
            && self.since.is_none_or(|since| event.at >= since)
            && self.until.is_none_or(|until| event.at < until)
            && self.parts.as_ref().is_none_or(is_of)
    }
}

fn parts(order: &Order, named: &str) -> Result<Vec<String>> {
    let Target::Step(id) = part_of(order, "step", named)? else {
        return Err(Error::invalid("step", "expected a step, such as 3"));
    };
    let items = order.step(&id).into_iter().flat_map(|step| step.items.iter().map(|item| item.id.clone()));
    Ok(items.chain([id.clone()]).collect())
}

/// Whether an event names one of these ids anywhere.
fn names_one(value: &Value, ids: &[String]) -> bool {
    match value {
        Value::String(text) => ids.contains(text),
        Value::Array(list) => list.iter().any(|it| names_one(it, ids)),
        Value::Object(fields) => fields.values().any(|it| names_one(it, ids)),
        _ => false,
    }
}
