//! The work log and comments, time and parts: what people and agents write down.

use actix_web::web::Payload;
use serde_json::json;

use super::call::{Call, json};
use super::operations::{Operation, Operations};
use super::paging::cut;
use super::query::{AFTER, LIMIT, Param};
use super::refusal::Answer;
use crate::foundation::money::Money;
use crate::foundation::{Action, Error, Result, Timestamp};
use crate::order_settings::currency;
use crate::shapes::{
    CommentPage, CommentView, LogPage, LogView, NewComment, NewLog, NewPart, NewTime, PartLineView, PartPage,
    ReceiptView, TimePage, TimeView,
};
use crate::web::Access;
use crate::work_orders::actions::comment::comment;
use crate::work_orders::actions::log::{Entry, log};
use crate::work_orders::actions::log_time::log_time;
use crate::work_orders::actions::use_part::use_part;
use crate::work_orders::gathered::events::{PartAmount, Worked};
use crate::work_orders::model::Quantity;

const PAGED: [Param; 2] = [LIMIT, AFTER];

const LOG: &str = "/api/v1/orders/{number}/log";
const COMMENTS: &str = "/api/v1/orders/{number}/comments";
const TIME: &str = "/api/v1/orders/{number}/time";
const PARTS: &str = "/api/v1/orders/{number}/parts";

/// Registers the operations.
pub fn operations(all: &mut Operations<'_>) {
    let (view, write) = (Access::May(Action::ViewOrders), Access::May(Action::Log));
    let get = |path, id, summary| Operation::get(path, "Record", id, summary).asks(&PAGED);
    let post = |path, id, summary| Operation::post(path, "Record", id, summary);
    all.add(
        get(LOG, "listLog", "Read the work log, oldest first").gives::<LogPage>(200, "A page of it."),
        view,
        log_list,
    );
    let new = post(LOG, "addLog", "Add an entry to the work log")
        .takes::<NewLog>(json!({ "title": "Waiting for the seal", "lines": ["The supplier says Thursday"], "kind": "waiting" }))
        .gives::<ReceiptView>(200, "Written down.");
    all.add(new, write, log_add);
    let read = get(COMMENTS, "listComments", "Read the comments, oldest first")
        .gives::<CommentPage>(200, "A page of them.");
    all.add(read, view, comment_list);
    let new = post(COMMENTS, "addComment", "Comment")
        .takes::<NewComment>(json!({ "text": "@USR-002 valve 7 is the one behind the tank" }))
        .gives::<ReceiptView>(200, "Written down.");
    all.add(new, Access::May(Action::Comment), comment_add);
    all.add(
        get(TIME, "listTime", "Read the time worked").gives::<TimePage>(200, "A page of it."),
        view,
        time_list,
    );
    let new = post(TIME, "logTime", "Write time down")
        .about("Of people: an agent's work shows in its traces.")
        .takes::<NewTime>(json!({ "minutes": 45, "day": "2026-11-21", "note": "Took the pump apart" }))
        .gives::<ReceiptView>(200, "Written down.");
    all.add(new, write, time_add);
    all.add(
        get(PARTS, "listParts", "Read the parts that were used").gives::<PartPage>(200, "A page of them."),
        view,
        part_list,
    );
    let new = post(PARTS, "usePart", "Write down a part that was used")
        .about("By people.")
        .takes::<NewPart>(json!({ "name": "Seal 40 mm", "quantity": "1", "unit": "pcs", "cost": "12.50" }))
        .gives::<ReceiptView>(200, "Written down.");
    all.add(new, write, part_add);
}

/// GET `/api/v1/orders/{number}/log`.
pub async fn log_list(call: Call) -> Answer {
    let query = call.query(&PAGED)?;
    let order = call.order().await?;
    let (page, next) = cut(order.log, &query, |entry| entry.id.clone())?;
    json(&LogPage { data: page.iter().map(LogView::from).collect(), next })
}

