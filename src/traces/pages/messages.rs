//! A body as a conversation: chat messages, tool calls and results where they can be told, else the text or JSON.
//!
//! Reads what `OpenAI`, Anthropic, Gemini, `LangChain` and the `OpenTelemetry` conventions send, by shape and not
//! by name, and never fails: what is not understood is shown as JSON. Only the view is read; quotes and digests are of
//! the stored bytes. NUL shows as U+FFFD.

use serde_json::{Map, Value};

use crate::traces::model::{BodyForm, read_json};
use crate::web::format::shown;

/// Messages shown of one body; the rest is in the raw text.
pub const MOST_MESSAGES: usize = 200;
/// Characters shown of one part; the rest is in the raw text.
pub const MOST_CHARS: usize = 20_000;
/// How deep wrappers are opened: `{"messages": {"messages": ..}}`.
const MOST_WRAPPERS: usize = 6;

/// What to show of a body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conversation {
    /// In the order sent.
    pub messages: Vec<Message>,
    /// How many more there are than [`MOST_MESSAGES`].
    pub left_out: usize,
}

/// One message; a body that is no conversation is one message without a role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// `system`, `user`, `assistant`, `tool`, ...; empty when nobody says.
    pub role: String,
    /// The name of the speaker or tool, where one is given.
    pub name: String,
    /// What it holds.
    pub parts: Vec<Part>,
}

/// A piece of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Words.
    Text(String),
    /// What the model thought aloud.
    Reasoning(String),
    /// A tool call with its arguments.
    ToolCall {
        /// The tool.
        name: String,
        /// The call's id; may be empty.
        id: String,
        /// Arguments, as JSON text where they are JSON.
        arguments: String,
    },
    /// What a tool gave back.
    ToolResult {
        /// The call's id; may be empty.
        id: String,
        /// The result.
        content: String,
    },
    /// An image, sound or file, by kind only.
    Media(String),
    /// Anything else, as indented JSON.
    Json(String),
}

/// Reads a body for showing.
pub fn read(bytes: &[u8], form: BodyForm) -> Conversation {
    let value = opened(read_json(bytes, form), 0);
    let mut messages = conversation(&value).unwrap_or_else(|| vec![plain(&value)]);
    let left_out = messages.len().saturating_sub(MOST_MESSAGES);
    messages.truncate(MOST_MESSAGES);
    Conversation { messages, left_out }
}

/// JSON inside a JSON string is opened when it holds a list or object, as many clients wrap it.
fn opened(value: Value, depth: usize) -> Value {
    let Value::String(text) = &value else { return value };
    if depth < 2
        && text.trim_start().starts_with(['[', '{'])
        && let Ok(inner) = serde_json::from_str::<Value>(text)
    {
        return opened(inner, depth + 1);
    }
    value
}

fn conversation(value: &Value) -> Option<Vec<Message>> {
    let mut value = value;
    for _ in 0..MOST_WRAPPERS {
        match value {
            Value::Array(list) => return list_of_messages(list),
            Value::Object(map) if is_message(map) => return Some(vec![message(map)]),
            Value::Object(map) => value = wrapped(map)?,
            _ => return None,
        }
    }
    None
}

/// The list or message that a request or answer is about.
fn wrapped(map: &Map<String, Value>) -> Option<&Value> {
    ["messages", "contents", "choices", "candidates", "generations", "input", "output", "message", "content"]
        .into_iter()
        .filter_map(|key| map.get(key))
        .find(|value| value.is_array() || value.is_object())
}

fn list_of_messages(list: &[Value]) -> Option<Vec<Message>> {
    // LangChain nests one list a prompt.
    if let [Value::Array(inner)] = list {
        return list_of_messages(inner);
    }
    let messages: Option<Vec<Message>> = list.iter().map(entry).collect();
    messages.filter(|messages| !messages.is_empty())
}

/// An entry of a list that is a conversation: a message, or a choice or part that stands for one.
fn entry(value: &Value) -> Option<Message> {
    let map = value.as_object()?;
    if is_message(map) {
        return Some(message(map));
    }
    if let Some(inner) = ["message", "content"].into_iter().find_map(|key| map.get(key)?.as_object()) {
        return is_message(inner).then(|| message(inner));
    }
    let part = typed_part(map)?;
    let role = match part {
        Part::ToolResult { .. } => "tool",
        _ => "assistant",
    };
    Some(Message { role: role.to_owned(), name: String::new(), parts: vec![part] })
}

fn is_message(map: &Map<String, Value>) -> bool {
    let spoken = ["content", "parts", "tool_calls", "function_call", "refusal", "kwargs"];
    role_of(map).is_some() && spoken.iter().any(|key| map.contains_key(*key))
}

fn role_of(map: &Map<String, Value>) -> Option<String> {
    if let Some(role) = text_of(map, &["role"]) {
        return Some(role);
    }
    // LangChain names the class instead: `["langchain", "schema", "messages", "HumanMessage"]`, or `type: "human"`.
    let class = map.get("id").and_then(Value::as_array).and_then(|path| path.last()).and_then(Value::as_str);
    let class = class.or_else(|| map.get("type").and_then(Value::as_str))?;
    let role = match class {
        "human" | "HumanMessage" => "user",
        "ai" | "AIMessage" | "AIMessageChunk" => "assistant",
        "system" | "SystemMessage" => "system",
        "tool" | "ToolMessage" => "tool",
        _ => return None,
    };
    Some(role.to_owned())
}

