//! How much text and how many things an order takes, and what no text may contain.
//!
//! One walk over the JSON form of a plan or order, so that no field can be forgotten; each fault names
//! its field path (`steps[2].items[0].text`).

use serde::Serialize;
use serde_json::Value;

use foundation::{FieldErrors, Result};

/// The largest file taken, in bytes.
pub const FILE_BYTES: usize = 1024 * 1024;
/// The longest id, in bytes.
pub const ID_BYTES: usize = 64;
const LINE_BYTES: usize = 4_000;
const TITLE_BYTES: usize = 500;
const TEXT_BYTES: usize = 64 * 1024;
const FAULTS: usize = 20;

/// Refuses NUL, over-long texts and over-long lists anywhere in a plan, an order or a command.
pub fn check<T: Serialize>(thing: &T) -> Result<()> {
    let mut errors = FieldErrors::default();
    walk(&serde_json::to_value(thing)?, &mut String::new(), "", &mut errors);
    errors.into_result()
}

/// Refuses a document of more than twice the blocks that an order takes, before an order is made of it; [`check`] refuses
/// the others.
pub fn check_length(blocks: usize) -> Result<()> {
    let most = most_of("document");
    let mut errors = FieldErrors::default();
    if blocks > 2 * most {
        errors.add("document", format!("{blocks} are too many: at most {most}"));
    }
    errors.into_result()
}

fn walk(value: &Value, path: &mut String, key: &str, errors: &mut FieldErrors) {
    if errors.0.len() >= FAULTS {
        return;
    }
    match value {
        Value::String(text) => check_text(text, path, key, errors),
        Value::Array(list) => walk_list(list, path, key, errors),
        Value::Object(fields) => {
            for (name, field) in fields {
                let dot = if path.is_empty() { "" } else { "." };
                within(path, &format!("{dot}{name}"), |path| walk(field, path, name, errors));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn walk_list(list: &[Value], path: &mut String, key: &str, errors: &mut FieldErrors) {
    let most = most_of(key);
    if list.len() > most {
        errors.add(path.clone(), format!("{} are too many: at most {most}", list.len()));
    }
    for (i, element) in list.iter().enumerate().take(most) {
        within(path, &format!("[{i}]"), |path| walk(element, path, key, errors));
    }
}

fn within(path: &mut String, part: &str, visit: impl FnOnce(&mut String)) {
    let length = path.len();
    path.push_str(part);
    visit(path);
    path.truncate(length);
}

fn most_of(key: &str) -> usize {
    match key {
        "code" => 20,
        "sections" | "fields" => 50,
        "steps" | "goals" | "parts" | "criteria" | "notes" | "safety" => 2_000,
        "document" => 20_000,
        "lines" => 500,
        _ => 5_000,
    }
}

fn check_text(text: &str, path: &str, key: &str, errors: &mut FieldErrors) {
    if text.contains('\0') {
        errors.add(path, "a NUL character is not allowed in text; remove it");
    }
    let most = match key {
        "id" => ID_BYTES,
        "title" | "name" | "tag" | "raw" | "order_type" | "language" => TITLE_BYTES,
        "source" => FILE_BYTES,
        "description" | "notes" => TEXT_BYTES,
        "text" if path.contains("document[") => FILE_BYTES,
        "text" if is_long_text(path) => TEXT_BYTES,
        _ => LINE_BYTES,
    };
    if text.len() > most {
        errors.add(path, format!("{} bytes are too many: at most {most}", text.len()));
    }
}

fn is_long_text(path: &str) -> bool {
    path == "text"
        || ["code[", "sections[", "comments[", "items[", "criteria[", "notes[", "goals[", "parts[", "safety["]
            .iter()
            .any(|part| path.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Plan, PlanItem, PlanStep};
    use foundation::Error;

    #[test]
    fn nul_and_length_are_refused_by_field_path() {
        let item = PlanItem { text: "a\0b".to_owned(), ..PlanItem::default() };
        let step = PlanStep { items: vec![PlanItem::default(), item], ..PlanStep::default() };
        let plan = Plan { title: "x".repeat(501), steps: vec![step], ..Plan::default() };
        let Err(Error::Invalid(errors)) = check(&plan) else { panic!("taken") };
        assert!(errors.get("steps[0].items[1].text").is_some_and(|message| message.contains("NUL")));
        assert!(errors.get("title").is_some_and(|message| message.contains("at most 500")));
        assert_eq!(errors.0.len(), 2);
    }

    #[test]
    fn too_many_steps_are_refused() {
        let plan = Plan { steps: vec![PlanStep::default(); 2_001], ..Plan::default() };
        let Err(Error::Invalid(errors)) = check(&plan) else { panic!("taken") };
        assert!(errors.get("steps").is_some());
    }
}
