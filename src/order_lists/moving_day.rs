//! The due day changed from the calendar: saved at once and taken back with one press, as long as the plan is not approved.

use std::collections::BTreeMap;

use super::cards::address;
use crate::foundation::{Error, Result, Timestamp};
use crate::order_pages::{Act, OrderView, back_of, check_may_edit, due_in};
use crate::web::zone::Reading;
use crate::web::{Form, WebResult, flash, see_other};
use crate::work_orders::actions::edit_plan::edit_plan;
use crate::work_orders::decide::needs_reason;
use crate::work_orders::editing::Edit;
use crate::work_orders::model::When;

/// POST `/work-orders/{number}/due`: fields `due`, the new day, `seen`, the one that was shown, in microseconds, `back`, and `undo`
/// where a change is taken back. An approved plan is changed in its editor, where the reason is asked for.
pub async fn submit(act: Act, form: Form) -> WebResult {
    let view = act.view(None).await?;
    check_may_edit(&view)?;
    if needs_reason(&view.order) {
        let words = "The plan is approved, so a change needs a reason: change the day here and say why.";
        return Ok(flash::bad(see_other(format!("/work-orders/{}/edit#head", act.number)), words));
    }
    let due = due_in(&form)?.ok_or_else(|| Error::invalid("due", "say which day it is due on"))?;
    check_seen(&view, form.text("seen"))?;
    let was = view.order.due.clone();
    let edit = Edit::MoveDue { was: was.clone(), now: Some(due.clone()) };
    let done = edit_plan(&act.orders, &act.who, &view.order.id, vec![edit], String::new()).await?;
    let is_undo = form.is_checked("undo");
    let words = match (done.is_empty(), is_undo) {
        (true, _) => "Nothing was different.".to_owned(),
        (false, true) => format!("Taken back: {} is due on {} again.", act.number, written(&due, view.now)),
        (false, false) => format!("Saved: {} is due on {}.", act.number, written(&due, view.now)),
    };
    let back = back_of(form.text("back"));
    if back.is_empty() {
        return Ok(act.back("top", &words));
    }
    let undo = was.filter(|_| !is_undo && !done.is_empty());
    Ok(flash::good(see_other(leading_back(&back, &act.number, undo)?), &words))
}

/// A due day as pages write days: `Wed 2 Dec`; a due moment as it was written.
fn written(due: &When, now: Timestamp) -> String {
    let is_day = |until: &Timestamp| until.0.rem_euclid(86_400_000_000) == 0;
    let last = due.until().filter(is_day).map(|until| Timestamp(until.0.saturating_sub(1)));
    last.map_or_else(|| due.raw.clone(), |last| Reading::current().day(last, now))
}

/// Whoever presses has seen a day; where it is another by now, they look again.
fn check_seen(view: &OrderView, seen: &str) -> Result<()> {
    let until = view.order.due.as_ref().and_then(When::until);
    if until.is_some_and(|until| seen.parse::<i64>() == Ok(until.0)) {
        return Ok(());
    }
    let day = view.order.due.as_ref().map_or("no day", |due| due.raw.as_str());
    Err(Error::refused(format!(
        "Somebody changed the due day meanwhile: it is {day} now. Look at it, then do this again."
    )))
}

/// The page one came from, which offers to take the change back.
fn leading_back(back: &str, number: &str, was: Option<When>) -> Result<String> {
    let (path, query) = back.split_once('?').unwrap_or((back, ""));
    let mut query: BTreeMap<String, String> = serde_urlencoded::from_str(query).map_err(Error::internal)?;
    query.remove("moved");
    query.remove("was");
    match was {
        Some(was) => address(path, &query, &[("moved", number), ("was", was.raw.as_str())]),
        None => address(path, &query, &[]),
    }
}
