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
/// Keys of the schema of what a tool takes.
const SCHEMAS: [&str; 4] = ["parameters", "input_schema", "inputSchema", "parametersJsonSchema"];

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
    message(tools)
}

/// Takes those definitions out of a list of messages that stand in it as what a tool said, as Langfuse's handler for
/// `LangChain` writes them: nothing but the role and the definition.
pub fn take_told(list: &mut Vec<Value>) -> Option<Message> {
    let mut tools = Vec::new();
    list.retain_mut(|entry| match told(entry) {
        Some(tool) => {
            tools.push(tool);
            false
        }
        None => true,
    });
    message(tools)
}

fn told(entry: &mut Value) -> Option<Value> {
    let map = entry.as_object_mut().filter(|map| map.len() == 2)?;
    let is_tool = map.get("role").and_then(Value::as_str) == Some("tool");
    map.get_mut("content").filter(|content| is_tool && is_definition(content)).map(Value::take)
}

/// Whether it says how a tool is called: a name, and a schema of what it takes.
fn is_definition(value: &Value) -> bool {
    let inner = WRAPPED.iter().find_map(|key| value.get(*key)).unwrap_or(value);
    let takes = |schema: &Value| schema.get("type").is_some() || schema.get("properties").is_some();
    let is_described = SCHEMAS.iter().any(|key| inner.get(*key).is_some_and(takes));
    (is_described && name(value).is_some()) || INNER.iter().any(|key| value.get(*key).is_some_and(is_offer))
}

fn message(tools: Vec<Value>) -> Option<Message> {
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
