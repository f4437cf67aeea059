//! One message, whichever keys it uses for its role and its words.

use serde_json::{Map, Value};

use super::super::model::{Message, Part};
use super::content::{finished, parts_of};
use super::keys::{drop_text, is_setting, merged, object_of, rest, text_of, value_of};
use super::tools::{call, calls};
use super::{inner_json, media};

/// Keys that only what was said has.
const SPOKEN: [&str; 12] = [
    "content",
    "contents",
    "parts",
    "blocks",
    "tool_calls",
    "toolCalls",
    "function_call",
    "function_call_name",
    "refusal",
    "kwargs",
    "message",
    "data",
];
/// Keys of what the model thought aloud, beside its words.
const THOUGHT: [&str; 5] =
    ["reasoning_content", "reasoning", "thinking", "reasoning_details", "thinking_blocks"];

/// Whether it names a speaker and says something.
pub fn is_message(map: &Map<String, Value>) -> bool {
    let Some(role) = role(map) else { return false };
    // An answer that holds nothing may be flattened to its role alone.
    let is_bare = map.len() == 1 && matches!(role.as_str(), "assistant" | "user" | "system" | "tool");
    is_bare || SPOKEN.iter().any(|key| map.contains_key(*key))
}

/// A choice, candidate or generation that holds one message or one text.
pub fn is_choice(map: &Map<String, Value>) -> bool {
    let inner = |key: &str| map.get(key).and_then(Value::as_object).is_some_and(is_message);
    let numbered = ["index", "finish_reason", "finishReason", "generation_info"]
        .iter()
        .any(|key| map.contains_key(*key));
    let words = ["text", "message"].iter().any(|key| map.get(*key).is_some_and(Value::is_string));
    let parts =
        map.get("content").and_then(Value::as_object).is_some_and(|inner| inner.contains_key("parts"));
    let is_text = words && numbered && !map.contains_key("type");
    ["message", "content", "delta"].iter().any(|key| inner(key)) || parts || is_text || is_generation(map)
}

fn is_generation(map: &Map<String, Value>) -> bool {
    let kind = map.get("type").and_then(Value::as_str);
    kind.is_some_and(|kind| kind.ends_with("Generation") || kind.ends_with("GenerationChunk"))
        && map.contains_key("text")
}

/// The speaker, by role or by the class that `LangChain` names.
fn role(map: &Map<String, Value>) -> Option<String> {
    let text = |key: &str| map.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    if let Some(role) = text("role") {
        return Some(named(role));
    }
    let class = map.get("id").and_then(Value::as_array).and_then(|path| path.last()).and_then(Value::as_str);
    if let Some(role) = class.or_else(|| text("type")).and_then(class_role) {
        return Some(role.to_owned());
    }
    // Events of the `gen_ai` conventions, as some loggers list them.
    let event = text("event.name").and_then(|name| name.strip_prefix("gen_ai.")?.strip_suffix(".message"));
    event
        .map(named)
        .or_else(|| Some(source_role(text("source")?, text("type")?)?.to_owned()))
        .or_else(|| kwargs_role(map))
        .or_else(|| serialised_role(map).map(str::to_owned))
}

/// `AutoGen` names a message by its class and its source, which is the user or one of the agents.
fn source_role(source: &str, class: &str) -> Option<&'static str> {
    match (class, source) {
        ("ToolCallExecutionEvent", _) => Some("tool"),
        _ if !class.ends_with("Message") && !class.ends_with("Event") => None,
        (_, "user") => Some("user"),
        (_, "system") => Some("system"),
        _ => Some("assistant"),
    }
}

/// `LangChain` in JavaScript writes a message's fields without its class: what only answers and results have tells those;
/// who says the others, nobody says.
fn serialised_role(map: &Map<String, Value>) -> Option<&'static str> {
    let path = map.get("lc_namespace").and_then(Value::as_array)?;
    let has = |key: &str| map.contains_key(key);
    match path.last().and_then(Value::as_str) {
        Some("messages") if has("tool_call_id") => Some("tool"),
        Some("messages") if has("tool_calls") || has("usage_metadata") => Some("assistant"),
        Some("messages") => Some(""),
        _ => None,
    }
}

fn kwargs_role(map: &Map<String, Value>) -> Option<String> {
    map.get("kwargs").and_then(Value::as_object).filter(|inner| !inner.contains_key("kwargs")).and_then(role)
}

/// One name for one speaker.
fn named(role: &str) -> String {
    let lower = role.to_lowercase();
    match lower.as_str() {
        "human" => "user".to_owned(),
        "ai" | "model" | "chatbot" | "bot" => "assistant".to_owned(),
        "function" | "tool-response" | "tool_response" | "tool-result" | "tool_result" => "tool".to_owned(),
        "tool-call" | "tool_call" => "assistant".to_owned(),
        _ => lower,
    }
}

