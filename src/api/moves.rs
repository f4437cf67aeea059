//! Moving an order from state to state, as far as nobody signs for it, and giving it to somebody.

use actix_web::http::Method;
use actix_web::web::Payload;
use serde_json::json;

use super::call::Call;
use super::operations::{Operation, Operations};
use super::refusal::{Answer, Refused};
use crate::db::AnyConnection;
use crate::foundation::{Action, Error};
use crate::order_pages::assignee;
use crate::shapes::{NewAssignee, NewMove, ReceiptView};
use crate::web::Access;
use crate::work_orders::actions::assign::assign;
use crate::work_orders::actions::transition::{Move, transition};
use crate::work_orders::lifecycle::{MOVES, RULES, offer_of};
use crate::work_orders::model::Status;
use crate::work_orders::reads;

/// Registers the operations.
pub fn operations(all: &mut Operations<'_>) {
    let moved = Operation::post("/api/v1/orders/{number}/transitions", "Orders", "moveOrder", "Move an order to another state")
        .about(
            "A move that asks for a signature is refused with 403: a person signs it on a page (rule R12), and never a program (rule \
             R20). `GET …/status` says which moves there are and what stands in the way of each.",
        )
        .takes::<NewMove>(json!({ "to": "on_hold", "reason": "The seal has not come", "hold_code": "parts" }))
        .gives::<ReceiptView>(200, "Moved.")
        .versioned();
    all.add(moved, Access::MayOneOf(&MOVES), move_on);
    let given = Operation::change(
        Method::PUT,
        "/api/v1/orders/{number}/assignee",
        "Orders",
        "assignOrder",
        "Give the work to somebody, or to nobody",
    )
    .takes::<NewAssignee>(json!({ "account": null }))
    .gives::<ReceiptView>(200, "Given; no events where they had it.");
    all.add(given, Access::May(Action::Assign), give);
}

/// POST `/api/v1/orders/{number}/transitions`.
pub async fn move_on(call: Call, payload: Payload) -> Answer {
    call.query(&[])?;
    call.once(payload, |call, asked: NewMove| async move {
        let id = call.order_id().await?;
        let seen = call.seen(asked.expected_version)?;
        check_unsigned(&call, &id, asked.to.0).await?;
        let asked = Move {
            reason: asked.reason,
            hold: asked.hold_code.map(|word| word.0),
            outcome: asked.outcome.map(|word| word.0),
            expected_version: seen,
            ..Move::to(asked.to.0)
        };
        let events = transition(&call.orders, &call.who, &id, asked).await?;
        call.receipt(&id, &events).await
    })
    .await
}

/// Refuses a move that is signed, and says by which rule and where a person signs it.
async fn check_unsigned(call: &Call, id: &str, to: Status) -> Answer<()> {
    let (service, who, order) = (call.orders.clone(), call.who.clone(), id.to_owned());
    let read = move |conn: &mut AnyConnection| {
        let order = reads::load(conn, who.project, &order, None)?;
        let facts = service.facts(conn, who.project, &order, &who.actor)?;
        Ok((offer_of(&order, to, &who, &facts), order.number.to_string()))
    };
    let (offer, number) = call.app().db.read(read).await?;
    let place = format!("/work-orders/{number}/move/{}", to.as_str());
    match offer {
        Ok(offer) if offer.signature.is_some() && call.who.is_person() => {
            let why = format!(
                "\"{}\" is signed, and nobody signs here: it takes the signer's password on a page.",
                offer.verb
            );
            Err(Refused::by_rule(Error::forbidden(why), "R12", format!("Sign it on the page {place}.")))
        }
        Ok(offer) if offer.signature.is_some() => {
            let why = format!("\"{}\" is signed by a person: programs never sign.", offer.verb);
            Err(Refused::by_rule(
                Error::forbidden(why),
                "R20",
                format!("A person signs it on the page {place}."),
            ))
        }
        Ok(_) => Ok(()),
        Err(Error::Forbidden(why)) if !call.who.is_person() && is_signed(to) => Err(Refused::by_rule(
            Error::Forbidden(why),
            "R20",
            format!("A person does it on the page {place}."),
        )),
        Err(cause) => Err(cause.into()),
    }
}

/// Whether any way to a state is signed.
fn is_signed(to: Status) -> bool {
    RULES.iter().any(|rule| rule.to.contains(&to) && rule.signature.is_some())
}

/// PUT `/api/v1/orders/{number}/assignee`.
pub async fn give(call: Call, payload: Payload) -> Answer {
    call.query(&[])?;
    let NewAssignee { account } = call.body(payload).await?;
    let id = call.order_id().await?;
    let to = match account {
        Some(account) => Some(assignee(call.app(), call.who.project, account).await?),
        None => None,
    };
    let events = assign(&call.orders, &call.who, &id, to).await?;
    Ok(call.receipt(&id, &events).await?.into())
}
