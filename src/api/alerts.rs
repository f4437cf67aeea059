//! Alerts: how the seven rules stand; acknowledging one and silencing it.

use actix_web::web::Payload;
use serde_json::json;

use super::call::{Call, Given, json as answer};
use super::operations::{Operation, Operations};
use super::refusal::Answer;
use crate::alerts::{actions, reads};
use crate::db::AnyConnection;
use crate::foundation::{Action, Error, Timestamp};
use crate::shapes::{Acknowledging, AlertList, AlertView, NewSilence};
use crate::web::Access;

/// Registers the operations: whoever reads traces reads alerts; who keeps what runs acknowledges and silences them.
pub fn operations(all: &mut Operations<'_>) {
    let keep = Access::May(Action::KeepJobs);
    let list = Operation::get("/api/v1/alerts", "Alerts", "listAlerts", "List the seven rules and how they stand")
        .about(
            "Firing ones first, then pending, silenced and fine ones. There is at least one for each rule, and one for each persona, \
             workflow or stage that breaks it.",
        )
        .gives::<AlertList>(200, "All of them.");
    all.add(list, Access::SignedIn, show_all);
    let taken = Operation::post(
        "/api/v1/alerts/{alert}/acknowledge",
        "Alerts",
        "acknowledgeAlert",
        "Say that you look after an alert",
    )
    .about("Others see who has it. It goes on firing until it is over.")
    .takes::<Acknowledging>(json!({}))
    .gives::<AlertView>(200, "It is yours.");
    all.add(taken, keep, acknowledge);
    let silenced = Operation::post(
        "/api/v1/alerts/{alert}/silence",
        "Alerts",
        "silenceAlert",
        "Silence an alert until a moment",
    )
    .about("It goes on being looked at, and nobody is told of it until the end.")
    .takes::<NewSilence>(
        json!({ "until": "2026-12-01T18:00:00Z", "reason": "It moves to the cheaper model" }),
    )
    .gives::<AlertView>(200, "It is silenced.");
    all.add(silenced, keep, silence);
}

/// GET `/api/v1/alerts`.
pub async fn show_all(call: Call) -> Answer {
    call.query(&[])?;
    let (project, now) = (call.who.project, call.app().now());
    let board = call.app().db.read(move |conn: &mut AnyConnection| reads::board(conn, project, now)).await?;
    answer(&AlertList::from(&board))
}

/// POST `/api/v1/alerts/{alert}/acknowledge`.
pub async fn acknowledge(call: Call, payload: Payload) -> Answer {
    call.query(&[])?;
    call.once(payload, |call, _: Acknowledging| async move {
        let id = call.part("alert");
        actions::acknowledge(call.app(), &call.who, &id).await?;
        Given::done(&view(&call, id).await?)
    })
    .await
}

/// POST `/api/v1/alerts/{alert}/silence`.
pub async fn silence(call: Call, payload: Payload) -> Answer {
    call.query(&[])?;
    call.once(payload, |call, asked: NewSilence| async move {
        let id = call.part("alert");
        let until = Timestamp::parse_rfc3339(&asked.until);
        let until =
            until.ok_or_else(|| Error::invalid("until", "write a moment like 2026-12-01T18:00:00Z"))?;
        actions::silence(call.app(), &call.who, &id, Some(until), &asked.reason).await?;
        Given::done(&view(&call, id).await?)
    })
    .await
}

async fn view(call: &Call, id: String) -> Answer<AlertView> {
    let project = call.who.project;
    let read = move |conn: &mut AnyConnection| reads::find(conn, project, &id);
    Ok(AlertView::from(&call.app().db.read(read).await?))
}
