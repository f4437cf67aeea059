//! What happened to claims, questions and decisions, in the words of the order's history.

use crate::work_orders::delegation::DelegationEvent;
use crate::work_orders::model::{Decision, Order};

/// Characters of a text that are quoted in a line.
const QUOTED: usize = 80;

/// The event in words.
pub fn words(order: &Order, event: &DelegationEvent) -> String {
    let named =
        |id: &str| order.delegation.decision(id).map_or_else(|| "an earlier one".to_owned(), Decision::name);
    match event {
        DelegationEvent::Claimed { accountable, until, lapsed, .. } => {
            let old = lapsed.as_ref().map(|old| format!("; the claim of {} had lapsed", old.marked_name()));
            let until = until.to_rfc3339();
            format!(
                "claimed it until {until}, {} answers for it{}",
                accountable.name,
                old.unwrap_or_default()
            )
        }
        DelegationEvent::ClaimRenewed { until } => format!("is still there, until {}", until.to_rfc3339()),
        DelegationEvent::ClaimReleased { reason } => with_reason("gave its claim back", reason),
        DelegationEvent::AgentStopped { agent, reason } => {
            with_reason(&format!("stopped {}", agent.marked_name()), reason)
        }
        DelegationEvent::AgentLetOn { agent } => format!("let {} on again", agent.marked_name()),
        DelegationEvent::QuestionAsked { text, .. } => format!("asked {}", quoted(text)),
        DelegationEvent::QuestionAnswered { question, answer } => {
            let asked = order.delegation.question(question).map(|it| quoted(&it.text));
            format!("answered {}: {}", asked.unwrap_or_default(), quoted(answer))
        }
        DelegationEvent::QuestionWithdrawn { question, reason } => {
            let asked = order.delegation.question(question).map(|it| quoted(&it.text));
            with_reason(&format!("withdrew the question {}", asked.unwrap_or_default()), reason)
        }
        DelegationEvent::DecisionRecorded { number, title, says, supersedes, .. } => {
            let place = supersedes.as_deref().map(|id| format!(", in the place of {}", named(id)));
            format!("decided D-{number} {}: {}{}", quoted(title), quoted(says), place.unwrap_or_default())
        }
    }
}

fn with_reason(what: &str, reason: &str) -> String {
    if reason.trim().is_empty() { what.to_owned() } else { format!("{what}: {}", reason.trim()) }
}

fn quoted(text: &str) -> String {
    let short: String = text.chars().take(QUOTED).collect();
    let more = if short.len() < text.len() { "…" } else { "" };
    format!("“{short}{more}”")
}