fn message(map: &Map<String, Value>) -> Message {
    let role = role_of(map).unwrap_or_default();
    let inner = map.get("kwargs").and_then(Value::as_object).unwrap_or(map);
    let name = text_of(inner, &["name"]).unwrap_or_default();
    let mut parts = Vec::new();
    for key in ["reasoning_content", "reasoning"] {
        parts.extend(text_of(inner, &[key]).map(Part::Reasoning));
    }
    for key in ["content", "parts", "refusal"] {
        parts.extend(inner.get(key).map(content).unwrap_or_default());
    }
    if (role == "tool" || role == "function") && !matches!(parts.as_slice(), [Part::ToolResult { .. }]) {
        let id = text_of(inner, &["tool_call_id"]).unwrap_or_default();
        parts = parts.into_iter().map(|part| as_result(part, &id)).collect();
    }
    let calls = inner.get("tool_calls").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    parts.extend(calls.iter().filter_map(Value::as_object).map(tool_call));
    parts.extend(inner.get("function_call").and_then(Value::as_object).map(tool_call));
    Message { role, name, parts }
}

fn as_result(part: Part, id: &str) -> Part {
    match part {
        Part::Text(content) | Part::Json(content) => Part::ToolResult { id: id.to_owned(), content },
        other => other,
    }
}

fn content(value: &Value) -> Vec<Part> {
    match value {
        Value::Null => Vec::new(),
        Value::String(text) if text.is_empty() => Vec::new(),
        Value::String(text) => vec![Part::Text(cut(text))],
        Value::Array(list) => list.iter().map(part).collect(),
        other => vec![part(other)],
    }
}

fn part(value: &Value) -> Part {
    match value {
        Value::String(text) => Part::Text(cut(text)),
        Value::Object(map) => typed_part(map).unwrap_or_else(|| Part::Json(pretty(value))),
        other => Part::Json(pretty(other)),
    }
}

/// A content block that says what it is, or whose keys say it.
fn typed_part(map: &Map<String, Value>) -> Option<Part> {
    let kind = map.get("type").and_then(Value::as_str).unwrap_or_default();
    match kind {
        "text" | "input_text" | "output_text" | "refusal" => {
            text_of(map, &["text", "content", "refusal"]).map(Part::Text)
        }
        "thinking" | "reasoning" => text_of(map, &["thinking", "content", "text"]).map(Part::Reasoning),
        "tool_use" | "tool_call" | "function_call" | "function" => Some(tool_call(map)),
        "tool_result" | "tool_call_response" | "function_call_output" => Some(tool_result(map)),
        "image" | "image_url" | "input_image" | "input_audio" | "audio" | "file" | "document" | "blob"
        | "uri" => Some(Part::Media(kind.replace('_', " "))),
        _ => untyped_part(map),
    }
}

/// Gemini's parts: the one key is the type.
fn untyped_part(map: &Map<String, Value>) -> Option<Part> {
    if let Some(call) = object_of(map, &["functionCall", "function_call"]) {
        return Some(tool_call(call));
    }
    if let Some(result) = object_of(map, &["functionResponse", "function_response"]) {
        return Some(tool_result(result));
    }
    if map.contains_key("inlineData") || map.contains_key("fileData") {
        return Some(Part::Media("file".to_owned()));
    }
    let only_text = map.len() <= 2 && map.get("type").is_none();
    text_of(map, &["text"]).filter(|_| only_text).map(Part::Text)
}

fn tool_call(map: &Map<String, Value>) -> Part {
    let function = object_of(map, &["function"]).unwrap_or(map);
    let arguments = ["arguments", "input", "args"].into_iter().find_map(|key| function.get(key));
    Part::ToolCall {
        name: text_of(function, &["name"]).unwrap_or_default(),
        id: text_of(map, &["call_id", "id"]).unwrap_or_default(),
        arguments: arguments.map(readable).unwrap_or_default(),
    }
}

fn tool_result(map: &Map<String, Value>) -> Part {
    let result = ["content", "result", "response", "output"].into_iter().find_map(|key| map.get(key));
    Part::ToolResult {
        id: text_of(map, &["tool_use_id", "call_id", "tool_call_id", "id", "name"]).unwrap_or_default(),
        content: result.map(result_text).unwrap_or_default(),
    }
}

/// A result that is a list of text blocks reads as their text.
fn result_text(value: &Value) -> String {
    let texts: Option<Vec<String>> = value.as_array().and_then(|list| {
        list.iter().map(|block| block.as_object().and_then(|map| text_of(map, &["text"]))).collect()
    });
    texts.map_or_else(|| readable(value), |texts| texts.join("\n"))
}

fn plain(value: &Value) -> Message {
    let part = match value {
        Value::String(text) => Part::Text(cut(text)),
        other => Part::Json(pretty(other)),
    };
    Message { role: String::new(), name: String::new(), parts: vec![part] }
}

fn object_of<'a>(map: &'a Map<String, Value>, keys: &[&str]) -> Option<&'a Map<String, Value>> {
    keys.iter().find_map(|key| map.get(*key)?.as_object())
}

fn text_of(map: &Map<String, Value>, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| map.get(*key)?.as_str()).filter(|text| !text.is_empty()).map(cut)
}

/// Strings as they are, the rest as JSON; a string of JSON is left as it was sent.
fn readable(value: &Value) -> String {
    value.as_str().map_or_else(|| pretty(value), cut)
}

fn pretty(value: &Value) -> String {
    cut(&serde_json::to_string_pretty(value).unwrap_or_default())
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MOST_CHARS) {
        None => shown(text),
        Some((end, _)) => shown(text.get(..end).unwrap_or_default()) + " … (the rest is in the raw text)",
    }
}

#[cfg(test)]
#[path = "messages_tests.rs"]
mod tests;
