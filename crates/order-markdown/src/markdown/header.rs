//! The head of the file: first heading, header table, title and description.

use super::marks::{cut_code, show_code};
use super::outline::{self, Bullet, Line, fault, heading};
use super::text::{read_block, show_block, show_line};
use crate::model::{AssetRef, Assignee, Field, Order, OrderNumber, Priority, Status, When};
use foundation::{Error, Result};

/// The first heading and the table.
pub(super) fn show_table(order: &Order) -> String {
    let mut rows = vec![
        row("WO Number", order.number.as_str()),
        row("Type", &order.order_type),
        row("Priority", &order.priority.as_str().to_uppercase()),
        row("Status", &order.status.shown()),
        row("Created", &order.created.raw),
    ];
    rows.extend(order.due.as_ref().map(|due| row("Due", &due.raw)));
    let assignee = order.assignee.as_ref();
    rows.extend(assignee.map(|it| row("Assigned To", &show_code(&it.name, &it.code))));
    rows.extend(order.asset.as_ref().map(|it| row("Asset", &show_code(&it.name, &it.tag))));
    rows.extend(order.fields.iter().map(|field| row(&field.name, &field.value)));
    let head = "## Header\n| Field | Value |\n|-------|-------|";
    format!("# Work Order: {}\n\n{head}\n{}\n", order.number, rows.join("\n"))
}

fn row(label: &str, value: &str) -> String {
    let cell = |text: &str| show_line(text).replace('|', "\\|");
    format!("| **{}** | {} |", cell(label), cell(value))
}

/// The title in bold and the text below it.
pub(super) fn show_description(order: &Order) -> String {
    let title = show_line(&order.title);
    // Stars alone would be a rule, and then the comment carries the title.
    let stars = title.chars().all(|c| c == '*' || c.is_whitespace());
    let mut shown = if stars { String::new() } else { format!("**{title}**\n") };
    let text = show_block(&order.description, true);
    if !text.trim().is_empty() {
        shown.push('\n');
        shown.push_str(&text);
        shown.push('\n');
    }
    shown
}

/// What a reader gets from the first heading, the table and the description without its goals.
pub(super) fn norm(order: &Order) -> Result<Order> {
    let table = show_table(order);
    let description = show_description(order);
    let mut read = Order::default();
    read_table(&outline::lines(&table)?, &mut read)?;
    read_description(&outline::lines(&description)?, &mut read);
    Ok(read)
}

/// Reads heading and rows into the order; gives back the lines that are neither.
pub(super) fn read_table<'a>(lines: &[Line<'a>], order: &mut Order) -> Result<Vec<Line<'a>>> {
    let mut others = Vec::new();
    let mut seen = Vec::new();
    for line in lines {
        if let Some(text) = heading(line, 1) {
            read_first_heading(text, order);
        } else if let Some((label, value)) = read_row(line) {
            read_field(&label, &value, line.number, order, &mut seen)?;
        } else if !is_frame(line) {
            others.push(*line);
        }
    }
    Ok(others)
}

fn read_first_heading(text: &str, order: &mut Order) {
    let rest = text.get(..10).filter(|start| start.eq_ignore_ascii_case("work order")).map(|_| 10);
    let rest = text.get(rest.unwrap_or(0)..).unwrap_or_default().trim_matches([':', ' ']);
    match OrderNumber::parse(rest) {
        Some(number) => order.number = number,
        None => rest.clone_into(&mut order.title),
    }
}

/// Table lines that carry nothing, and the section's own heading.
fn is_frame(line: &Line<'_>) -> bool {
    let text = line.text.trim();
    text.is_empty() || (!line.code && text.starts_with('|')) || heading(line, 2).is_some()
}

/// A table row, or a line `**Label:** value`.
fn read_row(line: &Line<'_>) -> Option<(String, String)> {
    if line.code {
        return None;
    }
    let text = line.text.trim();
    if text.starts_with('|') {
        return read_cells(text);
    }
    let bare = outline::after_mark(text, false).unwrap_or(text);
    let (label, value) = bare.strip_prefix("**")?.split_once("**")?;
    let colon = label.ends_with(':') || value.trim_start().starts_with(':');
    let value = value.trim().trim_start_matches(':').trim();
    colon.then(|| (label.trim_end_matches(':').trim().to_owned(), value.to_owned()))
}

fn read_cells(text: &str) -> Option<(String, String)> {
    // An escaped pipe belongs to its cell; U+0000 cannot stand in a text that is taken.
    let marked = text.replace("\\|", "\0");
    let inside = marked.trim_start_matches('|');
    let inside = inside.strip_suffix('|').unwrap_or(inside);
    let (label, value) = inside.split_once('|')?;
    let value = value.split('|').next().unwrap_or_default();
    let cell = |text: &str| text.replace('\0', "|").trim().to_owned();
    let label = cell(label);
    let bold = label.strip_prefix("**").and_then(|text| text.strip_suffix("**")).unwrap_or(&label);
    let is_rule = !label.is_empty() && label.chars().all(|c| matches!(c, '-' | ':' | ' '));
    let is_title = label.eq_ignore_ascii_case("field");
    (!is_rule && !is_title).then(|| (bold.trim().trim_end_matches(':').to_owned(), cell(value)))
}