/// POST `/api/v1/orders/{number}/log`.
pub async fn log_add(call: Call, payload: Payload) -> Answer {
    call.query(&[])?;
    call.once(payload, |call, new: NewLog| async move {
        let id = call.order_id().await?;
        let entry = Entry {
            title: new.title,
            lines: new.lines,
            kind: new.kind.map(|word| word.0),
            corrects: new.corrects,
        };
        let events = log(&call.orders, &call.who, &id, entry).await?;
        call.receipt(&id, &events).await
    })
    .await
}

/// GET `/api/v1/orders/{number}/comments`.
pub async fn comment_list(call: Call) -> Answer {
    let query = call.query(&PAGED)?;
    let order = call.order().await?;
    let (page, next) = cut(order.comments, &query, |comment| comment.id.clone())?;
    json(&CommentPage { data: page.iter().map(CommentView::from).collect(), next })
}

/// POST `/api/v1/orders/{number}/comments`.
pub async fn comment_add(call: Call, payload: Payload) -> Answer {
    call.query(&[])?;
    call.once(payload, |call, new: NewComment| async move {
        let id = call.order_id().await?;
        let events = comment(&call.orders, &call.who, &id, new.text).await?;
        call.receipt(&id, &events).await
    })
    .await
}

/// GET `/api/v1/orders/{number}/time`.
pub async fn time_list(call: Call) -> Answer {
    let query = call.query(&PAGED)?;
    let order = call.order().await?;
    let (page, next) = cut(order.gathered.time, &query, |entry| entry.id.clone())?;
    json(&TimePage { data: page.iter().map(TimeView::from).collect(), next })
}

/// POST `/api/v1/orders/{number}/time`.
pub async fn time_add(call: Call, payload: Payload) -> Answer {
    call.query(&[])?;
    call.once(payload, |call, new: NewTime| async move {
        let id = call.order_id().await?;
        let events = log_time(&call.orders, &call.who, &id, worked(new)?).await?;
        call.receipt(&id, &events).await
    })
    .await
}

fn worked(new: NewTime) -> Result<Worked> {
    let moment = |name: &str, text: &Option<String>| -> Result<Option<Timestamp>> {
        let Some(text) = text else { return Ok(None) };
        let read = Timestamp::parse_rfc3339(text);
        read.map(Some).ok_or_else(|| Error::invalid(name, "expected a moment such as 2026-11-21T09:30:00Z"))
    };
    let (from, until) = (moment("from", &new.from)?, moment("until", &new.until)?);
    let is_span = from.is_some() || until.is_some();
    if is_span && (new.minutes.is_some() || new.day.is_some()) {
        return Err(Error::invalid("minutes", "give either minutes of a day, or from when until when"));
    }
    Ok(Worked {
        minutes: new.minutes.unwrap_or_default(),
        from,
        until,
        day: new.day.unwrap_or_default(),
        note: new.note,
    })
}

/// GET `/api/v1/orders/{number}/parts`.
pub async fn part_list(call: Call) -> Answer {
    let query = call.query(&PAGED)?;
    let order = call.order().await?;
    let (page, next) = cut(order.gathered.used, &query, |line| line.id.clone())?;
    json(&PartPage { data: page.iter().map(PartLineView::from).collect(), next })
}

/// POST `/api/v1/orders/{number}/parts`.
pub async fn part_add(call: Call, payload: Payload) -> Answer {
    call.query(&[])?;
    call.once(payload, |call, new: NewPart| async move {
        let (id, project) = (call.order_id().await?, call.who.project);
        let currency = call.app().db.read(move |conn| currency::reads::of(conn, project)).await?;
        let wrong =
            || Error::invalid("cost", "expected an amount such as 12.50, in the currency of the project");
        let cost = |text: String| Money::parse(&text, currency).ok_or_else(wrong);
        let wrong =
            || Error::invalid("quantity", "expected a number such as 2 or 0.5, with at most three places");
        let amount = PartAmount {
            quantity: Quantity::parse(&new.quantity).ok_or_else(wrong)?,
            unit: new.unit,
            unit_cost: new.cost.map(cost).transpose()?,
            source: new.source,
        };
        let events = use_part(&call.orders, &call.who, &id, new.part, new.name, amount).await?;
        call.receipt(&id, &events).await
    })
    .await
}
