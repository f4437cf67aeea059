//! Tool calls and tool results of every dialect.

use serde_json::{Map, Value};

use super::super::model::Part;
use super::content::parts_of;
use super::keys::{as_text, drop_text, merged, object_of, rest, text_of, value_of};

/// Objects of this one key are calls: Gemini, Bedrock, Haystack.
const CALL_KEYS: [&str; 4] = ["functionCall", "function_call", "toolUse", "tool_call"];
/// Objects of this one key are results.
const RESULT_KEYS: [&str; 4] = ["functionResponse", "function_response", "toolResult", "tool_call_result"];
const ARGUMENTS: [&str; 8] =
    ["arguments", "input", "args", "parameters", "action", "code", "queries", "tool_kwargs"];
const RESULTS: [&str; 7] = ["content", "result", "response", "output", "outputs", "results", "errorText"];
const NAMES: [&str; 4] = ["name", "toolName", "tool_name", "tool"];
const IDS: [&str; 6] = ["tool_use_id", "toolUseId", "call_id", "tool_call_id", "toolCallId", "id"];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tool {
    Call,
    Result,
    /// A tool of the provider: the call and its result in one block.
    Both,
}

fn tool_kind(kind: &str, map: &Map<String, Value>) -> Option<Tool> {
    match kind {
        "tool_use" | "tool_call" | "tool-call" | "function_call" | "function" | "server_tool_use"
        | "mcp_tool_use" | "custom_tool_call" | "computer_call" | "local_shell_call" => Some(Tool::Call),
        "tool_result"
        | "tool_call_response"
        | "tool-result"
        | "tool-return"
        | "function_call_output"
        | "tool_response"
        | "custom_tool_call_output"
        | "computer_call_output"
        | "local_shell_call_output"
        | "mcp_tool_result" => Some(Tool::Result),
        "mcp_call"
        | "code_interpreter_call"
        | "file_search_call"
        | "web_search_call"
        | "dynamic-tool"
        | "tool-invocation" => Some(Tool::Both),
        _ if kind.ends_with("_tool_result") => Some(Tool::Result),
        // The parts of a chat page: `tool-weather`.
        _ if kind.starts_with("tool-") && map.contains_key("toolCallId") => Some(Tool::Both),
        "" => untyped(map),
        _ => None,
    }
}

/// Gemini, Bedrock and Haystack wrap by key; the AI SDK's calls name their tool, `LlamaIndex`'s too; `AutoGen`'s are told by
/// what they hold.
fn untyped(map: &Map<String, Value>) -> Option<Tool> {
    let wraps = |keys: &[&str]| keys.iter().any(|key| map.get(*key).is_some_and(Value::is_object));
    let is_call = wraps(&CALL_KEYS) && !map.contains_key("role");
    let is_named = map.contains_key("toolName") && map.contains_key("toolCallId");
    let has_result = map.contains_key("result") || map.contains_key("output");
    let has = |keys: [&str; 3]| keys.iter().all(|key| map.contains_key(*key));
    match () {
        () if is_call => Some(Tool::Call),
        () if wraps(&RESULT_KEYS) => Some(Tool::Result),
        () if is_named && has_result => Some(Tool::Result),
        () if has(["tool_call_id", "tool_name", "tool_kwargs"]) || has(["id", "name", "arguments"]) => {
            Some(Tool::Call)
        }
        () if has(["call_id", "name", "content"]) => Some(Tool::Result),
        () if is_named || map.get("function").is_some_and(Value::is_object) => Some(Tool::Call),
        () => None,
    }
}

/// Whether a block is about a tool.
pub fn is_tool(kind: &str, map: &Map<String, Value>) -> bool {
    tool_kind(kind, map).is_some_and(|tool| tool != Tool::Call || has_a_call(map))
}

/// A word like `function` means a call only where something is called: definitions of tools are none.
fn has_a_call(map: &Map<String, Value>) -> bool {
    let inner = map.get("function").and_then(Value::as_object).unwrap_or(map);
    let is_definition =
        inner.get("parameters").is_some_and(Value::is_object) && !inner.contains_key("arguments");
    !is_definition
}

/// Takes a block apart that [`is_tool`].
pub fn tool(kind: &str, map: Map<String, Value>) -> Vec<Part> {
    match tool_kind(kind, &map) {
        Some(Tool::Result) => result(map),
        Some(Tool::Both) => both(kind, map),
        _ => call(map),
    }
}

/// A list of calls, or what stands in its place.
pub fn calls(value: Value) -> Vec<Part> {
    match value {
        Value::Array(list) => list.into_iter().flat_map(calls).collect(),
        Value::Object(map) => call(map),
        Value::Null => Vec::new(),
        Value::String(text) => match super::inner_json(&text) {
            Some(inner @ (Value::Array(_) | Value::Object(_))) => calls(inner),
            _ => vec![Part::Other(Value::String(text))],
        },
        other => vec![Part::Other(other)],
    }
}

