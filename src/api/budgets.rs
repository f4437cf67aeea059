//! Budgets: how they stand, and setting, changing and ending them.

use actix_web::http::Method;
use actix_web::web::Payload;
use serde_json::json;

use super::call::{Call, Given, json as answer};
use super::operations::{Operation, Operations};
use super::refusal::Answer;
use crate::budgets::actions::change::Change;
use crate::budgets::actions::{change, end, set};
use crate::budgets::reads;
use crate::db::{AnyConnection, snapshot};
use crate::foundation::Action;
use crate::shapes::{BudgetChange, BudgetEnding, BudgetList, BudgetView, NewBudget};
use crate::web::Access;

const ALL: &str = "/api/v1/budgets";
const ONE: &str = "/api/v1/budgets/{budget}";

/// Registers the operations: whoever reads traces reads budgets; who keeps prices keeps them.
pub fn operations(all: &mut Operations<'_>) {
    let keep = Access::May(Action::ChangePrices);
    let list = Operation::get(ALL, "Costs", "listBudgets", "List budgets and how they stand")
        .about(
            "Every budget that holds: the used-up ones first, then what runs out first. What is used is what the calls of the running \
             period come to, to the token and to the billionth of a dollar.",
        )
        .gives::<BudgetList>(200, "All of them.");
    all.add(list, Access::SignedIn, show_all);
    let one = Operation::get(ONE, "Costs", "getBudget", "Read a budget and how it stands")
        .about("Also one that has ended: then as it stood at its end.")
        .gives::<BudgetView>(200, "The budget.");
    all.add(one, Access::SignedIn, show);
    let new = Operation::post(ALL, "Costs", "setBudget", "Set a budget")
        .about("There is one for each scope, name, unit and period.")
        .takes::<NewBudget>(json!({
            "scope": "persona", "name": "planner", "unit": "tokens", "period": "day", "zone": "Europe/Berlin",
            "amount": "2400000", "warn_at": [80, 100], "at_end": "tells", "reason": "What the pilot may use"
        }))
        .gives::<BudgetView>(201, "It holds.");
    all.add(new, keep, make);
    let changed = Operation::change(Method::PATCH, ONE, "Costs", "changeBudget", "Change a budget")
        .about("Its amount, where it warns, and what happens at its end; what is left out stays. From what to what stays in the record.")
        .takes::<BudgetChange>(json!({ "amount": "3000000", "reason": "More work this month", "expected_version": 1 }))
        .gives::<BudgetView>(200, "Changed; nothing happens where it says the same.");
    // The same request sent twice would otherwise be refused the second time, for the version that it names.
    all.add(Operation { is_named: true, ..changed }, keep, alter);
    let ended = Operation::post("/api/v1/budgets/{budget}/end", "Costs", "endBudget", "End a budget")
        .about("For good; set another one instead. What happened to it stays in the record.")
        .takes::<BudgetEnding>(json!({ "reason": "The pilot is over" }))
        .gives::<BudgetView>(200, "It holds no longer.");
    all.add(ended, keep, finish);
}

/// GET `/api/v1/budgets`.
pub async fn show_all(call: Call) -> Answer {
    call.query(&[])?;
    let (project, now) = (call.who.project, call.app().now());
    let read = move |conn: &mut AnyConnection| snapshot(conn, |conn| reads::standings(conn, project, now));
    let standings = call.app().db.read(read).await?;
    answer(&BudgetList { data: standings.iter().map(BudgetView::from).collect() })
}

/// GET `/api/v1/budgets/{budget}`.
pub async fn show(call: Call) -> Answer {
    call.query(&[])?;
    let id = call.part("budget");
    answer(&view(&call, id).await?)
}

/// POST `/api/v1/budgets`.
pub async fn make(call: Call, payload: Payload) -> Answer {
    call.query(&[])?;
    call.once(payload, |call, new: NewBudget| async move {
        let (about, terms) = new.read()?;
        let id = set::set(call.app(), &call.who, about, terms, new.reason).await?;
        Given::made(format!("{ALL}/{id}"), &view(&call, id).await?)
    })
    .await
}

/// PATCH `/api/v1/budgets/{budget}`.
pub async fn alter(call: Call, payload: Payload) -> Answer {
    call.query(&[])?;
    call.once(payload, |call, new: BudgetChange| async move {
        let BudgetChange { amount, warn_at, at_end, reason, expected_version } = new;
        let asked = Change { amount, warn_at, at_end: at_end.map(|word| word.0) };
        let id = call.part("budget");
        change::change(call.app(), &call.who, &id, asked, reason, expected_version).await?;
        Given::done(&view(&call, id).await?)
    })
    .await
}

/// POST `/api/v1/budgets/{budget}/end`.
pub async fn finish(call: Call, payload: Payload) -> Answer {
    call.query(&[])?;
    call.once(payload, |call, asked: BudgetEnding| async move {
        let id = call.part("budget");
        end::end(call.app(), &call.who, &id, asked.reason).await?;
        Given::done(&view(&call, id).await?)
    })
    .await
}

async fn view(call: &Call, id: String) -> Answer<BudgetView> {
    let (project, now) = (call.who.project, call.app().now());
    let read =
        move |conn: &mut AnyConnection| snapshot(conn, |conn| reads::standing(conn, project, &id, now));
    Ok(BudgetView::from(&call.app().db.read(read).await?))
}
