//! What a change of the plan was, in words, with the values before and after: block by block, and of the order's own fields.

use serde_json::Value;

use super::words::{QUOTED, quoted_to};
use crate::work_orders::model::{AskKind, Asks, Kind};
use crate::work_orders::pace;
use crate::work_orders::plan_diff::{ChangeOp, PlanChange};

/// Changes told one by one.
const TOLD: usize = 4;
/// Places told one by one where parts were moved.
const MOST_PLACES: usize = 30;

/// What steps, items and short lists are read off; their own changes say the same once more.
const DERIVED: [&str; 5] = ["steps", "goals", "parts", "safety", "criteria"];

/// Every change of one edit with the part that it is about and the whole of its values, for whoever answers for them. `text_of`
/// gives the text of a block by its id.
pub fn in_full<'a>(changes: &[PlanChange], text_of: impl Fn(&str) -> Option<&'a str>) -> Vec<String> {
    let named = |change: &PlanChange| {
        let line = one(change, usize::MAX)?;
        let has_own_words =
            change.op != ChangeOp::Changed || change.path.last().is_some_and(|it| it == "text");
        let text = change.path.get(1).filter(|_| first(change) == "document" && !has_own_words);
        let text = text.and_then(|id| text_of(id));
        Some(text.map_or_else(|| line.clone(), |text| format!("{}: {line}", quoted_to(text, QUOTED))))
    };
    lines(changes, named)
}

/// The changes of one edit, cut short.
pub fn words(changes: &[PlanChange]) -> String {
    let mut lines = lines(changes, |change| one(change, QUOTED));
    let more = lines.len().saturating_sub(TOLD);
    lines.truncate(TOLD);
    match (lines.is_empty(), more) {
        (true, _) => "changed the plan".to_owned(),
        (false, 0) => lines.join("; "),
        (false, more) => format!("{}; and {more} more changes of the plan", lines.join("; ")),
    }
}

fn lines(changes: &[PlanChange], told_as: impl Fn(&PlanChange) -> Option<String>) -> Vec<String> {
    let has_document = changes.iter().any(|change| first(change) == "document");
    let told = changes.iter().filter(|change| !(has_document && DERIVED.contains(&first(change))));
    let mut lines: Vec<String> = told.filter_map(told_as).collect();
    lines.dedup();
    lines
}

fn first(change: &PlanChange) -> &str {
    change.path.first().map_or("", String::as_str)
}

fn one(change: &PlanChange, most: usize) -> Option<String> {
    let quoted = |text: &str| quoted_to(text, most);
    match (first(change), change.op) {
        ("document", ChangeOp::Added) => Some(format!("added {}", block(&change.new, most)?)),
        ("document", ChangeOp::Removed) => Some(format!("removed {}", block(&change.old, most)?)),
        ("isolation", _) if change.new == Value::Bool(true) => {
            Some("asked for isolation, which it did not before".to_owned())
        }
        ("isolation", _) => Some("asks for no isolation any more, which it did before".to_owned()),
        (_, ChangeOp::Moved) => Some(moved(change)),
        ("document", ChangeOp::Changed) => field(change, most),
        (list, ChangeOp::Added) => Some(format!("added to {list}: {}", quoted(text_of(&change.new)))),
        (list, ChangeOp::Removed) => Some(format!("removed from {list}: {}", quoted(text_of(&change.old)))),
        (_, ChangeOp::Changed) => {
            let name = change.path.last().map(|name| name.replace('_', " ")).unwrap_or_default();
            Some(format!(
                "changed {name} from {} to {}",
                quoted(&shown(&change.old)),
                quoted(&shown(&change.new))
            ))
        }
    }
}

