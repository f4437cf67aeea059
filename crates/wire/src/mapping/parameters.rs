//! Model parameters as one JSON object.

use super::attributes::{Attributes, to_json};
use super::keys::{Key, Prefix};
use trace_model::{JsonMap, JsonText};

/// The parameters as sent, or built from `gen_ai.request.*`.
pub fn of(attributes: &Attributes<'_>) -> Option<JsonText> {
    [Key::LfParameters, Key::OiParameters, Key::OiEmbeddingParameters]
        .iter()
        .find_map(|key| attributes.str(*key))
        .map(Into::into)
        .or_else(|| {
            let own = attributes.json_object_or(Key::LfParameters, Prefix::LfParameters)?;
            Some(own.as_ref().into())
        })
        .or_else(|| built(attributes))
}

/// The model as named inside the parameters: failed calls often name it nowhere else, and Braintrust never does.
pub fn model(attributes: &Attributes<'_>) -> Option<String> {
    let objects = [Key::OiParameters, Key::OiEmbeddingParameters, Key::BraintrustMetadata];
    let text = objects.iter().find_map(|key| attributes.str(*key))?;
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
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
