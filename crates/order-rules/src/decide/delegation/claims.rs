//! Claims of agents: taken, renewed, given back, stopped.
//!
//! One agent works on an order at a time. What a claim costs is a sign of life now and then: past its lease it is stale, and
//! another agent may take the work over.

use super::super::{Case, Command, Gather};
use super::Delegate;
use crate::delegation::DelegationEvent;
use crate::events::OrderEvent;
use crate::lifecycle::{require_reason, tie_over_agents};
use crate::model::{Claim, Order, Status, Transition, Who, limits};
use foundation::{Action, ActorKind, Asker, Error, Result, Tie, Timestamp};

/// Seconds of a lease, where nothing else is asked for.
pub const LEASE_DEFAULT: u32 = 300;
/// The shortest lease, in seconds.
pub const LEASE_LEAST: u32 = 60;
/// The longest lease, in seconds.
pub const LEASE_MOST: u32 = 1_800;

/// The rule of claims.
const RULE: &str = "R41";

/// What comes before a command of an agent: a refusal of one that was stopped or that would come in the way of another, or the
/// claim under which it is done. Nothing for people.
pub(in crate::decide) fn before(case: &Case<'_>, command: &Command) -> Result<Vec<OrderEvent>> {
    if !case.asker.is_agent() {
        return Ok(Vec::new());
    }
    check_not_stopped(case.order, case.asker)?;
    let now = case.facts.now;
    let is_free = is_free(command);
    match case.order.delegation.live(now) {
        Some(own) if own.agent.is(case.asker.id()) => {
            let renews = !is_free && own.is_due(now);
            Ok(renews.then(|| renewed(case, own)).into_iter().collect())
        }
        Some(others) if !is_free && is_given(case) => Err(taken(others)),
        None if needs_claim(command) && is_given(case) && is_workable(case) => by_itself(case),
        _ => Ok(Vec::new()),
    }
}

/// The claim of whoever has the work, or had it claimed and let it lapse, comes with the first act. Whoever works for a person
/// says so first, so that nobody is surprised by who is at it.
fn by_itself(case: &Case<'_>) -> Result<Vec<OrderEvent>> {
    let account = case.asker.id();
    if case.order.is_assigned_to(account) || case.order.delegation.is_held_by(account) {
        return Ok(vec![claimed(case, LEASE_DEFAULT)?]);
    }
    let refused =
        Error::refused("You have not claimed this work, which is given to the person who answers for you.");
    Err(refused.by_rule(RULE, "Claim it first."))
}

/// Refuses an agent that was stopped on an order, or has its work assigned while another works on it: what is done about an order
/// beside its commands, such as linking evidence, is refused as the commands are.
pub fn may_act(order: &Order, asker: &Asker, now: Timestamp) -> Result<()> {
    if !asker.is_agent() {
        return Ok(());
    }
    check_not_stopped(order, asker)?;
    match order.delegation.live(now) {
        Some(others) if !others.agent.is(asker.id()) && order.is_assigned_to(asker.id()) => {
            Err(taken(others))
        }
        _ => Ok(()),
    }
}

fn check_not_stopped(order: &Order, asker: &Asker) -> Result<()> {
    let Some(stop) = order.delegation.stop_of(asker.id()) else { return Ok(()) };
    let why = if stop.reason.is_empty() { String::new() } else { format!(": {}", stop.reason) };
    let refused = Error::refused(format!("{} stopped you on {}{why}", stop.by.name, order.number));
    Err(refused.by_rule(RULE, format!("A person lets you on again on the page of {}.", order.number)))
}

/// What comes in nobody's way: words of one's own, and what is about claims itself.
fn is_free(command: &Command) -> bool {
    match command {
        Command::AddComment { .. }
        | Command::AcknowledgeSafety { .. }
        | Command::EditPlan { .. }
        | Command::Gather(Gather::CommentWithFiles { .. }) => true,
        Command::Delegate(asked) => !matches!(asked, Delegate::AskPerson(_) | Delegate::RecordDecision(_)),
        _ => false,
    }
}

