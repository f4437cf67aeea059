//! The last log entries wait for something that is ticked as done.
//!
//! Looked at are the log entries at the end that wait (by kind, or by a line that begins with need, wait,
//! await, pending, blocked, missing). Every line of theirs that asks for something is compared with each
//! done step's title and each ticked item; the best match is reported, once per line and step.

use std::collections::BTreeSet;

use super::words::{overlap, stems};
use super::{LOG_WAITS, name};
use crate::model::{Finding, LogEntry, LogKind, Order, Step, StepState, Subject};

const ASKING: [&str; 8] = ["need", "wait", "await", "pending", "blocked", "missing", "todo", "still"];

pub(super) fn find(order: &Order) -> Vec<Finding> {
    let names = stems(order.assignee.as_ref().map_or("", |assignee| assignee.name.as_str()));
    let mut waiting: Vec<&LogEntry> = order.log.iter().rev().take_while(|entry| waits(entry)).collect();
    waiting.reverse();
    let mut findings = Vec::new();
    for line in waiting.into_iter().flat_map(asking_lines) {
        let asked: BTreeSet<String> = stems(line).difference(&names).cloned().collect();
        findings.extend(order.steps.iter().filter_map(|step| about(step, &asked, line)));
    }
    findings
}

fn waits(entry: &LogEntry) -> bool {
    entry.kind == LogKind::Waiting
        || LogKind::of_title(&entry.title) == LogKind::Waiting
        || entry.lines.iter().any(|line| asks(line))
}

/// The lines that ask; where a waiting entry has none, its heading.
fn asking_lines(entry: &LogEntry) -> Vec<&str> {
    let asking: Vec<&str> = entry.lines.iter().map(String::as_str).filter(|line| asks(line)).collect();
    if asking.is_empty() {
        let rest = entry.lines.iter().map(String::as_str);
        return std::iter::once(entry.title.as_str()).chain(rest).collect();
    }
    asking
}

fn asks(line: &str) -> bool {
    let first = line.trim_start().to_lowercase();
    ASKING.iter().any(|word| first.starts_with(word))
}

/// The part of a step that is ticked and that the line still asks for.
fn about(step: &Step, asked: &BTreeSet<String>, line: &str) -> Option<Finding> {
    let done = step.state == StepState::Done;
    let title = done.then(|| (stems(&step.title), Subject::Step(step.id.clone()), name(step)));
    let items = step.items.iter().filter(|item| item.ticks.is_ticked()).map(|item| {
        let named = format!("Step {} item \"{}\"", step.position, item.text);
        (stems(&item.text), Subject::Item(item.id.clone()), named)
    });
    let matches = title
        .into_iter()
        .chain(items)
        .filter_map(|(told, subject, named)| overlap(asked, &told).map(|shared| (shared, subject, named)));
    // The first of equals wins, so that a title goes before its items.
    let best = matches.reduce(|best, next| if next.0 > best.0 { next } else { best });
    best.map(|(_, subject, named)| {
        let sentence = format!("{named} is ticked, yet the end of the log still waits: \"{}\".", line.trim());
        LOG_WAITS.found(subject, sentence)
    })
}
