//! What must hold before an order may move. Each guard refuses with what is missing and what to do.

use super::{Ask, Rule, TransitionId};
use crate::foundation::{Actor, Error, Result};
use crate::work_orders::facts::Facts;
use crate::work_orders::model::{Order, Priority, Status, Step, StepState, TypeClass};

/// A condition of the life-cycle table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Guard {
    /// Title, type, priority, a step and a criterion are there.
    PlanComplete,
    /// Whoever approves a controlled type did not write it.
    ApproverNotAuthor,
    /// Somebody is to do it.
    AssigneeSet,
    /// The assignee has read the present safety notes.
    SafetyRead,
    /// The same, when resuming into work.
    SafetyReadOnResume,
    /// No open order blocks it.
    NotBlocked,
    /// The hold says which kind it is.
    HoldCodeGiven,
    /// A held order goes back to where it was.
    ResumesWhereItWas,
    /// Work never began.
    NeverStarted,
    /// Every required step is done, or not applicable with a reason, or failed and followed up.
    StepsSettled,
    /// Every failed or flagged required step has a follow-up order.
    FailedHaveFollowUp,
    /// Required evidence is there.
    EvidencePresent,
    /// No timer runs.
    TimersStopped,
    /// Nobody is signed on to the isolation.
    IsolationSignedOff,
    /// The reviewer did none of the work and made none of the traces.
    NotAPerformer,
    /// Every claim has a verdict.
    ClaimsJudged,
    /// Every exception has a disposition.
    ExceptionsAnswered,
    /// No evidence was altered or lost.
    EvidenceIntact,
    /// Policy lets this type close unverified.
    VerificationWaived,
    /// It was verified here and not only in a file.
    VerifiedHere,
    /// Whoever closes is not whoever verified, where policy asks.
    CloserNotVerifier,
    /// The ledger is whole.
    LedgerVerifies,
    /// Nothing was done yet that a cancellation would hide.
    NoActuals,
}

impl Guard {
    /// Refuses when the condition does not hold.
    pub fn check(self, order: &Order, to: Status, actor: &Actor, facts: &Facts, ask: Ask<'_>) -> Result<()> {
        let fault = match self {
            Self::PlanComplete => plan_gap(order),
            Self::ApproverNotAuthor => self_approval(order, actor, facts),
            Self::AssigneeSet => order.assignee.is_none().then(|| {
                "Nobody is assigned. A supervisor assigns somebody first.".to_owned()
            }),
            Self::SafetyRead => safety_gap(order, actor),
            Self::SafetyReadOnResume if to == Status::InProgress => safety_gap(order, actor),
            Self::NotBlocked => listed(&facts.blocked_by, "Open orders block this one: ", ". Finish them first."),
            Self::HoldCodeGiven if ask.hold.is_none() => {
                return Err(Error::invalid("hold", "say what is waited for: person, parts, access, credentials, safety, vendor or schedule"));
            }
            Self::HoldCodeGiven | Self::SafetyReadOnResume => None,
            Self::ResumesWhereItWas => wrong_resume(order, to),
            Self::NeverStarted => order.started.then(|| {
                "Work has begun, so the approval stands. A supervisor edits the plan with a reason instead.".to_owned()
            }),
            _ => self.check_end(order, actor, facts),
        };
        fault.map_or(Ok(()), |why| Err(Error::refused(why)))
    }

    /// The guards of completing, verifying, closing and cancelling.
    fn check_end(self, order: &Order, actor: &Actor, facts: &Facts) -> Option<String> {
        match self {
            Self::StepsSettled => open_steps(order),
            Self::FailedHaveFollowUp => unfollowed(order, facts),
            Self::EvidencePresent => {
                listed(&facts.evidence_missing, "Evidence is missing for: ", ". Link it first.")
            }
            Self::TimersStopped => counted(facts.running_timers, "timer", "still running: stop it first"),
            Self::IsolationSignedOff => {
                listed(&facts.signed_on, "Still signed on to the isolation: ", ". Each signs off in person.")
            }
            Self::NotAPerformer => self_review(order, actor, facts),
            Self::ClaimsJudged => {
                counted(facts.claims_open, "claim", "without a verdict: judge it in the review queue")
            }
            Self::ExceptionsAnswered => {
                counted(facts.exceptions_open, "exception", "without a disposition: answer it with a reason")
            }
            Self::EvidenceIntact => counted(
                facts.evidence_altered,
                "piece of evidence",
                "altered or missing: return the order for rework",
            ),
            Self::VerificationWaived => verification_due(order, facts),
            Self::VerifiedHere => unverified(order),
            Self::CloserNotVerifier => verifier_closes(order, actor, facts),
            Self::LedgerVerifies => (!facts.ledger_verifies).then(|| {
                "The ledger does not verify. Nothing can be closed until that is explained.".to_owned()
            }),
            Self::NoActuals => actuals(order, facts),
            _ => None,
        }
    }
}

