//! Taking values out of JSON objects, and the keys that carry no words.

use serde_json::{Map, Value};

/// Keys of envelopes: numbers, marks and signatures around what was said.
const MARKS: [&str; 17] = [
    "type",
    "id",
    "index",
    "lc",
    "object",
    "status",
    "example",
    "signature",
    "thoughtSignature",
    "thought_signature",
    "encrypted_content",
    "detail",
    "state",
    "timestamp",
    "created_at",
    "createdAt",
    "phase",
];
/// Keys of whole records around what was said.
const RECORDS: [&str; 5] =
    ["logprobs", "cache_control", "cacheControl", "response_metadata", "usage_metadata"];

/// Settings and figures of a whole request or answer.
const SETTINGS: [&str; 28] = [
    "model",
    "modelVersion",
    "model_version",
    "responseId",
    "usage",
    "usageMetadata",
    "created",
    "created_at",
    "system_fingerprint",
    "service_tier",
    "tool_choice",
    "temperature",
    "top_p",
    "max_tokens",
    "generationConfig",
    "generation_config",
    "safetySettings",
    "safetyRatings",
    "stream_options",
    "response_format",
    "reasoning_effort",
    "parallel_tool_calls",
    "truncation",
    "billing",
    "llm_output",
    "run",
    "run_id",
    "parent_run_id",
];

/// The first of these keys that holds a text, taken out; an empty text is taken and gives none.
pub fn text_of(map: &mut Map<String, Value>, keys: &[&str]) -> Option<String> {
    for key in keys {
        if map.get(*key).is_some_and(Value::is_string)
            && let Some(Value::String(text)) = map.shift_remove(*key)
            && !text.is_empty()
        {
            return Some(text);
        }
    }
    None
}

/// Takes a mark out that has been read; what is no text stays.
pub fn drop_text(map: &mut Map<String, Value>, key: &str) {
    if map.get(key).is_some_and(Value::is_string) {
        map.shift_remove(key);
    }
}

/// The first of these keys that is there, taken out.
pub fn value_of(map: &mut Map<String, Value>, keys: &[&str]) -> Option<Value> {
    keys.iter().find_map(|key| map.shift_remove(*key))
}

/// The first of these keys that holds an object, taken out.
pub fn object_of(map: &mut Map<String, Value>, keys: &[&str]) -> Option<Map<String, Value>> {
    let key = keys.iter().find(|key| map.get(**key).is_some_and(Value::is_object))?;
    match map.shift_remove(*key) {
        Some(Value::Object(inner)) => Some(inner),
        _ => None,
    }
}

/// Strings as they are, the rest as compact JSON.
pub fn as_text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// Empty things, and marks of envelopes.
pub fn is_noise(key: &str, value: &Value) -> bool {
    let empty = match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    };
    let scalar = !value.is_array() && !value.is_object();
    empty || (scalar && MARKS.contains(&key)) || RECORDS.contains(&key)
}

/// A setting or figure of a whole request.
pub fn is_setting(key: &str) -> bool {
    SETTINGS.contains(&key)
}

/// Whether any text stands in it, marks of envelopes apart.
pub fn has_text(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => list.iter().any(has_text),
        Value::Object(map) => map.iter().any(|(key, value)| !is_noise(key, value) && has_text(value)),
        _ => false,
    }
}

/// What nobody read and has words, if anything.
pub fn rest(map: Map<String, Value>) -> Option<Value> {
    let rest: Map<String, Value> =
        map.into_iter().filter(|(key, value)| !is_noise(key, value) && has_text(value)).collect();
    (!rest.is_empty()).then_some(Value::Object(rest))
}

/// What stands in a wrapper, with what stands beside it; where both have a key, the wrapper's own keeps its name.
pub fn merged(mut inner: Map<String, Value>, outer: Map<String, Value>) -> Map<String, Value> {
    for (key, value) in outer {
        match inner.get(&key) {
            None => inner.insert(key, value),
            Some(known) if *known == value || is_noise(&key, &value) => None,
            Some(_) => inner.insert(format!("outer {key}"), value),
        };
    }
    inner
}
