//! Writing an order in the form of the file it could have come from.

use super::{header, lists, log, meta, steps};
use crate::model::Order;
use foundation::Result;

/// Fields that have a place of their own below the head.
pub(super) const ELSEWHERE: [&str; 7] =
    ["goals", "steps", "parts", "criteria", "log", "comments", "sections"];

/// The order as Markdown; [`super::parse`] reads the same order from it.
pub fn render(order: &Order) -> Result<String> {
    let mut out = header::show_table(order);
    let comment = meta::comment(&head_of(order), &norm(order)?, &ELSEWHERE)?;
    if !comment.is_empty() {
        out.extend(["\n", comment.trim_start(), "\n"]);
    }
    out.extend(["\n## Description\n", &header::show_description(order)]);
    if !order.goals.is_empty() {
        out.extend(["\n", &lists::show_entries(&order.goals)?]);
    }
    push_steps(&mut out, order)?;
    push(&mut out, "Parts/Materials Required", &lists::show_entries(&order.parts)?);
    push(&mut out, "Safety Notes", &lists::show_entries(&order.safety.notes)?);
    push(&mut out, "Completion Criteria", &lists::show_criteria(&order.criteria)?);
    for section in &order.sections {
        out.extend(["\n", &log::show_section(section)?]);
    }
    push_log(&mut out, order)?;
    if let Some(footer) = &order.footer {
        out.extend(["\n---\n\n", &show_footer(footer), "\n"]);
    }
    Ok(out)
}

fn push(out: &mut String, title: &str, list: &str) {
    if !list.is_empty() {
        out.extend(["\n## ", title, "\n", list]);
    }
}

fn push_steps(out: &mut String, order: &Order) -> Result<()> {
    if !order.steps.is_empty() {
        out.push_str("\n## Steps\n");
    }
    for step in &order.steps {
        out.extend(["\n", &steps::show_step(step)?]);
    }
    Ok(())
}

fn push_log(out: &mut String, order: &Order) -> Result<()> {
    out.push_str("\n---\n\n## Work Log\n");
    for entry in &order.log {
        out.extend(["\n", &log::show_entry(entry)?]);
    }
    if !order.comments.is_empty() {
        out.push_str("\n## Comments\n");
    }
    for comment in &order.comments {
        out.extend(["\n", &log::show_comment(comment)?]);
    }
    Ok(())
}

/// The order without what has a place of its own.
pub(super) fn head_of(order: &Order) -> Order {
    let mut head = order.clone();
    head.goals.clear();
    head.steps.clear();
    head.parts.clear();
    head.safety.notes.clear();
    head.criteria.clear();
    head.log.clear();
    head.comments.clear();
    head.sections.clear();
    head
}

/// What a reader gets of the head from the visible text alone.
pub(super) fn norm(order: &Order) -> Result<Order> {
    let mut read = header::norm(order)?;
    read.footer = order.footer.as_deref().map(|footer| read_footer(&show_footer(footer)).to_owned());
    Ok(read)
}

fn show_footer(footer: &str) -> String {
    let text = super::text::show_line(footer);
    // Stars around stars would be a rule.
    if text.chars().all(|c| c == '*' || c.is_whitespace()) {
        format!("_{text}_")
    } else {
        format!("*{text}*")
    }
}

/// The text of a footer line, without the stars around it.
pub(super) fn read_footer(line: &str) -> &str {
    let line = line.trim();
    let bare = ['*', '_'].iter().find_map(|mark| line.strip_prefix(*mark)?.strip_suffix(*mark));
    bare.unwrap_or(line)
}
