//! Finds the conversation in a body: opens JSON in strings, wrappers of requests and answers, and lists.
//!
//! A shape is first looked at and only then taken apart, so that what is no conversation stays exactly as it came.

mod content;
mod keys;
pub(super) mod media;
mod message;
mod offered;
mod tools;

use serde_json::{Map, Value};

use trace_model::{BodyForm, read_json};

use super::model::{Message, Part, Reading};
use content::{blocks, holds_parts, parts_of};
use keys::{has_text, is_noise, text_of};
use message::{is_answer, is_choice, is_message, message};

/// How deep wrappers are opened: `{"request": {"body": {"messages": [..]}}}`.
const MOST_WRAPPERS: usize = 6;

/// Keys whose value may be the conversation that a request or an answer is about.
const WRAPPERS: [&str; 29] = [
    "messages",
    "contents",
    "choices",
    "candidates",
    "generations",
    "inputs",
    "input",
    "prompt",
    "chat_history",
    "history",
    "prompts",
    "message",
    "content",
    "output",
    "outputs",
    "response",
    "result",
    "request",
    "body",
    "kwargs",
    "data",
    "state",
    "delta",
    "events",
    "return_value",
    "chat_message",
    "inner_messages",
    "values",
    "completion",
];
/// Keys of the words that stand before the conversation.
const BEFORE: [&str; 5] =
    ["system", "system_instruction", "systemInstruction", "system_instructions", "instructions"];

/// Reads a body as a conversation; none when it is none. See [`read_as`] for what never fails.
pub fn read(input: &[u8]) -> Option<Vec<Message>> {
    let reading = read_as(input, BodyForm::JsonOrText);
    reading.is_conversation.then_some(reading.messages)
}

/// Reads any body; one that is no conversation is one message without a role, holding the text or the JSON.
pub fn read_as(bytes: &[u8], form: BodyForm) -> Reading {
    let value = opened(read_json(bytes, form));
    if let Some(media) = value.as_str().and_then(media::whole) {
        return Reading { messages: vec![Message::of("", media)], is_conversation: false };
    }
    if holds(&value, 0) {
        let mut messages = Vec::new();
        conversation(value, 0, &mut messages);
        tools_by_name(&mut messages);
        return Reading { messages, is_conversation: true };
    }
    let part = match value {
        Value::String(text) => return Reading { messages: vec![plain(&text)], is_conversation: false },
        other => Part::Other(other),
    };
    Reading { messages: vec![Message::of("", part)], is_conversation: false }
}

fn plain(text: &str) -> Message {
    let mut message = Message { parts: media::split(text), ..Message::default() };
    if message.parts.is_empty() {
        message.parts.push(Part::Text(String::new()));
    }
    message
}

/// JSON inside a JSON string is opened when it holds a list or object, as many clients wrap it; twice at most.
fn opened(value: Value) -> Value {
    let mut value = value;
    for _ in 0..2 {
        match value.as_str().and_then(inner_json) {
            Some(inner) => value = inner,
            None => break,
        }
    }
    value
}

pub(super) fn inner_json(text: &str) -> Option<Value> {
    let looks_so = text.trim_start().starts_with(['[', '{', '"']);
    looks_so.then(|| serde_json::from_str(text).ok()).flatten()
}

/// Whether [`conversation`] would find messages in it.
fn holds(value: &Value, depth: usize) -> bool {
    if depth > MOST_WRAPPERS {
        return false;
    }
    match value {
        Value::String(text) => {
            inner_json(text).is_some_and(|inner| !inner.is_string() && holds(&inner, depth + 1))
        }
        Value::Array(list) if list.is_empty() => false,
        Value::Array(list) if list.iter().all(Value::is_array) => {
            list.iter().all(|inner| holds(inner, depth + 1))
        }
        Value::Array(list) => list.iter().all(is_entry) || (list.len() == 1 && holds_first(list, depth)),
        Value::Object(map) => {
            is_message(map)
                || is_choice(map)
                || is_answer(map)
                || is_prompt(map)
                || is_request(map)
                || wraps(map, depth)
        }
        _ => false,
    }
}

/// A list of one request or answer: `[{"messages": [..]}]`.
fn holds_first(list: &[Value], depth: usize) -> bool {
    list.first().is_some_and(|only| only.is_object() && holds(only, depth + 1))
}

fn wraps(map: &Map<String, Value>, depth: usize) -> bool {
    WRAPPERS.iter().any(|key| map.get(*key).is_some_and(|value| holds(value, depth + 1)))
}

/// A request that offers tools, before anything was said.
fn is_request(map: &Map<String, Value>) -> bool {
    let list = |key: &str| map.get(key).is_some_and(Value::is_array);
    offered::offers(map) && ["messages", "input", "contents"].iter().any(|key| list(key))
}

/// `{"system": .., "prompt": "words"}`, `{"instructions": .., "input": "words"}`, `{"contents": "words"}`.
fn is_prompt(map: &Map<String, Value>) -> bool {
    let words = |key: &str| map.get(key).is_some_and(Value::is_string);
    let before = BEFORE.iter().any(|key| map.contains_key(*key)) || offered::offers(map);
    words("contents") || (before && (words("prompt") || words("input")))
}

/// An entry of a list that is a conversation.
fn is_entry(value: &Value) -> bool {
    let Some(map) = value.as_object() else { return false };
    is_message(map) || is_choice(map) || is_answer(map) || holds_parts(value)
}

