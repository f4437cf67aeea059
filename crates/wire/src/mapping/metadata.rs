//! Metadata that clients attach on purpose, to an observation or to the whole trace.

use opentelemetry_proto::tonic::common::v1::AnyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use serde_json::Value;

use super::attributes::{Attributes, to_json};
use super::keys::{Key, Prefix};
use trace_model::{JsonMap, ScopeRef, json};

/// How a client writes numbers and truth values in metadata.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scalars {
    /// As values of their own type; text that looks like a number is text.
    #[default]
    Typed,
    /// As JSON in a string: `5`, `true`.
    JsonText,
}

impl Scalars {
    /// Langfuse SDKs write JSON text, save the Python SDK before version 5.
    pub fn of(scope: &ScopeRef, language: Option<&str>) -> Self {
        let major = scope.version.split('.').next().and_then(|major| major.parse::<u32>().ok());
        let typed = language == Some("python") && major.is_none_or(|major| major < 5);
        if scope.name.starts_with("langfuse") && !typed { Self::JsonText } else { Self::Typed }
    }
}

/// Metadata that frameworks write onto every span of a trace.
const OF_EVERY_SPAN: [Prefix; 5] = [
    Prefix::Association,
    Prefix::AiContext,
    Prefix::AiMetadata,
    Prefix::MastraMetadata,
    Prefix::LangsmithMetadata,
];

/// Metadata of the observation.
pub fn of_observation(attributes: &Attributes<'_>, scalars: Scalars) -> JsonMap {
    let mut metadata = JsonMap::new();
    if let Some(function) = attributes.text(&[Key::AiFunctionId]) {
        metadata.insert("functionId".to_owned(), function.into());
    }
    merge_object(&mut metadata, attributes, Key::OiMetadata);
    merge_object(&mut metadata, attributes, Key::LfMetadata);
    for prefix in OF_EVERY_SPAN {
        merge_prefixed(&mut metadata, attributes, prefix, Scalars::Typed);
    }
    merge_prefixed(&mut metadata, attributes, Prefix::LfMetadata, scalars);
    json::bounded(metadata)
}

/// Metadata of the trace. Instrumentations add details of their own to each span's metadata, so
/// only that of the top span speaks for the trace. A Langfuse client that says nothing of the trace by
/// that name means its top span.
pub fn of_trace(attributes: &Attributes<'_>, scalars: Scalars, top: Option<&JsonMap>) -> JsonMap {
    let said =
        attributes.has(Key::LfTraceMetadata) || attributes.below(Prefix::LfTraceMetadata).next().is_some();
    let mut metadata = top.filter(|_| !said).cloned().unwrap_or_default();
    if top.is_some() && said {
        merge_object(&mut metadata, attributes, Key::OiMetadata);
    }
    for prefix in OF_EVERY_SPAN {
        merge_prefixed(&mut metadata, attributes, prefix, Scalars::Typed);
    }
    merge_object(&mut metadata, attributes, Key::LfTraceMetadata);
    merge_prefixed(&mut metadata, attributes, Prefix::LfTraceMetadata, scalars);
    json::bounded(metadata)
}

fn merge_object(metadata: &mut JsonMap, attributes: &Attributes<'_>, key: Key) {
    let Some(value) = attributes.place(key).and_then(|place| attributes.at(place)) else { return };
    match read(value, Scalars::Typed) {
        Value::Object(map) => metadata.extend(map),
        Value::Null => {}
        other => {
            metadata.insert("metadata".to_owned(), other);
        }
    }
}

fn merge_prefixed(metadata: &mut JsonMap, attributes: &Attributes<'_>, prefix: Prefix, scalars: Scalars) {
    for (known, name, place) in &attributes.prefixed {
        if *known == prefix
            && let Some(value) = attributes.at(*place)
        {
            metadata.insert((*name).to_owned(), read(value, scalars));
        }
    }
}

/// Clients write lists, objects and (some of them) strings as JSON text; other text stays text.
fn read(value: &AnyValue, scalars: Scalars) -> Value {
    if let Some(Any::StringValue(text)) = &value.value
        && (text.starts_with(['{', '[', '"']) || scalars == Scalars::JsonText)
        && let Ok(value) = json::parse(text)
    {
        return value;
    }
    to_json(value)
}
