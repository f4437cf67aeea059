//! What happened to claims, questions and decisions, in the words of the order's history.

use super::told::Around;
use super::words::{Told, quoted};
use crate::foundation::Timestamp;
use crate::work_orders::delegation::DelegationEvent;
use crate::work_orders::model::{Decision, Question};

/// What one event about agents at work says.
pub(super) fn told(around: Around<'_>, event: &DelegationEvent) -> Told {
    match event {
        DelegationEvent::Claimed { accountable, until, lapsed, .. } => {
            let held = lapsed.as_ref().map(|old| format!("the claim of {}, lapsed", old.marked_name()));
            Told::new(format!("claimed it {}, {} answers for it", end(*until), accountable.name))
                .values(held.unwrap_or_else(|| "no claim".to_owned()), end(*until))
        }
        DelegationEvent::ClaimRenewed { until } => {
            let old = around.before.delegation.standing().map(|claim| end(claim.until));
            Told::new(format!("is still there, {}", end(*until))).values(old.unwrap_or_default(), end(*until))
        }
        DelegationEvent::ClaimReleased { reason } => {
            Told::new("gave its claim back").values("claimed", "no claim").because(reason)
        }
        DelegationEvent::AgentStopped { agent, reason } => {
            Told::new(format!("stopped {}", agent.marked_name()))
                .values("may work on it", "stopped")
                .because(reason)
        }
        DelegationEvent::AgentLetOn { agent } => {
            Told::new(format!("let {} on again", agent.marked_name())).values("stopped", "may work on it")
        }
        _ => asked(around, event),
    }
}

fn asked(around: Around<'_>, event: &DelegationEvent) -> Told {
    match event {
        DelegationEvent::QuestionAsked { text, .. } => {
            Told::new(format!("asked {}", quoted(text))).values("", text.as_str())
        }
        DelegationEvent::QuestionAnswered { question, answer } => {
            let what = format!("answered {}: {}", question_of(around, question), quoted(answer));
            Told::new(what).values("not answered", answer.as_str())
        }
        DelegationEvent::QuestionWithdrawn { question, reason } => {
            let text = question_of(around, question);
            Told::new(format!("withdrew the question {text}")).values(text, "").because(reason)
        }
        DelegationEvent::DecisionRecorded { number, title, says, reasons, supersedes, .. } => {
            let old = supersedes.as_deref().map(|id| decision_of(around, id)).unwrap_or_default();
            let place = if old.is_empty() { String::new() } else { format!(", in the place of {old}") };
            Told::new(format!("decided D-{number} {}: {}{place}", quoted(title), quoted(says)))
                .values(old, says.as_str())
                .because(reasons)
        }
        other => Told::new(other.kind()),
    }
}

fn end(until: Timestamp) -> String {
    format!("until {}", until.to_rfc3339())
}

fn question_of(around: Around<'_>, id: &str) -> String {
    let found: Option<&Question> =
        around.before.delegation.question(id).or_else(|| around.last.delegation.question(id));
    found.map_or_else(|| "a question".to_owned(), |question| quoted(&question.text))
}

fn decision_of(around: Around<'_>, id: &str) -> String {
    let found: Option<&Decision> =
        around.before.delegation.decision(id).or_else(|| around.last.delegation.decision(id));
    found.map_or_else(|| "an earlier one".to_owned(), Decision::name)
}