fn read_field(
    label: &str,
    value: &str,
    line: usize,
    order: &mut Order,
    seen: &mut Vec<&'static str>,
) -> Result<()> {
    let Some(field) = field_of(label).filter(|field| !seen.contains(field)) else {
        order.fields.push(Field { name: label.to_owned(), value: value.to_owned() });
        return Ok(());
    };
    seen.push(field);
    match field {
        "number" if value.is_empty() => {}
        "number" => order.number = OrderNumber::parse(value).ok_or_else(|| bad_number(line, value))?,
        "type" => value.clone_into(&mut order.order_type),
        "priority" => order.priority = Priority::read(value).ok_or_else(|| bad_priority(line, value))?,
        "status" => order.status = Status::read(value).ok_or_else(|| bad_status(line, value))?,
        "created" => order.created = When::read(value),
        "due" => order.due = Some(When::read(value)),
        "assignee" => order.assignee = read_assignee(value),
        _ => order.asset = read_asset(value),
    }
    Ok(())
}

fn field_of(label: &str) -> Option<&'static str> {
    let letters: String = label.chars().filter(|c| c.is_alphanumeric()).collect();
    Some(match letters.to_lowercase().as_str() {
        "wonumber" | "number" | "workorder" | "workordernumber" | "wo" => "number",
        "type" | "workordertype" | "wotype" => "type",
        "priority" => "priority",
        "status" | "state" => "status",
        "created" | "createdat" | "createdon" | "datecreated" => "created",
        "due" | "duedate" | "dueby" => "due",
        "assignedto" | "assigned" | "assignee" => "assignee",
        "asset" | "equipment" => "asset",
        _ => return None,
    })
}

fn read_assignee(value: &str) -> Option<Assignee> {
    let (name, code) = cut_code(value);
    let nobody =
        ["", "-", "–", "—", "unassigned", "none", "n/a", "tbd"].contains(&name.to_lowercase().as_str());
    (!nobody || !code.is_empty()).then_some(Assignee { account: None, kind: None, name, code })
}

fn read_asset(value: &str) -> Option<AssetRef> {
    let (name, tag) = cut_code(value);
    let nothing = ["", "-", "–", "—", "none", "n/a"].contains(&name.to_lowercase().as_str());
    (!nothing || !tag.is_empty()).then_some(AssetRef { name, tag })
}

fn bad_number(line: usize, value: &str) -> Error {
    fault(line, format!("\"{value}\" is no work order number; write it like WO-2026-001"))
}

fn bad_priority(line: usize, value: &str) -> Error {
    fault(line, format!("\"{value}\" is no priority; write NONE, LOW, MEDIUM, HIGH or EMERGENCY"))
}

fn bad_status(line: usize, value: &str) -> Error {
    let known: Vec<String> = Status::ALL.iter().map(|status| status.shown()).collect();
    fault(line, format!("\"{value}\" is no status; write one of {}", known.join(", ")))
}

/// Reads title and text into the order; gives back the bullets of the last list, which are the goals.
pub(super) fn read_description<'a>(lines: &[Line<'a>], order: &mut Order) -> Vec<Bullet<'a>> {
    let start = lines.iter().take_while(|line| line.text.trim().is_empty()).count();
    let title = lines.get(start).and_then(read_title);
    let after = start + usize::from(title.is_some());
    if let Some(title) = title {
        title.clone_into(&mut order.title);
    }
    let lines = lines.get(after..).unwrap_or_default();
    let (from, to) = last_list(lines);
    let (bullets, _) = outline::bullets(lines.get(from..to).unwrap_or_default(), false);
    let text = |range: Option<&[Line<'a>]>| read_block(range.unwrap_or_default());
    let texts = [text(lines.get(..from)), text(lines.get(to..))];
    order.description = texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n");
    bullets
}

fn read_title<'a>(line: &Line<'a>) -> Option<&'a str> {
    let title = line.text.trim().strip_prefix("**")?.strip_suffix("**")?.trim();
    (!title.is_empty()).then_some(title)
}

/// Where the last list begins and ends; an empty range at the end when there is none.
fn last_list(lines: &[Line<'_>]) -> (usize, usize) {
    let is_bullet = |line: &Line<'_>| outline::begins_bullet(line, false).is_some();
    let Some(last) = lines.iter().rposition(is_bullet) else { return (lines.len(), lines.len()) };
    let belongs =
        |line: &Line<'_>| is_bullet(line) || outline::is_nested(line) || line.text.trim().is_empty();
    let reversed = lines.iter().take(last + 1).rev();
    let length = reversed.take_while(|line| belongs(line)).count();
    let after = lines.iter().skip(last + 1).take_while(|line| outline::is_nested(line)).count();
    let begin = last + 1 - length;
    // Nested and blank lines before the first bullet belong to the text.
    let lead = lines.iter().skip(begin).take_while(|line| !is_bullet(line)).count();
    (begin + lead, last + 1 + after)
}
