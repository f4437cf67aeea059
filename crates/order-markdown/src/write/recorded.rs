//! Entries of the log, comments and amendments as Markdown.

use super::line;
use crate::model::{Amendment, LogEntry, Order, When};

pub(super) fn log_text(entry: &LogEntry) -> String {
    let mut lines = vec![timed(&entry.when.raw, &entry.title), String::new()];
    lines.extend(entry.lines.iter().map(|line| format!("- {}", line.replace('\n', "\n  "))));
    let author = entry.author.as_deref().or(entry.by.as_ref().map(|by| by.name.as_str()));
    lines.extend(author.map(|author| format!("- User: {}", line(author))));
    lines.join("\n")
}

/// An amendment reads as a comment that says what it is about and why it comes now.
pub(super) fn amendment_text(order: &Order, amendment: &Amendment) -> String {
    let part = amendment.about.as_ref().and_then(|about| order.reference(about));
    let about = part.map(|part| format!(" of {part}")).unwrap_or_default();
    let title = format!("{}, an amendment{about}", amendment.by.name);
    let head = timed(&When::exact(amendment.at).raw, &title);
    format!("{head}\n\n{}\n\nWhy it is said now: {}", amendment.text, line(&amendment.reason))
}

pub(super) fn timed(when: &str, title: &str) -> String {
    let dash = if when.is_empty() { "" } else { " - " };
    format!("### {}{dash}{}", line(when), line(title))
}
