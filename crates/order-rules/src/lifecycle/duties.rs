//! What somebody is to an order, for the permission table; and the refusal of a move that is not theirs.

use super::Rule;
use crate::facts::Facts;
use crate::model::{Closers, Order, Status, Transition};
use foundation::{Actor, ActorKind, Asker, Error, Result, Tie, permission};

/// What this actor is to the order, as far as the order itself says.
pub fn tie(order: &Order, actor: &Actor) -> Tie {
    Tie {
        is_author: order.is_author(&actor.id),
        // An agent that has claimed it works on it for whoever has it.
        is_assignee: order.is_assigned_to(&actor.id) || order.delegation.is_held_by(&actor.id),
        answers: order.delegation.is_accountable(&actor.id),
        is_draft: order.status == Status::Draft,
        is_agents: order.assignee.as_ref().is_some_and(|it| it.kind == Some(ActorKind::Agent)),
        policy_allows: false,
    }
}

/// What this actor is to the order, with what the policy of its type says.
pub fn tie_knowing(order: &Order, actor: &Actor, facts: &Facts) -> Tie {
    let policy_allows = facts.policy.closers == Closers::SupervisorsAndAuditors;
    Tie { policy_allows, ..tie(order, actor) }
}

/// What this actor is to the agents of the order: whoever answers for one has the say that whoever has the work has.
pub fn tie_over_agents(order: &Order, actor: &Actor) -> Tie {
    let tie = tie(order, actor);
    Tie { is_assignee: tie.is_assignee || tie.answers, ..tie }
}

/// Refuses whoever may not take the row with this order.
pub(super) fn check(rule: &Rule, order: &Order, asker: &Asker, facts: &Facts) -> Result<()> {
    if asker.may_for(rule.action, &tie_knowing(order, &asker.actor, facts)) {
        return Ok(());
    }
    let people = permission::people_for(rule.action);
    if !asker.is_person() && !rule.open_to_agents() {
        let refused = Error::forbidden(format!(
            "\"{}\" is for people: agents and services never sign, approve, verify or close. Ask {people}.",
            rule.verb
        ));
        return Err(refused.by_rule(permission::rule_of(rule.action), permission::lift_of(rule.action)));
    }
    Err(Error::forbidden(format!("\"{}\" can be done by {people}.{}", rule.verb, hint(rule, order))))
}

/// The refusal of what no program does to any order.
pub(super) fn for_people(what: &str) -> Error {
    let refused = Error::forbidden(format!(
        "\"{what}\" is for people: agents and services never sign, approve, verify or close."
    ));
    refused.by_rule("R20", "Nothing lifts it for a program: ask a person.")
}

fn hint(rule: &Rule, order: &Order) -> &'static str {
    let no_account = order.assignee.as_ref().is_none_or(|assignee| assignee.account.is_none());
    if rule.id == Transition::Complete && no_account {
        " It is assigned to no account yet: a supervisor assigns it first."
    } else {
        ""
    }
}
