//! Moving steps to another order. They leave by a change of the plan that says where they went, and both orders carry the
//! relation. What carries a record stays: it belongs to the order on which it was recorded.

use super::Case;
use super::carried::carried;
use super::plan::{check_editor, edited, needs_reason};
use crate::events::OrderEvent;
use crate::facts::Facts;
use crate::lifecycle::require_reason;
use crate::model::{Order, OrderNumber, Plan, RelationKind, Step};
use foundation::{Error, Result};

pub(super) fn split(
    case: &Case<'_>,
    rest: Plan,
    moved: &[String],
    order: String,
    number: OrderNumber,
    reason: String,
) -> Result<Vec<OrderEvent>> {
    check_editor(case)?;
    if let Some(step) =
        case.order.steps.iter().find(|it| moved.contains(&it.id) && stays(case.order, case.facts, it))
    {
        return Err(Error::refused(format!(
            "Step {} \"{}\" carries a record and stays here. Choose other steps.",
            step.position, step.title
        )));
    }
    if needs_reason(case.order) {
        require_reason(&reason, case.facts, "Split the order")?;
    }
    let why = reason.trim();
    let went =
        if why.is_empty() { format!("moved to {number}") } else { format!("moved to {number}: {why}") };
    let mut events = edited(case, &rest, went)?;
    events.push(OrderEvent::Related { kind: RelationKind::SplitTo, order, number, about: None });
    Ok(events)
}

/// Whether a step carries a record: something done, set aside, or carried beside that by it or an item in it.
pub fn stays(order: &Order, facts: &Facts, step: &Step) -> bool {
    let items = step.items.iter().map(|item| item.id.as_str());
    let mut ids = std::iter::once(step.id.as_str()).chain(items);
    step.has_progress() || ids.any(|id| carried(order, facts, id).is_some())
}
