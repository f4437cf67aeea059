//! Model parameters as one JSON object.

use std::borrow::Cow;

use super::attributes::{Attributes, to_json};
use super::keys::{Key, Prefix};
use trace_model::{JsonMap, JsonText};

/// Attributes that are an object of parameters.
const OBJECTS: [Key; 3] = [Key::LfParameters, Key::OiParameters, Key::OiEmbeddingParameters];

/// The parameters as sent, or built from attributes of their own.
pub fn of(attributes: &Attributes<'_>) -> Option<JsonText> {
    let sent = |key: &Key| attributes.str(*key).map(Cow::Borrowed).or_else(|| attributes.json_object(*key));
    OBJECTS
        .iter()
        .find_map(sent)
        .or_else(|| attributes.json_object_or(Key::LfParameters, Prefix::LfParameters))
        .map(|text| text.as_ref().into())
        .or_else(|| built(attributes))
}

/// The model as named inside the parameters: failed calls often name it nowhere else, and Braintrust never does.
pub fn model(attributes: &Attributes<'_>) -> Option<String> {
    let objects = [Key::OiParameters, Key::OiEmbeddingParameters, Key::BraintrustMetadata];
    let text = objects.iter().find_map(|key| attributes.json_object(*key))?;
    let value: serde_json::Value = serde_json::from_str(&text).ok()?;
    ["model", "model_name"].iter().find_map(|name| Some(value.get(*name)?.as_str()?.to_owned()))
}

fn built(attributes: &Attributes<'_>) -> Option<JsonText> {
    let mut map = JsonMap::new();
    for (prefix, name, place) in &attributes.prefixed {
        if *prefix == Prefix::Request
            && let Some(value) = attributes.at(*place)
        {
            map.insert((*name).to_owned(), to_json(value));
        }
    }
    if map.is_empty() { None } else { serde_json::to_string(&map).ok().map(Into::into) }
}