/// One call, and what of it nobody reads.
pub fn call(map: Map<String, Value>) -> Vec<Part> {
    let mut map = unwrapped(map, &CALL_KEYS);
    let id = text_of(&mut map, &IDS).unwrap_or_default();
    let mut inner = object_of(&mut map, &["function"]).unwrap_or_default();
    let name = text_of(&mut inner, &NAMES).or_else(|| text_of(&mut map, &NAMES)).unwrap_or_default();
    let arguments = value_of(&mut inner, &ARGUMENTS).or_else(|| value_of(&mut map, &ARGUMENTS));
    drop_text(&mut map, "toolCallType");
    let mut parts = vec![Part::ToolCall { id, name, arguments: arguments.map(as_text).unwrap_or_default() }];
    parts.extend(rest(inner).map(Part::Other));
    parts.extend(rest(map).map(Part::Other));
    parts
}

/// What stands beside a wrapper is kept with what stands in it.
fn unwrapped(mut map: Map<String, Value>, keys: &[&str]) -> Map<String, Value> {
    match object_of(&mut map, keys) {
        Some(inner) => merged(inner, map),
        None => map,
    }
}

fn result(map: Map<String, Value>) -> Vec<Part> {
    let mut map = unwrapped(map, &RESULT_KEYS);
    // Haystack's holds the call that it answers.
    let mut origin = object_of(&mut map, &["origin"]).unwrap_or_default();
    let id = text_of(&mut map, &IDS).or_else(|| text_of(&mut origin, &IDS)).unwrap_or_default();
    let name = text_of(&mut map, &NAMES).or_else(|| text_of(&mut origin, &NAMES)).unwrap_or_default();
    let said = ["is_error", "isError", "error"].iter().find_map(|key| map.get(*key)?.as_bool());
    let failed = map.get("status").and_then(Value::as_str).is_some_and(|status| status == "error");
    let (content, wrapped_error) = match value_of(&mut map, &RESULTS) {
        Some(value) => result_content(value),
        None => (Vec::new(), false),
    };
    let is_error = said.unwrap_or(failed || wrapped_error);
    let result = Part::ToolResult { id, name, content, is_error };
    let others = [rest(origin), rest(map)].into_iter().flatten().map(Part::Other);
    std::iter::once(result).chain(others).collect()
}

/// The AI SDK wraps results once more: `{"type": "error-text", "value": ..}`.
fn result_content(value: Value) -> (Vec<Part>, bool) {
    match value {
        Value::Object(mut map) if map.contains_key("value") && map.contains_key("type") && map.len() == 2 => {
            let kind = text_of(&mut map, &["type"]).unwrap_or_default();
            let inner = map.shift_remove("value").unwrap_or_default();
            (result_content(inner).0, kind.starts_with("error"))
        }
        Value::Array(list) if list.iter().all(is_block) => (parts_of(Value::Array(list)), false),
        Value::Object(map) if is_block(&Value::Object(map.clone())) => (parts_of(Value::Object(map)), false),
        Value::String(text) => (super::media::split(&text), false),
        Value::Null => (Vec::new(), false),
        other => (vec![Part::Other(other)], false),
    }
}

/// A block of a message, or Bedrock's `{"json": ..}`; other results are data and stay whole.
fn is_block(value: &Value) -> bool {
    super::content::holds_parts(value)
}

/// Call and result of a provider's own tool.
fn both(kind: &str, mut map: Map<String, Value>) -> Vec<Part> {
    if let Some(inner) = object_of(&mut map, &["toolInvocation"]) {
        map = merged(inner, map);
    }
    let id = text_of(&mut map, &IDS).unwrap_or_default();
    let own = kind.strip_prefix("tool-").unwrap_or(kind).to_owned();
    let name = text_of(&mut map, &NAMES).unwrap_or(own);
    let arguments = value_of(&mut map, &ARGUMENTS).map(as_text).unwrap_or_default();
    let mut parts = vec![Part::ToolCall { id: id.clone(), name: name.clone(), arguments }];
    let failed = map.contains_key("errorText") || map.get("error").is_some_and(|error| !error.is_null());
    if let Some(value) = value_of(&mut map, &RESULTS).or_else(|| value_of(&mut map, &["error"])) {
        let (content, is_error) = result_content(value);
        if !content.is_empty() {
            parts.push(Part::ToolResult { id, name, content, is_error: is_error || failed });
        }
    }
    parts.extend(rest(map).map(Part::Other));
    parts
}
