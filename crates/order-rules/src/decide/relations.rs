//! How an order hangs together with others: what blocks it, what it duplicates.
//!
//! Both orders carry the relation; whoever may change the plan of the one makes and takes it away. Where it holds the other
//! up, the other's plan must be theirs to change too, and an order that has ended takes none. That no circle of
//! blocked orders comes to be is looked up before ([`super::super::model::RelationKind::BlockedBy`]).

use super::Case;
use crate::events::OrderEvent;
use crate::lifecycle::{require_reason, tie};
use crate::model::{Order, OrderNumber, RelationKind, limits};
use foundation::{Action, Asker, Error, Result};

pub(super) fn relate(
    case: &Case<'_>,
    kind: RelationKind,
    order: String,
    number: OrderNumber,
) -> Result<Vec<OrderEvent>> {
    check_may(case)?;
    if kind.word().is_none() {
        return Err(Error::invalid(
            "kind",
            "a follow-up is opened where something failed, and an order is split on its own page",
        ));
    }
    if order == case.order.id {
        return Err(Error::invalid("number", "an order has no relation to itself: name another one"));
    }
    if case.order.relations.iter().any(|it| it.kind == kind && it.order == order) {
        return Err(Error::refused(format!(
            "That is said already: {} {number}.",
            kind.label().to_lowercase()
        )));
    }
    Ok(vec![OrderEvent::Related { kind, order, number, about: None }])
}

pub(super) fn unrelate(case: &Case<'_>, kind: RelationKind, order: String) -> Result<Vec<OrderEvent>> {
    check_may(case)?;
    if kind.word().is_none() {
        return Err(Error::refused(
            "A follow-up stays tied to what it goes on with, and so do the parts of an order that was split.",
        ));
    }
    if !case.order.relations.iter().any(|it| it.kind == kind && it.order == order) {
        return Err(Error::refused("This relation was taken away already."));
    }
    Ok(vec![OrderEvent::Unrelated { kind, order }])
}

/// Asks the other end of a relation that is made or taken away, which records it too; `kind` is what the other is to the first.
/// An order that waits for this one may not be held up, or let go, by whoever could not change its plan.
pub fn check_other_end(theirs: &Order, kind: RelationKind, asker: &Asker) -> Result<()> {
    if theirs.status.is_final() {
        return Err(Error::refused(format!(
            "{} is {}: that is final, and its relations stand. Open a linked follow-up order instead.",
            theirs.number,
            theirs.status.label().to_lowercase()
        )));
    }
    if kind == RelationKind::Blocks && !asker.may_for(Action::EditPlan, &tie(theirs, &asker.actor)) {
        return Err(Error::forbidden(format!(
            "{} is the one that waits, and its plan is not yours to change: its author says what blocks it while it is a draft, else a \
             supervisor.",
            theirs.number
        )));
    }
    Ok(())
}

fn check_may(case: &Case<'_>) -> Result<()> {
    if case.may(Action::EditPlan) {
        return Ok(());
    }
    Err(Error::forbidden("Relations are made by the author of a draft or by a supervisor."))
}

pub(super) fn pass(case: &Case<'_>, order: String, reason: String) -> Result<Vec<OrderEvent>> {
    if !case.may(Action::LetPass) {
        return Err(Error::forbidden(
            "Only a supervisor lets an order begin before what blocks it is done. Ask one.",
        ));
    }
    let blocks =
        case.order.relations.iter().find(|it| it.kind == RelationKind::BlockedBy && it.order == order);
    let Some(relation) = blocks else { return Err(Error::refused("That order does not block this one.")) };
    if relation.passed.is_some() {
        return Err(Error::refused("This order may begin already."));
    }
    limits::check(&serde_json::json!({ "reason": reason }))?;
    require_reason(&reason, case.facts, "Let it begin")?;
    Ok(vec![OrderEvent::BlockPassed { order, reason }])
}
