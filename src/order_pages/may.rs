//! What the viewer of an order may do besides ticking and moving.

use super::view::OrderView;
use crate::foundation::{Action, Grant};
use crate::work_orders::decide::{Command, stays};
use crate::work_orders::lifecycle::tie_knowing;
use crate::work_orders::model::Materiality;

/// What this person may do besides ticking and moving.
pub(super) struct May {
    pub(super) log: bool,
    pub(super) comment: bool,
    pub(super) assign: bool,
    pub(super) weigh: bool,
    pub(super) link: bool,
    pub(super) edit: bool,
    pub(super) copy: bool,
    pub(super) split: bool,
    pub(super) amend: bool,
    /// Make a version of a procedure of its plan.
    pub(super) template: bool,
}

impl May {
    /// For the viewer of this order.
    pub(super) fn of(view: &OrderView) -> Self {
        let some = || view.some_reason();
        let weight = view.order.targets().into_iter().next().is_some_and(|target| {
            view.allows(Command::SetMateriality { target, materiality: Materiality::Critical })
        });
        Self {
            log: view.allows(Command::AddLog { title: some(), lines: vec![], kind: None, corrects: None }),
            comment: view.allows(Command::AddComment { text: some() }),
            assign: super::edit::may_assign(view),
            weigh: weight,
            amend: view.allows(Command::Amend { about: None, text: some(), reason: some() }),
            edit: view.as_of.is_none() && super::edit::check_may(view).is_ok(),
            split: view.as_of.is_none() && may_split(view),
            copy: view.as_of.is_none() && view.who.may(Action::CreateDraft) > Grant::Never,
            template: view.as_of.is_none() && view.who.may(Action::WriteProcedure) > Grant::Never,
            link: view.as_of.is_none() && may_link(view),
        }
    }
}

fn may_link(view: &OrderView) -> bool {
    let tie = tie_knowing(&view.order, &view.who.actor, &view.facts);
    view.who.may_for(Action::AddEvidence, &tie) && !view.order.status.is_final()
}

/// Whether one step can go and another stays.
fn may_split(view: &OrderView) -> bool {
    let steps = &view.order.steps;
    steps.len() > 1
        && super::edit::check_may(view).is_ok()
        && steps.iter().any(|step| !stays(&view.order, &view.facts, step))
}