fn class_role(class: &str) -> Option<&'static str> {
    match class {
        "human" | "HumanMessage" | "HumanMessageChunk" => Some("user"),
        "ai" | "AIMessage" | "AIMessageChunk" => Some("assistant"),
        "system" | "SystemMessage" | "SystemMessageChunk" => Some("system"),
        "tool" | "ToolMessage" | "ToolMessageChunk" | "function" | "FunctionMessage" => Some("tool"),
        _ => None,
    }
}

/// Takes a message or choice apart.
pub fn message(mut map: Map<String, Value>) -> Message {
    if is_answer(&map) {
        return answer(map);
    }
    if !is_message(&map) || holds_another(&map) {
        return choice(map);
    }
    let role = role(&map).unwrap_or_default();
    drop_text(&mut map, "role");
    drop_text(&mut map, "event.name");
    // An agent's own name; that of the user is the role.
    if let Some(source) = text_of(&mut map, &["source"]).filter(|source| named(source) != role) {
        map.entry("name").or_insert(Value::String(source));
    }
    if map.get("kwargs").is_some_and(Value::is_object) {
        map.shift_remove("id");
    }
    if map.shift_remove("lc_namespace").is_some() {
        let inner = object_of(&mut map, &["lc_kwargs"]).unwrap_or_default();
        map = merged(inner, map);
    }
    let mut inner = object_of(&mut map, &["kwargs"]).or_else(|| data_of(&mut map)).unwrap_or_default();
    drop_text(&mut inner, "role");
    spoken(role, merged(inner, map))
}

/// The result of the Vercel AI SDK, and of Mastra: text, calls and files of one answer.
pub fn is_answer(map: &Map<String, Value>) -> bool {
    let list = |key: &&str| map.get(*key).is_some_and(Value::is_array);
    let has_text = map.get("text").is_some_and(Value::is_string) && !map.contains_key("type");
    let is_free = !map.contains_key("role") && !map.contains_key("content");
    has_text && is_free && ["toolCalls", "files", "sources"].iter().any(list)
}

fn answer(mut map: Map<String, Value>) -> Message {
    let text = map.shift_remove("text").unwrap_or_default();
    map.insert("content".to_owned(), text);
    spoken("assistant".to_owned(), map)
}

/// `LangChain` saves messages as `{"type": "human", "data": {..}}`.
fn data_of(map: &mut Map<String, Value>) -> Option<Map<String, Value>> {
    if map.contains_key("content") { None } else { object_of(map, &["data"]) }
}

/// An event of the older `gen_ai` conventions has a role and the message in it.
fn holds_another(map: &Map<String, Value>) -> bool {
    !map.contains_key("content") && !map.contains_key("parts") && map.get("message").is_some_and(has_words)
}

fn has_words(value: &Value) -> bool {
    value.is_string() || value.is_object()
}

fn choice(mut map: Map<String, Value>) -> Message {
    let outer = role(&map).unwrap_or_else(|| "assistant".to_owned());
    drop_text(&mut map, "role");
    let mut reason = text_of(&mut map, &["finish_reason", "finishReason", "stop_reason", "done_reason"]);
    if let Some(info) = map.get_mut("generation_info").and_then(Value::as_object_mut) {
        reason = reason.or_else(|| text_of(info, &["finish_reason", "finishReason", "stop_reason"]));
    }
    let mut found = match value_of(&mut map, &["message", "delta", "content"]) {
        Some(Value::Object(inner)) => inner_message(outer, inner),
        Some(Value::String(text)) => match inner_json(&text) {
            Some(Value::Object(inner)) => inner_message(outer, inner),
            _ => Message { role: outer, parts: media::split(&text), ..Message::default() },
        },
        Some(other) => Message { role: outer, parts: parts_of(other), ..Message::default() },
        None => Message { role: outer, ..Message::default() },
    };
    if let Some(text) = text_of(&mut map, &["text"]).filter(|text| found.text() != *text) {
        found.parts.insert(0, Part::Text(text));
    }
    found.finish_reason = found.finish_reason.or(reason);
    found.parts.extend(rest(map).map(Part::Other));
    found
}

fn inner_message(outer: String, mut inner: Map<String, Value>) -> Message {
    if !inner.contains_key("kwargs") && role(&inner).is_none() {
        let odd = inner.insert("role".to_owned(), Value::String(outer));
        inner.extend(odd.map(|odd| ("outer role".to_owned(), odd)));
    }
    let role = role(&inner).unwrap_or_default();
    if is_message(&inner) && !holds_another(&inner) { message(inner) } else { spoken_bare(role, inner) }
}

fn spoken_bare(role: String, mut inner: Map<String, Value>) -> Message {
    drop_text(&mut inner, "role");
    spoken(role, inner)
}

