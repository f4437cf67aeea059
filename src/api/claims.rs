//! Claims of an order with their verdicts, the traces that are its evidence, and statements. Verdicts are given on pages.

use actix_web::web::Payload;
use serde_json::json;

use super::call::{Call, Given, json as answer};
use super::find::part_of;
use super::operations::{Operation, Operations};
use super::paging::cut;
use super::query::{AFTER, LIMIT, Param};
use super::refusal::Answer;
use crate::audit::actions::{NewLink, NewQuote, NewStatement, link, state};
use crate::audit::{evidence, reads as audit};
use crate::db::AnyConnection;
use crate::foundation::Action;
use crate::shapes::{
    ClaimPage, ClaimView, LinkPage, LinkView, MadeView, NewEvidence, NewStatementBody, ScoreView,
};
use crate::trust::reads::report_of;
use crate::web::Access;

const PAGED: [Param; 2] = [LIMIT, AFTER];
const EVIDENCE: &str = "/api/v1/orders/{number}/evidence";

/// Registers the operations.
pub fn operations(all: &mut Operations<'_>) {
    let view = Access::May(Action::ViewOrders);
    let list = Operation::get(
        "/api/v1/orders/{number}/claims",
        "Evidence",
        "listClaims",
        "Read what an order claims, and what was judged",
    )
    .about("Nobody judges here: verdicts are given by auditors on the pages of claims.")
    .asks(&PAGED)
    .gives::<ClaimPage>(200, "A page of claims.");
    all.add(list, view, claims);
    let list =
        Operation::get(EVIDENCE, "Evidence", "listEvidence", "Read which traces are linked to an order")
            .asks(&PAGED)
            .gives::<LinkPage>(200, "A page of links.");
    all.add(list, view, links);
    let new = Operation::post(EVIDENCE, "Evidence", "linkTrace", "Link a trace to an order as evidence")
        .about("A trace that names its order is linked as it comes in. The same link twice is one link.")
        .takes::<NewEvidence>(json!({ "trace": "4bf92f3577b34da6a3ce929d0e0e4736", "target": "1.2" }))
        .gives::<MadeView>(201, "Linked; the id of the link.");
    all.add(new, Access::May(Action::AddEvidence), add_link);
    let new = Operation::post("/api/v1/orders/{number}/statements", "Evidence", "stateClaim", "State a claim, with the words of a trace that show it")
        .about("The words must stand in the stored body as they are quoted. A statement weighs nothing until a reviewer gives it weight.")
        .takes::<NewStatementBody>(json!({ "target": "1.2", "statement": "Valve 7 was shut before the seal was taken out", "quote": {
            "trace": "4bf92f3577b34da6a3ce929d0e0e4736", "observation": "00f067aa0ba902b7", "field": "output", "exact": "valve 7: shut" } }))
        .gives::<MadeView>(201, "Stated; the id of the claim.");
    all.add(new, Access::May(Action::StateClaim), add_statement);
    let score = Operation::get(
        "/api/v1/orders/{number}/score",
        "Evidence",
        "getScore",
        "Read how far an order can be relied on",
    )
    .gives::<ScoreView>(200, "Its score at the newest checkpoint.");
    all.add(score, view, score_of);
}

/// GET `/api/v1/orders/{number}/claims`.
pub async fn claims(call: Call) -> Answer {
    let query = call.query(&PAGED)?;
    let (id, project) = (call.order_id().await?, call.who.project);
    let read = move |conn: &mut AnyConnection| audit::judged_claims(conn, project, &id);
    let all = call.app().db.read(read).await?;
    let (page, next) = cut(all, &query, |judged| judged.claim.claim_id.clone())?;
    answer(&ClaimPage { data: page.into_iter().map(ClaimView::from).collect(), next })
}

/// GET `/api/v1/orders/{number}/evidence`.
pub async fn links(call: Call) -> Answer {
    let query = call.query(&PAGED)?;
    let (id, project) = (call.order_id().await?, call.who.project);
    let read = move |conn: &mut AnyConnection| {
        let states = evidence::states(conn, project, &id)?;
        Ok((audit::links_of(conn, project, &id)?, states))
    };
    let (all, states) = call.app().db.read(read).await?;
    let (page, next) = cut(all, &query, |link| link.link_id.clone())?;
    let shown = page.into_iter().map(|row| {
        let state = states.get(&row.trace_id).map_or("waiting", |state| state.as_str());
        LinkView::of(row, state)
    });
    answer(&LinkPage { data: shown.collect(), next })
}

/// POST `/api/v1/orders/{number}/evidence`.
pub async fn add_link(call: Call, payload: Payload) -> Answer {
    call.query(&[])?;
    call.once(payload, |call, new: NewEvidence| async move {
        let order = call.order().await?;
        let target = new.target.map(|named| part_of(&order, "target", &named)).transpose()?;
        let asked = NewLink {
            order_id: order.id.clone(),
            target,
            trace_id: new.trace,
            observation_id: new.observation,
        };
        let id = link(call.app(), &call.who, asked).await?;
        Given::made(format!("/api/v1/orders/{}/evidence", order.number), &MadeView { id })
    })
    .await
}

/// POST `/api/v1/orders/{number}/statements`.
pub async fn add_statement(call: Call, payload: Payload) -> Answer {
    call.query(&[])?;
    call.once(payload, |call, new: NewStatementBody| async move {
        let order = call.order().await?;
        let quote = NewQuote {
            trace_id: new.quote.trace,
            observation_id: new.quote.observation,
            field: new.quote.field.as_str().to_owned(),
            exact: new.quote.exact,
            prefix: new.quote.prefix,
            suffix: new.quote.suffix,
        };
        let target = part_of(&order, "target", &new.target)?;
        let asked = NewStatement { order_id: order.id.clone(), target, text: new.statement, quote };
        let id = state(call.app(), &call.who, asked).await?;
        Given::made(format!("/api/v1/orders/{}/claims", order.number), &MadeView { id })
    })
    .await
}

/// GET `/api/v1/orders/{number}/score`.
pub async fn score_of(call: Call) -> Answer {
    call.query(&[])?;
    call.order_id().await?;
    let (number, project) = (call.number(), call.who.project);
    let report = call.app().db.read(move |conn| report_of(conn, project, &number, None)).await?;
    answer(&ScoreView::from(&report))
}
