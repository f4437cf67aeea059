//! The tools that a request offers to the model.

use serde_json::{Map, Value};

use super::super::model::{Message, Part};
use super::inner_json;

/// Keys under which requests keep them.
const TOOLS: [&str; 5] = ["tools", "functions", "function_tools", "tool_definitions", "toolConfig"];
/// Keys of lists of definitions inside one.
const INNER: [&str; 4] = ["function_declarations", "functionDeclarations", "function_tools", "tools"];
/// Keys of an object that is the definition.
const WRAPPED: [&str; 3] = ["function", "toolSpec", "tool"];

/// Whether a request offers tools.
pub fn offers(map: &Map<String, Value>) -> bool {
    TOOLS.iter().any(|key| map.get(*key).is_some_and(is_offer))
}

fn is_offer(value: &Value) -> bool {
    match value {
        Value::Array(list) => !list.is_empty() && list.iter().all(|one| one.is_object() || one.is_string()),
        Value::Object(map) => INNER.iter().any(|key| map.get(*key).is_some_and(is_offer)),
        Value::String(text) => inner_json(text).is_some_and(|inner| !inner.is_string() && is_offer(&inner)),
        _ => false,
    }
}

/// Takes the tools out of a request: a message of the role `tools` with a part for each.
pub fn take(map: &mut Map<String, Value>) -> Option<Message> {
    let keys = TOOLS.iter().filter(|key| map.get(**key).is_some_and(is_offer));
    let keys: Vec<&str> = keys.copied().collect();
    let mut tools = Vec::new();
    keys.into_iter().filter_map(|key| map.shift_remove(key)).for_each(|value| each(value, &mut tools));
    let names: Vec<&str> = tools.iter().filter_map(name).collect();
    let name = names.join(", ");
    (!tools.is_empty()).then(|| Message {
        role: "tools".to_owned(),
        name,
        parts: tools.into_iter().map(Part::Other).collect(),
        ..Message::default()
    })
}

fn each(value: Value, into: &mut Vec<Value>) {
    match value {
        Value::Array(list) => list.into_iter().for_each(|one| each(one, into)),
        Value::String(text) => match inner_json(&text) {
            Some(inner) if !inner.is_string() => each(inner, into),
            _ => into.push(Value::String(text)),
        },
        Value::Object(mut map) => {
            let lists = INNER.iter().filter(|key| map.get(**key).is_some_and(is_offer));
            let lists: Vec<&str> = lists.copied().collect();
            let is_list = !lists.is_empty();
            for key in lists {
                map.shift_remove(key).into_iter().for_each(|inner| each(inner, into));
            }
            into.extend((!is_list || !map.is_empty()).then_some(Value::Object(map)));
        }
        other => into.push(other),
    }
}

fn name(tool: &Value) -> Option<&str> {
    let inner = WRAPPED.iter().find_map(|key| tool.get(*key)?.get("name"));
    inner.or_else(|| tool.get("name")).unwrap_or(tool).as_str()
}