/// A field of a block; how its bytes stand in the file is no change that anybody made.
fn field(change: &PlanChange, most: usize) -> Option<String> {
    let quoted = |text: &str| quoted_to(text, most);
    let (old, new) = (shown(&change.old), shown(&change.new));
    match change.path.last()?.as_str() {
        "source" | "mark" | "level" => None,
        "required" if change.new == Value::Bool(true) => Some("made an optional part required".to_owned()),
        "required" => Some("made a required part optional".to_owned()),
        "ordered" if change.new == Value::Bool(true) => Some("a step waits for those before it".to_owned()),
        "ordered" => Some("a step waits for no other any more".to_owned()),
        "kind" if change.path.iter().any(|part| part == "asks") => {
            let asked = |word: &str| {
                AskKind::read(word).map_or_else(|| word.to_owned(), |kind| kind.label().to_lowercase())
            };
            Some(format!("had an item answered by {} instead of {}", asked(&new), asked(&old)))
        }
        "kind" => Some(format!("made {} of {}", label(&new), label(&old))),
        "unit" => Some(format!("changed the unit from {} to {}", quoted(&old), quoted(&new))),
        "least" => Some(format!("changed the lower limit from {} to {}", quoted(&old), quoted(&new))),
        "most" => Some(format!("changed the upper limit from {} to {}", quoted(&old), quoted(&new))),
        "outside_fails" if change.new == Value::Bool(true) => {
            Some("a number outside its limits fails the item instead of flagging it".to_owned())
        }
        "outside_fails" => {
            Some("a number outside its limits flags the item instead of failing it".to_owned())
        }
        "options" => {
            let (old, new) = (listed(&change.old), listed(&change.new));
            Some(format!("changed what one chooses from: {} to {}", quoted(&old), quoted(&new)))
        }
        "blocking" if change.new == Value::Bool(true) => Some("made a part a checkpoint".to_owned()),
        "blocking" => Some("made a part no checkpoint any more".to_owned()),
        "depth" => Some(format!("moved a part in its list from level {old} to level {new}")),
        name => scanned(change, name)
            .or_else(|| demanded(change, name, (old.as_str(), new.as_str())))
            .or_else(|| Some(format!("changed {} to {}", quoted(&old), quoted(&new)))),
    }
}

/// The asset that an item is done at. Its code stands in a question only where one is scanned, so where it comes or goes the whole
/// question is another. None where the field is another.
fn scanned(change: &PlanChange, name: &str) -> Option<String> {
    match name {
        "asset" => Some(format!("had {} scanned instead of {}", shown(&change.new), shown(&change.old))),
        "asks" => {
            let read = |value: &Value| serde_json::from_value::<Asks>(value.clone()).ok();
            let words = |asks: &Asks| {
                let kind = asks.kind.label().to_lowercase();
                if asks.kind == AskKind::Scan { format!("{kind} {}", asks.asset) } else { kind }
            };
            let (old, new) = (read(&change.old)?, read(&change.new)?);
            Some(format!("had an item answered by {} instead of {}", words(&new), words(&old)))
        }
        _ => None,
    }
}

/// What a part asks for beyond its words; none where the field is another.
fn demanded(change: &PlanChange, name: &str, (old, new): (&str, &str)) -> Option<String> {
    match name {
        "least_seconds" => {
            let time = |value: &Value| {
                value.as_i64().filter(|it| *it > 0).map_or_else(|| "none".to_owned(), pace::words)
            };
            Some(format!(
                "changed the least time of a step from {} to {}",
                time(&change.old),
                time(&change.new)
            ))
        }
        "only_if" | "answer" if change.path.iter().any(|part| part == "demands") => {
            let (old, new) = (after(&change.old), after(&change.new));
            Some(format!("changed after which answer a part is asked: {old} to {new}"))
        }
        "item" if change.path.iter().any(|part| part == "demands") => {
            Some("changed after which item's answer a part is asked".to_owned())
        }
        name @ ("traces" | "files" | "attested") if change.path.iter().any(|part| part == "evidence") => {
            let name = if name == "attested" { "somebody else's word" } else { name };
            Some(format!("changed the evidence that a criterion asks for: {name} from {old} to {new}"))
        }
        _ => None,
    }
}

