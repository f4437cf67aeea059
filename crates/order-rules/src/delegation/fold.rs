//! Events about agents, questions and decisions folded into an order. At most one claim stands, whatever the events say.

use super::DelegationEvent;
use crate::events::OrderEvent;
use crate::fold::EventMeta;
use crate::model::{
    Claim, ClaimEnd, Decision, Delegation, Ending, Order, Question, Reply, Status, Stop, Who, Withdrawn,
};
use foundation::Timestamp;

/// Lets one event of its own happen.
pub(crate) fn apply(all: &mut Delegation, event: &DelegationEvent, meta: &EventMeta) {
    match event {
        DelegationEvent::Claimed { accountable, until, lease_seconds, .. } => {
            lapse(all, meta);
            all.claims.push(Claim {
                agent: meta.who(),
                accountable: accountable.clone(),
                since: meta.at,
                until: *until,
                lease_seconds: *lease_seconds,
                seen: meta.at,
                ended: None,
            });
        }
        DelegationEvent::ClaimRenewed { until } => {
            if let Some(claim) = all.standing_mut().filter(|claim| claim.agent.is(&meta.actor_id)) {
                claim.until = *until;
            }
        }
        DelegationEvent::ClaimReleased { reason } => {
            if all.is_held_by(&meta.actor_id) {
                end(all, Ending::Released, reason, meta.who(), meta.at);
            }
        }
        DelegationEvent::AgentStopped { agent, reason } => {
            if all.is_held_by(&agent.id) {
                end(all, Ending::Stopped, reason, meta.who(), meta.at);
            }
            let (agent, by, reason) = (agent.clone(), meta.who(), reason.clone());
            all.stops.push(Stop { agent, by, at: meta.at, reason });
        }
        DelegationEvent::AgentLetOn { agent } => all.stops.retain(|stop| !stop.agent.is(&agent.id)),
        _ => apply_words(all, event, meta),
    }
}

fn apply_words(all: &mut Delegation, event: &DelegationEvent, meta: &EventMeta) {
    match event {
        DelegationEvent::QuestionAsked { question, text, choices, about } => all.questions.push(Question {
            id: question.clone(),
            by: meta.who(),
            at: meta.at,
            text: text.clone(),
            choices: choices.clone(),
            about: about.clone(),
            reply: None,
            withdrawn: None,
        }),
        DelegationEvent::QuestionAnswered { question, answer } => {
            let reply = Reply { by: meta.who(), at: meta.at, text: answer.clone() };
            change(all, question, |it| it.reply = Some(reply));
        }
        DelegationEvent::QuestionWithdrawn { question, reason } => {
            let withdrawn = Withdrawn { by: meta.who(), at: meta.at, reason: reason.clone() };
            change(all, question, |it| it.withdrawn = Some(withdrawn));
        }
        DelegationEvent::DecisionRecorded {
            decision,
            number,
            title,
            says,
            reasons,
            consequences,
            supersedes,
        } => {
            let old = all.decisions.iter_mut().filter(|it| Some(&it.id) == supersedes.as_ref());
            old.for_each(|it| it.superseded_by = Some(decision.clone()));
            all.decisions.push(Decision {
                id: decision.clone(),
                number: *number,
                by: meta.who(),
                at: meta.at,
                title: title.clone(),
                decision: says.clone(),
                reasons: reasons.clone(),
                consequences: consequences.clone(),
                supersedes: supersedes.clone(),
                superseded_by: None,
            });
        }
        _ => {}
    }
}

fn change(all: &mut Delegation, question: &str, change: impl FnOnce(&mut Question)) {
    if let Some(found) = all.questions.iter_mut().find(|it| it.id == question) {
        change(found);
    }
}

/// What any event of the order does to the claim that stands: the holder's own is a sign of it, a move to where nobody works
/// and a new assignee end it. Called after the event has happened; `assigned` is whom the order was given to before.
pub(crate) fn follow(order: &mut Order, event: &OrderEvent, assigned: Option<&str>, meta: &EventMeta) {
    let account = order.assignee.as_ref().and_then(|it| it.account.clone());
    let (by, at, status) = (meta.who(), meta.at, order.status);
    let all = &mut order.delegation;
    all.quiet = if is_quiet(event) { all.quiet.saturating_add(1) } else { 0 };
    if let Some(claim) = all.standing_mut().filter(|claim| claim.agent.is(&meta.actor_id)) {
        claim.seen = at;
    }
    match event {
        OrderEvent::Transitioned { .. } if !matches!(status, Status::Approved | Status::InProgress) => {
            end(all, Ending::Moved, "", by, at);
        }
        OrderEvent::Assigned { .. } => {
            if account.as_deref() != assigned {
                end(all, Ending::Reassigned, "", by.clone(), at);
            }
            all.assigned_by = Some(by);
        }
        OrderEvent::Created { assignee: Some(_), .. } => all.assigned_by = Some(by),
        _ => {}
    }
}

fn is_quiet(event: &OrderEvent) -> bool {
    matches!(event, OrderEvent::Delegated(event) if event.is_quiet())
}

/// A claim that stands when the work is claimed anew had lapsed.
fn lapse(all: &mut Delegation, meta: &EventMeta) {
    if let Some((agent, until)) = all.standing().map(|claim| (claim.agent.clone(), claim.until)) {
        end(all, Ending::Lapsed, "", agent, until.min(meta.at));
    }
}

fn end(all: &mut Delegation, how: Ending, reason: &str, by: Who, at: Timestamp) {
    if let Some(claim) = all.standing_mut() {
        claim.ended = Some(ClaimEnd { by, at, how, reason: reason.to_owned() });
    }
}