/// The words of a message whose role is known.
fn spoken(role: String, mut map: Map<String, Value>) -> Message {
    let name = text_of(&mut map, &["name", "author"]).unwrap_or_default();
    let finish_reason = text_of(&mut map, &["finish_reason", "stop_reason", "finishReason", "stopReason"]);
    let (finish_reason, meta) = match object_of(&mut map, &["meta"]) {
        Some(mut meta) => (finish_reason.or_else(|| text_of(&mut meta, &["finish_reason"])), unset(meta)),
        None => (finish_reason, None),
    };
    let mut parts = Vec::new();
    for key in THOUGHT {
        let thought = map.shift_remove(key).map(|value| thought(key, value)).unwrap_or_default();
        // Routers send the same thought under two names.
        parts.extend(thought.into_iter().filter(|part| !parts.contains(part)).collect::<Vec<_>>());
    }
    let content = value_of(&mut map, &["content"]);
    let contents =
        value_of(&mut map, &["contents", "parts", "blocks", "message"]).map(parts_of).unwrap_or_default();
    let first = content.map(parts_of).unwrap_or_default();
    parts.extend(first.into_iter().filter(|part| !contents.contains(part)).collect::<Vec<_>>());
    parts.extend(contents);
    if role == "tool" {
        parts = as_result(parts, &name, &mut map);
    }
    parts.extend(text_of(&mut map, &["refusal"]).map(Part::Refusal));
    parts.extend(calls_of(&mut map));
    parts.extend(media::of_message(&mut map));
    if let Some(mut extra) = object_of(&mut map, &["additional_kwargs"]) {
        let more: Vec<Part> =
            calls_of(&mut extra).into_iter().filter(|part| !has_call(&parts, part)).collect();
        parts.extend(more);
        parts.extend(rest(extra).map(Part::Other));
    }
    parts.extend(rest(map).map(Part::Other));
    parts.extend(meta.map(Part::Other));
    Message { role, name, parts: finished(parts), finish_reason }
}

/// What Haystack keeps beside a message, without settings and figures.
fn unset(meta: Map<String, Value>) -> Option<Value> {
    rest(meta.into_iter().filter(|(key, _)| !is_setting(key)).collect())
}

fn thought(key: &str, value: Value) -> Vec<Part> {
    match value {
        Value::String(text) if text.is_empty() => Vec::new(),
        Value::String(text) => vec![Part::Reasoning(text)],
        Value::Null => Vec::new(),
        Value::Object(mut map) if map.get("content").is_some_and(Value::is_string) => {
            let words = text_of(&mut map, &["content"]).map(Part::Reasoning);
            words.into_iter().chain(rest(map).map(Part::Other)).collect()
        }
        Value::Array(list) => list.into_iter().flat_map(|value| thought_block(key, value)).collect(),
        other => vec![Part::Other(other)],
    }
}

fn thought_block(key: &str, value: Value) -> Vec<Part> {
    match value {
        Value::Object(mut map) => {
            let words = text_of(&mut map, &["text", "thinking", "summary", "content"]).map(Part::Reasoning);
            map.shift_remove("format");
            words.into_iter().chain(rest(map).map(Part::Other)).collect()
        }
        other => thought(key, other),
    }
}

/// What a tool says is a result, with the id of the call it answers.
fn as_result(parts: Vec<Part>, name: &str, map: &mut Map<String, Value>) -> Vec<Part> {
    if parts.iter().any(|part| matches!(part, Part::ToolResult { .. })) {
        return parts;
    }
    let id = text_of(map, &["tool_call_id", "toolCallId", "call_id"])
        .or_else(|| text_of(map, &["id"]))
        .unwrap_or_default();
    let is_error = map.get("status").and_then(Value::as_str) == Some("error");
    vec![Part::ToolResult { id, name: name.to_owned(), content: parts, is_error }]
}

/// Tool calls beside the words, and the older single function call, plain or flattened.
fn calls_of(map: &mut Map<String, Value>) -> Vec<Part> {
    let mut parts: Vec<Part> = value_of(map, &["tool_calls", "toolCalls"]).map(calls).unwrap_or_default();
    parts.extend(object_of(map, &["function_call"]).into_iter().flat_map(call));
    if let Some(name) = text_of(map, &["function_call_name"]) {
        let arguments = text_of(map, &["function_call_arguments_json"]).unwrap_or_default();
        parts.push(Part::ToolCall { id: String::new(), name, arguments });
    }
    parts
}

/// `LangChain` repeats a provider's calls in its own form.
fn has_call(parts: &[Part], part: &Part) -> bool {
    let same = |known: &Part| match (known, part) {
        (Part::ToolCall { id: a, name: n, .. }, Part::ToolCall { id: b, name: m, .. }) => a == b && n == m,
        _ => known == part,
    };
    parts.iter().any(same)
}