/// Of several targets of one row, the one that fits the order's past.
pub(super) fn target_fits(rule: &Rule, order: &Order, to: Status) -> bool {
    rule.id != TransitionId::T6 || wrong_resume(order, to).is_none()
}

fn plan_gap(order: &Order) -> Option<String> {
    let gaps = [
        (order.title.trim().is_empty(), "a title"),
        (order.order_type.trim().is_empty(), "a type"),
        (order.priority == Priority::None, "a priority"),
        (order.steps.is_empty(), "at least one step"),
        (order.criteria.is_empty(), "at least one completion criterion"),
    ];
    let missing: Vec<String> =
        gaps.iter().filter(|(gap, _)| *gap).map(|(_, name)| (*name).to_owned()).collect();
    listed(&missing, "The plan still needs ", ".")
}

fn self_approval(order: &Order, actor: &Actor, facts: &Facts) -> Option<String> {
    let controlled = facts.policy.controlled.contains(&TypeClass::of(&order.order_type));
    (controlled && order.is_author(&actor.id))
        .then(|| "This type is controlled: its author cannot approve it. Ask another supervisor.".to_owned())
}

/// The assignee must have read the notes; where the assignee has no account, whoever starts must have.
fn safety_gap(order: &Order, actor: &Actor) -> Option<String> {
    let assigned = order.assignee.as_ref().and_then(|assignee| assignee.account.as_deref());
    let reader = assigned.unwrap_or(&actor.id);
    if order.safety.notes.is_empty() || order.safety.is_acknowledged_by(reader) {
        return None;
    }
    let who = order.assignee.as_ref().map_or("the assignee", |assignee| assignee.name.as_str());
    Some(format!(
        "The safety notes (version {}) are not acknowledged by {who}. Read and acknowledge them first.",
        order.safety.version
    ))
}

fn wrong_resume(order: &Order, to: Status) -> Option<String> {
    let right = if order.started { Status::InProgress } else { Status::Approved };
    (to != right).then(|| format!("This order was held before and resumes to {}.", right.label()))
}

fn open_steps(order: &Order) -> Option<String> {
    let open = order.steps.iter().filter(|step| step.required && step.state == StepState::Open);
    listed(
        &titles(open),
        "Required steps are still open: ",
        ". Do them, or mark them not applicable with a reason.",
    )
}

fn unfollowed(order: &Order, facts: &Facts) -> Option<String> {
    let failed = order.steps.iter().filter(|step| {
        let bad = matches!(step.state, StepState::Failed { .. } | StepState::Flagged { .. });
        step.required && bad && !facts.follow_ups.contains(&step.id)
    });
    listed(&titles(failed), "Failed or flagged steps have no follow-up order: ", ". Open one for each first.")
}

fn titles<'a>(steps: impl Iterator<Item = &'a Step>) -> Vec<String> {
    steps.map(|step| format!("{} {}", step.position, step.title)).collect()
}

fn self_review(order: &Order, actor: &Actor, facts: &Facts) -> Option<String> {
    if order.is_performer(&actor.id) {
        return Some("You did part of this work, so you cannot review it. Ask another auditor.".to_owned());
    }
    facts
        .made_traces
        .then(|| "The evidence is your own traces, so you cannot review it. Ask another auditor.".to_owned())
}

fn verification_due(order: &Order, facts: &Facts) -> Option<String> {
    let waived = facts.policy.close_unverified.contains(&TypeClass::of(&order.order_type));
    (!waived)
        .then(|| "Orders of this type must be verified before they are closed. Ask an auditor.".to_owned())
}

fn unverified(order: &Order) -> Option<String> {
    let here = order.transitions.last().is_some_and(|last| last.id == TransitionId::T10);
    (!here)
        .then(|| "Only a file says that this was verified. Reopen it and have it verified here.".to_owned())
}

fn verifier_closes(order: &Order, actor: &Actor, facts: &Facts) -> Option<String> {
    let verifier = order.transitions.iter().rev().find(|it| it.id == TransitionId::T10);
    let same = verifier.is_some_and(|it| it.by.is(&actor.id));
    (facts.policy.closer_not_verifier && same)
        .then(|| "You verified this order; policy asks that somebody else closes it.".to_owned())
}

fn actuals(order: &Order, facts: &Facts) -> Option<String> {
    (order.has_progress() || facts.has_actuals).then(|| {
        "Work is recorded on this order, so it cannot be cancelled. Complete it as partial or not achieved.".to_owned()
    })
}

fn listed(names: &[String], before: &str, after: &str) -> Option<String> {
    (!names.is_empty()).then(|| format!("{before}{}{after}", names.join(", ")))
}

fn counted(number: u32, noun: &str, rest: &str) -> Option<String> {
    (number > 0).then(|| format!("{number} {noun}{} {rest}.", if number == 1 { "" } else { "s" }))
}
