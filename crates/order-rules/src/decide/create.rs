//! A new draft.

use std::collections::HashSet;

use crate::events::OrderEvent;
use crate::model::{Assignee, OrderNumber, Plan, demands, limits};
use foundation::{Action, Asker, Error, FieldErrors, Result, Tie};

pub(super) fn create(
    asker: &Asker,
    id: String,
    number: OrderNumber,
    mut plan: Plan,
    assignee: Option<Assignee>,
    new_id: &mut dyn FnMut() -> String,
) -> Result<Vec<OrderEvent>> {
    check_new(asker)?;
    if assignee.is_some() && !may(asker, Action::Assign) {
        return Err(Error::forbidden("Only a supervisor assigns work. Leave the assignee open."));
    }
    if !number.is_given() {
        return Err(Error::invalid("number", "a work order needs a number such as WO-2026-001"));
    }
    plan.fill_ids(new_id);
    check_plan(&plan)?;
    Ok(vec![OrderEvent::Created { order: id, number, plan: Box::new(plan), assignee }])
}

/// Whether the table lets the asker do this to an order that does not exist yet.
pub(super) fn may(asker: &Asker, action: Action) -> bool {
    asker.may_for(action, &Tie::default())
}

/// The asker must be one who may write orders.
pub(super) fn check_new(asker: &Asker) -> Result<()> {
    if may(asker, Action::CreateDraft) {
        return Ok(());
    }
    Err(Error::forbidden(
        "Work orders are written by requesters, technicians, supervisors and admins. Ask one of them.",
    ))
}

/// Limits, a title, and ids that are there once.
pub fn check_plan(plan: &Plan) -> Result<()> {
    limits::check(plan)?;
    let mut errors = FieldErrors::default();
    if plan.title.trim().is_empty() {
        errors.add("title", "a work order needs a title");
    }
    for (i, _) in plan.steps.iter().enumerate().filter(|(_, step)| step.title.trim().is_empty()) {
        errors.add(format!("steps[{i}].title"), format!("step {} needs a title", i + 1));
    }
    for (i, step) in plan.steps.iter().enumerate() {
        let faults = step.items.iter().enumerate().filter_map(|(k, item)| Some((k, item.asks.fault()?)));
        faults.for_each(|(k, fault)| errors.add(format!("steps[{i}].items[{k}].asks"), fault));
    }
    for (id, fault) in demands::faults(&plan.document) {
        let text = plan.document.iter().find(|block| block.id == id).map_or("", |block| block.text.as_str());
        errors.add("demands", format!("\"{text}\": {fault}"));
    }
    let mut seen = HashSet::new();
    for id in plan.ids().filter(|id| !seen.insert((*id).to_owned())) {
        errors.add("ids", format!("the id {id} occurs twice"));
    }
    errors.into_result()
}
