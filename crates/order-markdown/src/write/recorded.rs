//! Entries of the log, comments and amendments as Markdown.

use super::head::kept_from;
use super::line;
use crate::shield::shielded;
use foundation::Timestamp;

use crate::model::{Amendment, Answer, Decision, Found, LogEntry, Order, When, Who};
use crate::read::signs::show_code;

pub(super) fn log_text(entry: &LogEntry) -> String {
    let mut lines = vec![timed(&entry.when.raw, &entry.title), String::new()];
    lines.extend(entry.lines.iter().map(|line| format!("- {}", shielded(line).replace('\n', "\n  "))));
    let author = entry.author.clone().or(entry.by.as_ref().map(Who::marked_name));
    lines.extend(author.map(|author| format!("- User: {}", line(&author))));
    lines.join("\n")
}

/// What was answered, what was found not to apply and how the work ended, as one entry of the log; boxes cannot say it.
pub(super) fn answers_text(order: &Order) -> Option<String> {
    let mut said = Vec::new();
    for (step, place, item) in order
        .steps
        .iter()
        .flat_map(|step| (1..).zip(&step.items).map(move |(place, item)| (step, place, item)))
    {
        let told = (item.ticks.current().and_then(|tick| tick.answer.as_ref().zip(tick.at)).map(answered))
            .or_else(|| item.skipped.as_ref().map(|it| (format!("does not apply: {}", it.reason), it.at)));
        said.extend(
            told.map(|(words, at)| (format!("{}.{place} {}: {words}", step.position, item.text), at)),
        );
    }
    let ended = order
        .outcome
        .as_ref()
        .map(|end| format!("Outcome: {}. {}", end.outcome.as_str().replace('_', " "), end.note));
    let newest = said.iter().map(|(_, at)| *at).max().or(order.transitions.last().map(|it| it.at))?;
    let lines: Vec<String> = said
        .into_iter()
        .map(|(words, _)| words)
        .chain(ended)
        .map(|words| format!("- {}", line(&words)))
        .collect();
    let head = timed(&When::exact(newest).raw, "What was found");
    (!lines.is_empty()).then(|| format!("{head}\n\n{}", lines.join("\n")))
}

/// Who does the work, as an entry of the log, where the file keeps a line that names somebody else.
pub(super) fn assigned_text(order: &Order) -> Option<String> {
    let to = kept_from(order)?;
    Some(format!("{}\n\n- To: {}", timed("", "Assigned here"), line(&show_code(&to.name, &to.code))))
}

fn answered((answer, at): (&Answer, Timestamp)) -> (String, Timestamp) {
    let found =
        if answer.found == Found::Good { String::new() } else { format!(" ({})", answer.found.as_str()) };
    let note = if answer.note.is_empty() { String::new() } else { format!(", {}", answer.note) };
    (format!("{}{found}{note}", answer.words()), at)
}

/// An amendment reads as a comment that says what it is about and why it comes now.
pub(super) fn amendment_text(order: &Order, amendment: &Amendment) -> String {
    let part = amendment.about.as_ref().and_then(|about| order.reference(about));
    let about = part.map(|part| format!(" of {part}")).unwrap_or_default();
    let title = format!("{}, an amendment{about}", amendment.by.name);
    let head = timed(&When::exact(amendment.at).raw, &title);
    format!("{head}\n\n{}\n\nWhy it is said now: {}", shielded(&amendment.text), line(&amendment.reason))
}

/// A decision reads as a comment with its number, its reasons and what follows from it; one whose place another took says so.
pub(super) fn decision_text(order: &Order, decision: &Decision) -> String {
    let named =
        |id: &Option<String>| id.as_ref().and_then(|id| order.delegation.decision(id)).map(Decision::name);
    let title = format!("{}, decision {}: {}", decision.by.marked_name(), decision.name(), decision.title);
    let head = timed(&When::exact(decision.at).raw, &title);
    let lines = [
        Some(decision.decision.clone()),
        Some(format!("Reasons: {}", decision.reasons)),
        Some(&decision.consequences).filter(|it| !it.is_empty()).map(|it| format!("Consequences: {it}")),
        named(&decision.supersedes).map(|name| format!("It takes the place of {name}.")),
        named(&decision.superseded_by).map(|name| format!("{name} took its place.")),
    ];
    let lines: Vec<String> = lines.into_iter().flatten().collect();
    format!("{head}\n\n{}", shielded(&lines.join("\n\n")))
}

pub(super) fn timed(when: &str, title: &str) -> String {
    let dash = if when.is_empty() { "" } else { " - " };
    format!("### {}{dash}{}", line(when), line(title))
}
