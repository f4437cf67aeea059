//! The tools that a model was offered, in every dialect's own place.

use std::borrow::Cow;
use std::collections::BTreeMap;

use opentelemetry_proto::tonic::trace::v1::span::Event;

use super::attributes::Attributes;
use super::io::says_something;
use super::keys::{Key, Prefix};
use super::{flatten, json, messages};

/// Something that stands before the conversation.
pub struct Before {
    /// JSON text.
    pub json: String,
    /// The places of attributes that are in it and go.
    pub gone: Vec<usize>,
    /// The place of the attribute, or the first of several, that leaves its name behind.
    pub emptied: Option<usize>,
}

impl Before {
    /// The value of one attribute.
    pub fn of_key(attributes: &Attributes<'_>, key: Key) -> Option<Self> {
        let value = attributes.value(key).filter(|value| says_something(value))?;
        let emptied = attributes.place(key);
        Some(Self { json: json::value(value).into_owned(), gone: Vec::new(), emptied })
    }

    /// The first attribute of an event with one of these names; events stay as they are.
    pub fn of_event(events: &[Event], names: &[&str]) -> Option<Self> {
        let value = messages::named(events, names).find(|value| says_something(value))?;
        Some(Self { json: json::value(value).into_owned(), gone: Vec::new(), emptied: None })
    }
}

/// Whole definitions come before names alone.
const KEYS: [Key; 11] = [
    Key::ToolDefinitions,
    Key::ToolDefinitionsOld,
    Key::AiPromptTools,
    Key::RequestTools,
    Key::SentryTools,
    Key::MlflowTools,
    Key::OiToolList,
    Key::PydanticParameters,
    Key::AgentTools,
    Key::SkFunctions,
    Key::SpringTools,
];

const INSTRUCTIONS: [Key; 3] = [Key::SystemInstructions, Key::SystemInstructionsDotted, Key::SpringSystem];

/// Whether an attribute may join the input as what stands before it.
pub fn is_source(key: Key) -> bool {
    KEYS.contains(&key) || INSTRUCTIONS.contains(&key)
}

/// The tools offered, as one JSON list or object.
pub fn tools(attributes: &Attributes<'_>, events: &[Event]) -> Option<Before> {
    let (whole, names) = KEYS.split_at(KEYS.len() - 4);
    let of = |keys: &[Key]| keys.iter().find_map(|key| Before::of_key(attributes, *key));
    let found = of(whole)
        .or_else(|| schemas(attributes))
        .or_else(|| flattened(attributes))
        .or_else(|| Before::of_event(events, &["gen_ai.tool.definitions", "gen_ai.tool_definitions"]))
        .or_else(|| of(names))?;
    // Names alone may be one text.
    let is_text = found.json.starts_with('"');
    Some(if is_text { Before { json: format!("[{}]", found.json), ..found } } else { found })
}

/// OpenInference: `llm.tools.N.tool.json_schema`, each a definition as JSON text.
fn schemas(attributes: &Attributes<'_>) -> Option<Before> {
    let mut found: BTreeMap<usize, (usize, Cow<'_, str>)> = BTreeMap::new();
    for (rest, place, value) in attributes.below(Prefix::OiTools) {
        let index = rest.strip_suffix(".tool.json_schema").and_then(|index| index.parse().ok());
        if let (Some(index), Some(value)) = (index, &value.value) {
            found.insert(index, (place, json::value(value)));
        }
    }
    let mut list = json::List::default();
    found.values().for_each(|(_, schema)| list.push(schema));
    let mut places = found.values().map(|(place, _)| *place);
    let first = places.next()?;
    Some(Before { json: list.finish(), gone: places.collect(), emptied: Some(first) })
}

/// Traceloop: `llm.request.functions.N.{name,description,parameters}`; or tools written so by others.
fn flattened(attributes: &Attributes<'_>) -> Option<Before> {
    let rebuilt = |prefix| flatten::rebuild(attributes.below(prefix));
    let (bytes, places) = rebuilt(Prefix::Functions).or_else(|| rebuilt(Prefix::OiTools))?;
    let mut places = places.into_iter();
    let emptied = places.next();
    Some(Before { json: String::from_utf8(bytes).ok()?, gone: places.collect(), emptied })
}

/// What the model was told beforehand, as JSON text.
pub fn instructions(attributes: &Attributes<'_>, events: &[Event]) -> Option<Before> {
    INSTRUCTIONS
        .iter()
        .find_map(|key| Before::of_key(attributes, *key))
        .or_else(|| Before::of_event(events, &["gen_ai.system_instructions"]))
}