/// The ids of a list before and after, as the places of those that were there: the fewest words that say what went where.
fn moved(change: &PlanChange) -> String {
    let ids = |value: &Value| -> Vec<String> {
        let ids = value.as_array().into_iter().flatten();
        ids.filter_map(|id| id.as_str().map(str::to_owned)).collect()
    };
    let (old, new) = (ids(&change.old), ids(&change.new));
    let places =
        new.iter().filter_map(|id| old.iter().position(|it| it == id).map(|place| (place + 1).to_string()));
    let places: Vec<String> = places.collect();
    if places.is_empty() || places.len() > MOST_PLACES {
        return "moved parts of the plan".to_owned();
    }
    let list = change.path.first().map_or("plan", String::as_str);
    let list = if list == "document" { "plan" } else { list };
    format!(
        "moved parts of the {list}: what stood in the order 1 to {} stands as {}",
        old.len(),
        places.join(", ")
    )
}

/// Words to choose from as one text.
fn listed(value: &Value) -> String {
    let words = value.as_array().into_iter().flatten().filter_map(Value::as_str);
    words.collect::<Vec<_>>().join(", ")
}

/// The answer that a part waits for; `any` where it waits for none.
fn after(value: &Value) -> String {
    let answer = value.get("answer").and_then(Value::as_str).or(value.as_str());
    answer
        .filter(|answer| !answer.is_empty())
        .map_or_else(|| "any answer".to_owned(), |answer| format!("“{answer}”"))
}

fn label(word: &str) -> String {
    Kind::read(word).map_or_else(|| word.to_lowercase(), |kind| kind.label().to_lowercase())
}

fn block(value: &Value, most: usize) -> Option<String> {
    let kind = Kind::read(value.get("kind")?.as_str()?)?;
    (!matches!(kind, Kind::Hidden | Kind::Head))
        .then(|| format!("{} {}", kind.label().to_lowercase(), quoted_to(text_of(value), most)))
}

fn text_of(value: &Value) -> &str {
    let text = value.get("text").or_else(|| value.get("title")).and_then(Value::as_str);
    text.unwrap_or_default()
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "nothing".to_owned(),
        Value::Object(fields) => {
            let words = fields.get("raw").or_else(|| fields.get("name")).and_then(Value::as_str);
            words.map_or_else(|| value.to_string(), str::to_owned)
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn change(path: &[&str], op: ChangeOp, old: Value, new: Value) -> PlanChange {
        PlanChange { path: path.iter().map(|part| (*part).to_owned()).collect(), op, old, new }
    }

    #[test]
    fn whoever_answers_for_a_change_reads_all_of_it_and_what_it_is_about() {
        let long = "x".repeat(100);
        let edit = [
            change(&["document", "b", "asks", "kind"], ChangeOp::Changed, json!("tick"), json!("signature")),
            change(&["document", "b", "text"], ChangeOp::Changed, json!("Drain"), json!(long)),
        ];
        let told = in_full(&edit, |id| (id == "b").then_some("Drain"));
        let whole = format!("changed “Drain” to “{long}”");
        assert_eq!(told, ["“Drain”: had an item answered by a signature instead of a tick", whole.as_str()]);
        assert!(words(&edit).ends_with("…”"), "a line is cut");
    }

    #[test]
    fn an_edit_is_told_once_with_both_values() {
        let edit = [
            change(&["document", "b", "text"], ChangeOp::Changed, json!("Drain"), json!("Drain slowly")),
            change(&["document", "b", "source"], ChangeOp::Changed, json!("- [ ] Drain"), Value::Null),
            change(
                &["steps", "s", "items", "b", "text"],
                ChangeOp::Changed,
                json!("Drain"),
                json!("Drain slowly"),
            ),
        ];
        assert_eq!(words(&edit), "changed “Drain” to “Drain slowly”");
        let added = [change(
            &["document", "c"],
            ChangeOp::Added,
            Value::Null,
            json!({"kind": "item", "text": "Tag"}),
        )];
        assert_eq!(words(&added), "added item to tick “Tag”");
        let title = [change(&["title"], ChangeOp::Changed, json!("A"), json!("B"))];
        assert_eq!(words(&title), "changed title from “A” to “B”");
        assert_eq!(words(&[]), "changed the plan");
    }
}
