//! The answer of the Vercel AI SDK, and of Sentry: text, reasoning, an object, tool calls and files in attributes of their own.

use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;

use super::attributes::Attributes;
use super::io::{Built, Source, says_something};
use super::json;
use super::keys::Key;
use trace_model::BodyForm;

/// What an answer may hold, by the names that a message has for it. The second key is the one of version 3, the third
/// is Sentry's.
const PARTS: [(&str, &[Key]); 5] = [
    ("content", &[Key::AiResponseText, Key::AiResultText, Key::SentryText]),
    ("reasoning_content", &[Key::AiResponseReasoning]),
    ("object", &[Key::AiResponseObject, Key::AiResultObject]),
    ("tool_calls", &[Key::AiResponseCalls, Key::AiResultCalls, Key::SentryCalls]),
    ("files", &[Key::AiResponseFiles]),
];

/// Whether an attribute is a part of an answer.
pub fn is_part(key: Key) -> bool {
    PARTS.iter().any(|(_, keys)| keys.contains(&key))
}

/// The one attribute that says something, or a message of all that do; and whether any does.
pub fn of(attributes: &Attributes<'_>) -> Option<(Source, bool)> {
    let there = || PARTS.iter().flat_map(|(name, keys)| keys.iter().map(move |key| (*name, *key)));
    let said: Vec<(&str, Key)> =
        there().filter(|(_, key)| attributes.value(*key).is_some_and(says_something)).collect();
    match said.as_slice() {
        [] => {
            let (name, key) = there().find(|(_, key)| attributes.has(*key))?;
            Some((alone(attributes, name, key)?, false))
        }
        [(name, key)] => Some((alone(attributes, name, *key)?, true)),
        many => Some((Source::Built(message(attributes, many)), true)),
    }
}

fn is_words(name: &str) -> bool {
    matches!(name, "content" | "reasoning_content")
}

fn alone(attributes: &Attributes<'_>, name: &str, key: Key) -> Option<Source> {
    let form = if is_words(name) { BodyForm::Text } else { BodyForm::JsonOrText };
    Some(Source::Attribute(attributes.place(key)?, form))
}

fn message(attributes: &Attributes<'_>, parts: &[(&str, Key)]) -> Built {
    let mut object = json::Object::default().field("role", "\"assistant\"");
    let mut emptied = Vec::new();
    for (name, key) in parts {
        if let (Some(value), Some(place)) = (attributes.value(*key), attributes.place(*key)) {
            // Words stay words, even those that look like JSON.
            let text = match value {
                Any::StringValue(words) if is_words(name) => json::string(words).into(),
                other => json::value(other),
            };
            object = object.field(name, &text);
            emptied.push(place);
        }
    }
    Built { emptied, ..Built::json(object.finish_with("").into_bytes()) }
}