/// What is part of the work, so that whoever has it claims it with the first of them.
fn needs_claim(command: &Command) -> bool {
    match command {
        Command::Tick { .. }
        | Command::Answer { .. }
        | Command::Arrive { .. }
        | Command::MarkStep { .. }
        | Command::AddLog { .. }
        | Command::Gather(Gather::AddFiles { .. } | Gather::PlacePin { .. }) => true,
        Command::Delegate(asked) => matches!(asked, Delegate::AskPerson(_) | Delegate::RecordDecision(_)),
        _ => false,
    }
}

fn is_workable(case: &Case<'_>) -> bool {
    matches!(case.order.status, Status::Approved | Status::InProgress)
}

/// Whether the work is this agent's to take: given to it, or to a person who answers for it.
fn is_given(case: &Case<'_>) -> bool {
    case.order.is_assigned_to(case.asker.id()) || for_whom(case).is_some()
}

/// The person who has the work and answers for this agent.
fn for_whom<'a>(case: &Case<'a>) -> Option<&'a Who> {
    case.facts.people.answering.iter().find(|person| case.order.is_assigned_to(&person.id))
}

pub(super) fn claim(case: &Case<'_>, lease_seconds: Option<u32>) -> Result<Vec<OrderEvent>> {
    if !case.asker.is_agent() {
        return Err(Error::forbidden(
            "Only agents claim work: a person who has it assigned begins, and needs no lease.",
        ));
    }
    let tie = Tie { is_assignee: is_given(case), ..Tie::default() };
    if !case.asker.may_for(Action::ClaimWork, &tie) {
        return Err(not_given());
    }
    let lease = lease_seconds.unwrap_or(LEASE_DEFAULT);
    if !(LEASE_LEAST..=LEASE_MOST).contains(&lease) {
        let bounds = format!("a lease is between {LEASE_LEAST} and {LEASE_MOST} seconds");
        return Err(Error::invalid("lease_seconds", bounds));
    }
    check_workable(case)?;
    match case.order.delegation.live(case.facts.now) {
        Some(own) if own.agent.is(case.asker.id()) => heartbeat(case),
        Some(others) => Err(taken(others)),
        None => Ok(vec![claimed(case, lease)?]),
    }
}

fn not_given() -> Error {
    let refused = Error::forbidden("This work is given neither to you nor to a person who answers for you.");
    refused.by_rule(RULE, "A supervisor assigns it to you, or to whoever answers for you.")
}

fn check_workable(case: &Case<'_>) -> Result<()> {
    if is_workable(case) {
        return Ok(());
    }
    let label = case.order.status.label().to_lowercase();
    let lift = match case.order.status {
        Status::Draft | Status::Submitted => "A supervisor approves it first.",
        Status::OnHold => "Whoever holds it resumes it first.",
        _ => "A person returns it for rework or reopens it first.",
    };
    Err(Error::refused(format!("This order is {label}, so there is no work to claim.")).by_rule(RULE, lift))
}

fn taken(by: &Claim) -> Error {
    let until = by.until.to_rfc3339();
    let refused = Error::refused(format!("{} works on this until {until}.", by.agent.name));
    refused.by_rule(
        RULE,
        format!("It is free once that claim is given back or stopped, or at {until} without a sign of it."),
    )
}

/// The claim, with whoever answers for it and whose had lapsed.
fn claimed(case: &Case<'_>, lease: u32) -> Result<OrderEvent> {
    let accountable = accountable(case)?;
    let lapsed = case.order.delegation.standing().map(|claim| claim.agent.clone());
    let until = case.facts.now.plus_micros(i64::from(lease) * 1_000_000);
    Ok(DelegationEvent::Claimed { accountable, until, lease_seconds: lease, lapsed }.into())
}

/// Who answers for the agent: whoever has the work and answers for it, else a person of its unit, else who gave it the work,
/// approved it or wrote it.
fn accountable(case: &Case<'_>) -> Result<Who> {
    let own = for_whom(case).or_else(|| case.facts.people.answering.first());
    let order = case.order;
    let approver = order.transitions.iter().rev().find(|it| it.id == Transition::Approve).map(|it| &it.by);
    let others = [order.delegation.assigned_by.as_ref(), approver, order.author()];
    let is_person = |who: &&Who| who.kind == ActorKind::Human && !who.id.is_empty();
    own.or_else(|| others.into_iter().flatten().find(is_person)).cloned().ok_or_else(|| {
        let refused = Error::refused("No person answers for you, so you take no work on.");
        refused.by_rule(RULE, "An admin makes a key for you, or a person assigns the work to you.")
    })
}

