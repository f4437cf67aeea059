//! The content of a message: a text, a block, or a list of blocks of any dialect.

use serde_json::{Map, Value};

use super::super::model::Part;
use super::keys::{as_text, drop_text, object_of, rest, text_of};
use super::media;
use super::tools;

/// Everything a content value holds.
pub fn parts_of(value: Value) -> Vec<Part> {
    match value {
        Value::Null => Vec::new(),
        Value::String(text) => text_parts(&text),
        Value::Array(list) => list.into_iter().flat_map(blocks).collect(),
        other => blocks(other),
    }
}

/// A text may itself be a JSON list of blocks, as flattening instrumentations send it.
fn text_parts(text: &str) -> Vec<Part> {
    if text.starts_with("[{")
        && let Ok(Value::Array(list)) = serde_json::from_str(text)
        && list.iter().all(|value| is_typed(value) && holds_parts(value))
    {
        return list.into_iter().flat_map(blocks).collect();
    }
    media::split(text)
}

fn is_typed(value: &Value) -> bool {
    value.get("type").is_some_and(Value::is_string)
}

/// Whether a value is a block we know, though it stands outside of a message.
pub fn holds_parts(value: &Value) -> bool {
    let Some(map) = value.as_object() else { return false };
    match kind_of(map) {
        "text" | "output_text" | "input_text" => {
            map.get("text").or_else(|| map.get("content")).is_some_and(Value::is_string)
        }
        "reasoning" | "thinking" | "redacted_thinking" | "refusal" => true,
        kind => tools::is_tool(kind, map) || media::is_media(kind, map) || is_gemini_text(map),
    }
}

fn is_gemini_text(map: &Map<String, Value>) -> bool {
    let only =
        |key: &String| matches!(key.as_str(), "text" | "thought" | "thoughtSignature" | "thought_signature");
    map.get("text").is_some_and(Value::is_string) && map.keys().all(only)
}

/// The word that says what a part is, by whichever key its dialect uses; empty when none does.
pub fn kind_of(map: &Map<String, Value>) -> &str {
    let kind = ["type", "block_type", "part_kind"].iter().find_map(|key| map.get(*key)?.as_str());
    kind.unwrap_or_default()
}

/// One block, and what of it nobody reads.
pub fn blocks(value: Value) -> Vec<Part> {
    let map = match value {
        Value::Null => return Vec::new(),
        Value::String(text) => return media::split(&text),
        Value::Object(map) => map,
        other => return vec![Part::Other(other)],
    };
    let kind = kind_of(&map).to_owned();
    if tools::is_tool(&kind, &map) {
        return tools::tool(&kind, map);
    }
    if media::is_media(&kind, &map) {
        return media::media(&kind, map);
    }
    words(&kind, map)
}

fn words(kind: &str, mut map: Map<String, Value>) -> Vec<Part> {
    let original = map.clone();
    let is_thought = map.get("thought").and_then(Value::as_bool) == Some(true);
    let mut parts = match kind {
        "text" | "input_text" | "output_text" | "summary_text" | "system-prompt" | "user-prompt" | "" => {
            let text = text_of(&mut map, &["text", "content"]);
            match text {
                Some(text) if is_thought => vec![Part::Reasoning(text)],
                Some(text) => media::split(&text),
                None => Vec::new(),
            }
        }
        "refusal" => text_of(&mut map, &["refusal", "text"]).map(Part::Refusal).into_iter().collect(),
        "thinking" | "reasoning" | "reasoning_text" | "redacted_thinking" | "redacted-reasoning" => {
            thoughts(&mut map)
        }
        _ => Vec::new(),
    };
    for key in ["type", "block_type", "part_kind"] {
        drop_text(&mut map, key);
    }
    if let Some(mut inner) = object_of(&mut map, &["reasoningContent", "reasoningText"]) {
        parts.extend(thoughts(&mut inner));
        parts.extend(rest(inner).map(Part::Other));
    }
    if parts.is_empty() && super::keys::has_text(&Value::Object(map.clone())) {
        return vec![Part::Other(Value::Object(original))];
    }
    parts.extend(rest(map).map(Part::Other));
    parts
}

/// Thoughts in words, in a list of summaries, or both.
fn thoughts(map: &mut Map<String, Value>) -> Vec<Part> {
    let mut parts = Vec::new();
    for key in ["thinking", "reasoning", "summary", "content", "text", "reasoningText"] {
        match map.shift_remove(key) {
            Some(Value::String(text)) if !text.is_empty() => parts.push(Part::Reasoning(text)),
            Some(Value::Array(list)) => parts.extend(list.into_iter().flat_map(thought_of)),
            Some(Value::Object(mut inner)) => {
                parts.extend(text_of(&mut inner, &["text", "content"]).map(Part::Reasoning));
                parts.extend(rest(inner).map(Part::Other));
            }
            _ => {}
        }
    }
    parts
}

fn thought_of(value: Value) -> Vec<Part> {
    match value {
        Value::Object(mut map) => {
            let words = text_of(&mut map, &["text", "content"]).map(Part::Reasoning);
            words.into_iter().chain(rest(map).map(Part::Other)).collect()
        }
        other => {
            Some(as_text(other)).filter(|text| !text.is_empty()).map(Part::Reasoning).into_iter().collect()
        }
    }
}

/// Empty texts go; a message may be left without parts.
pub fn finished(parts: Vec<Part>) -> Vec<Part> {
    parts.into_iter().filter(|part| !matches!(part, Part::Text(text) if text.is_empty())).collect()
}
