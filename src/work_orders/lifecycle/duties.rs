//! Who somebody is to an order: its author, its assignee, a supervisor, an auditor.

use super::Rule;
use crate::foundation::{Actor, ActorKind, Error, Result, Role};
use crate::work_orders::facts::Facts;
use crate::work_orders::model::{Closers, Order, Status, Transition};

/// A part somebody plays towards an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Duty {
    /// Wrote it and may write orders at all.
    Author,
    /// Wrote it, while it is a draft.
    DraftAuthor,
    /// Has it assigned and may do work.
    Assignee,
    /// Plans and answers for the work.
    Supervisor,
    /// Answers for work that was assigned to an agent, which cannot sign.
    AgentsSupervisor,
    /// Judges work done by others.
    Auditor,
    /// An auditor where policy lets auditors close.
    ClosingAuditor,
}

impl Duty {
    fn held(self, order: &Order, actor: &Actor, roles: &[Role], facts: &Facts) -> bool {
        let has = |role: Role| roles.contains(&role);
        let writes =
            || [Role::Requester, Role::Technician, Role::Supervisor, Role::Admin].into_iter().any(has);
        match self {
            Self::Author => order.is_author(&actor.id) && writes(),
            Self::DraftAuthor => order.status == Status::Draft && order.is_author(&actor.id) && writes(),
            Self::Assignee => {
                let works = [Role::Technician, Role::Supervisor, Role::Agent].into_iter().any(has);
                works && order.is_assigned_to(&actor.id)
            }
            Self::Supervisor => has(Role::Supervisor),
            Self::AgentsSupervisor => has(Role::Supervisor) && is_given_to_agent(order),
            Self::Auditor => has(Role::Auditor),
            Self::ClosingAuditor => {
                has(Role::Auditor) && facts.policy.closers == Closers::SupervisorsAndAuditors
            }
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Author => "its author",
            Self::DraftAuthor => "its author while it is a draft",
            Self::Assignee => "the technician it is assigned to",
            Self::Supervisor => "a supervisor",
            Self::AgentsSupervisor => "a supervisor when it is assigned to an agent",
            Self::Auditor => "an auditor",
            Self::ClosingAuditor => "an auditor where policy lets auditors close",
        }
    }
}

fn is_given_to_agent(order: &Order) -> bool {
    order.assignee.as_ref().is_some_and(|assignee| assignee.kind == Some(ActorKind::Agent))
}

/// Refuses whoever does not play one of the parts the row asks for.
pub(super) fn check(rule: &Rule, order: &Order, actor: &Actor, roles: &[Role], facts: &Facts) -> Result<()> {
    let person = is_person(actor, roles);
    if !person && (actor.kind == ActorKind::System || !rule.open_to_agents()) {
        return Err(Error::forbidden(format!(
            "\"{}\" is for people: agents and services never sign, approve, verify or close. Ask {}.",
            rule.verb,
            words_of(rule)
        )));
    }
    let mut open = rule.who.iter().filter(|duty| person || **duty == Duty::Assignee);
    if open.any(|duty| duty.held(order, actor, roles, facts)) {
        return Ok(());
    }
    Err(Error::forbidden(format!(
        "\"{}\" can be done by {}.{}",
        rule.verb,
        words_of(rule),
        hint(rule, order)
    )))
}

/// Whether a person acts: not the system, not an agent, not an account that holds nothing but the agent's role.
pub fn is_person(actor: &Actor, roles: &[Role]) -> bool {
    let agent_only = !roles.is_empty() && roles.iter().all(|role| *role == Role::Agent);
    actor.kind == ActorKind::Human && !agent_only
}

fn words_of(rule: &Rule) -> String {
    rule.who.iter().map(|duty| duty.words()).collect::<Vec<_>>().join(" or ")
}

fn hint(rule: &Rule, order: &Order) -> &'static str {
    let no_account = order.assignee.as_ref().is_none_or(|assignee| assignee.account.is_none());
    if rule.id == Transition::Complete && no_account {
        " It is assigned to no account yet: a supervisor assigns it first."
    } else {
        ""
    }
}