fn renewed(case: &Case<'_>, own: &Claim) -> OrderEvent {
    let until = case.facts.now.plus_micros(i64::from(own.lease_seconds) * 1_000_000);
    DelegationEvent::ClaimRenewed { until }.into()
}

/// Renews the lease once less than half of it is left; before that it answers for itself, and nothing is recorded.
pub(super) fn heartbeat(case: &Case<'_>) -> Result<Vec<OrderEvent>> {
    let own = held(case)?;
    if own.is_stale(case.facts.now) {
        let refused = Error::refused(format!("Your claim lapsed at {}.", own.until.to_rfc3339()));
        return Err(refused.by_rule(RULE, "Claim it again, unless another agent has."));
    }
    Ok(own.is_due(case.facts.now).then(|| renewed(case, own)).into_iter().collect())
}

pub(super) fn release(case: &Case<'_>, reason: String) -> Result<Vec<OrderEvent>> {
    held(case)?;
    limits::check(&serde_json::json!({ "reason": reason }))?;
    Ok(vec![DelegationEvent::ClaimReleased { reason }.into()])
}

/// The claim that the asker holds, live or stale.
fn held<'a>(case: &Case<'a>) -> Result<&'a Claim> {
    let own = case.order.delegation.standing().filter(|claim| claim.agent.is(case.asker.id()));
    own.ok_or_else(|| {
        if !case.asker.is_agent() {
            return Error::forbidden("Only agents hold claims: people need no lease.");
        }
        if !is_given(case) {
            return not_given();
        }
        let refused = Error::refused("You hold no claim on this order.");
        refused.by_rule(RULE, "Claim it first.")
    })
}

pub(super) fn stop(case: &Case<'_>, account: &str, reason: String) -> Result<Vec<OrderEvent>> {
    check_over(case)?;
    let all = &case.order.delegation;
    if let Some(stop) = all.stop_of(account) {
        return Err(Error::refused(format!("{} stopped it already.", stop.by.name)));
    }
    let known = all.claims.iter().rev().find(|claim| claim.agent.is(account)).map(|it| it.agent.clone());
    let agent = known
        .or_else(|| assigned(case, account))
        .ok_or_else(|| Error::not_found("that agent on this order"))?;
    limits::check(&serde_json::json!({ "reason": reason }))?;
    require_reason(&reason, case.facts, "Stop an agent")?;
    Ok(vec![DelegationEvent::AgentStopped { agent, reason }.into()])
}

/// The agent that has the work, also before its first act.
fn assigned(case: &Case<'_>, account: &str) -> Option<Who> {
    let to = case.order.assignee.as_ref().filter(|to| to.kind == Some(ActorKind::Agent))?;
    let is_it = case.order.is_assigned_to(account);
    is_it.then(|| Who { id: account.to_owned(), kind: ActorKind::Agent, name: to.name.clone() })
}

pub(super) fn let_on(case: &Case<'_>, account: &str) -> Result<Vec<OrderEvent>> {
    check_over(case)?;
    let stop = case.order.delegation.stop_of(account);
    let stop = stop.ok_or_else(|| Error::refused("This agent is not stopped here."))?;
    Ok(vec![DelegationEvent::AgentLetOn { agent: stop.agent.clone() }.into()])
}

/// Whoever answers for an agent here, has the work or supervises it.
fn check_over(case: &Case<'_>) -> Result<()> {
    let tie = tie_over_agents(case.order, &case.asker.actor);
    if case.asker.is_person() && case.asker.may_for(Action::StopAgent, &tie) {
        return Ok(());
    }
    Err(Error::forbidden(
        "An agent is stopped and let on by whoever answers for it, has the work assigned or supervises it.",
    ))
}