/// Takes a value apart that [`holds`] messages.
fn conversation(value: Value, depth: usize, into: &mut Vec<Message>) {
    match value {
        Value::String(text) => {
            if let Some(inner) = inner_json(&text) {
                conversation(inner, depth + 1, into);
            }
        }
        Value::Array(list) if list.iter().all(is_entry) => entries(list, into),
        Value::Array(list) => list.into_iter().for_each(|inner| conversation(inner, depth + 1, into)),
        Value::Object(map) if is_message(&map) || is_choice(&map) || is_answer(&map) => {
            into.push(message(map));
        }
        Value::Object(map) => unwrapped(map, depth, into),
        _ => {}
    }
}

/// Messages as they are; tools that stand among them come after what the model was told.
fn entries(mut list: Vec<Value>, into: &mut Vec<Message>) {
    let (tools, first) = (offered::take_told(&mut list), into.len());
    said(list, into);
    if let Some(tools) = tools {
        let told = into.iter().skip(first).take_while(|message| message.role == "system").count();
        into.insert(first + told, tools);
    }
}

/// Parts that stand in a list without a message become messages of their own.
fn said(list: Vec<Value>, into: &mut Vec<Message>) {
    let mut loose: Option<Message> = None;
    for value in list {
        match value {
            Value::Object(map) if is_message(&map) || is_choice(&map) || is_answer(&map) => {
                into.extend(loose.take());
                into.push(message(map));
            }
            other => {
                let parts = blocks(other);
                let role = parts.first().map_or("", role_of_part);
                match &mut loose {
                    Some(known) if known.role == role => known.parts.extend(parts),
                    _ => into.extend(loose.replace(Message {
                        role: role.to_owned(),
                        parts,
                        ..Message::default()
                    })),
                }
            }
        }
    }
    into.extend(loose);
}

/// Some loggers put the tool's name where its role belongs: who is named like a tool that was called is that tool.
fn tools_by_name(messages: &mut [Message]) {
    const ROLES: [&str; 7] = ["", "system", "developer", "user", "assistant", "tool", "tools"];
    let mut called: Vec<String> = Vec::new();
    for message in messages {
        let is_role = ROLES.contains(&message.role.as_str());
        let tool = called.iter().find(|name| !is_role && name.to_lowercase() == message.role);
        if let Some(name) = tool.cloned() {
            let (content, id) = (std::mem::take(&mut message.parts), String::new());
            message.parts = vec![Part::ToolResult { id, name, content, is_error: false }];
            "tool".clone_into(&mut message.role);
        }
        called
            .extend(message.tool_calls().map(|(_, name, _)| name.to_owned()).filter(|name| !name.is_empty()));
    }
}

/// Who says a part that names nobody.
fn role_of_part(part: &Part) -> &'static str {
    match part {
        Part::ToolResult { .. } => "tool",
        Part::ToolCall { .. } | Part::Reasoning(_) | Part::Refusal(_) => "assistant",
        _ => "",
    }
}

/// A request or an answer: what stands before, the conversation, and what else has words.
fn unwrapped(mut map: Map<String, Value>, depth: usize, into: &mut Vec<Message>) {
    let is_prompt = is_prompt(&map);
    before(&mut map, into);
    // Gemini's requests keep both in their settings.
    if let Some(Value::Object(config)) = map.get_mut("config") {
        before(config, into);
    }
    let first = into.len();
    let keys: Vec<String> = map.keys().filter(|key| WRAPPERS.contains(&key.as_str())).cloned().collect();
    for key in keys {
        if map.get(&key).is_some_and(|value| holds(value, depth + 1)) {
            let inner = map.shift_remove(&key).unwrap_or_default();
            conversation(inner, depth + 1, into);
        } else if is_prompt && let Some(text) = text_of(&mut map, &[key.as_str()]) {
            into.push(Message { role: "user".to_owned(), parts: media::split(&text), ..Message::default() });
        }
    }
    let reason = text_of(&mut map, &["stop_reason", "stopReason", "finish_reason", "done_reason"]);
    if let Some(last) = into.get_mut(first..).and_then(<[Message]>::last_mut) {
        last.finish_reason = last.finish_reason.take().or(reason);
    }
    keep_rest(map, into);
}

/// What stands before the conversation: what the model is told, and the tools it is offered.
fn before(map: &mut Map<String, Value>, into: &mut Vec<Message>) {
    for key in BEFORE {
        if let Some(value) = map.shift_remove(key).filter(|value| !is_noise(key, value)) {
            let parts = system_parts(value);
            into.push(Message { role: "system".to_owned(), parts, ..Message::default() });
        }
    }
    into.extend(offered::take(map));
}

/// Gemini's instruction is a content with parts, Anthropic's a text or a list of blocks.
fn system_parts(value: Value) -> Vec<Part> {
    match opened(value) {
        Value::Object(mut map) if map.get("parts").is_some_and(Value::is_array) => {
            let mut parts = map.shift_remove("parts").map(parts_of).unwrap_or_default();
            map.shift_remove("role");
            parts.extend(keys::rest(map).map(Part::Other));
            parts
        }
        other => parts_of(other),
    }
}

/// Settings and figures of a request are in the raw text; other words are shown.
fn keep_rest(map: Map<String, Value>, into: &mut Vec<Message>) {
    let rest: Map<String, Value> = map
        .into_iter()
        .filter(|(key, value)| !is_noise(key, value) && !keys::is_setting(key) && has_text(value))
        .collect();
    if !rest.is_empty() {
        into.push(Message::of("", Part::Other(Value::Object(rest))));
    }
}
