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
    /// As JSON in a string: `5`, `true`. Strings stand in quotes, so what has none is no string.
    JsonText,
    /// The same, but strings stand as they are: only what such a client writes for a number is one.
    BareText,
}

impl Scalars {
    /// Langfuse SDKs write JSON text, save the Python SDK before version 5. That of JavaScript leaves strings bare.
    pub fn of(scope: &ScopeRef, language: Option<&str>) -> Self {
        let major = scope.version.split('.').next().and_then(|major| major.parse::<u32>().ok());
        if !scope.name.starts_with("langfuse") {
            return Self::Typed;
        }
        match (language, major) {
            (Some("python"), Some(5..)) => Self::JsonText,
            (Some("python"), _) => Self::Typed,
            _ => Self::BareText,
        }
    }

    /// Whether bare text is a value of another type.
    fn reads(self, text: &str) -> bool {
        match self {
            Self::Typed => false,
            Self::JsonText => true,
            Self::BareText => matches!(text, "true" | "false" | "null") || is_written_by_javascript(text),
        }
    }
}

/// Whether JavaScript writes this for a number: its shortest form, and no integer that its numbers do not hold. `007`,
/// `1.10`, a long id are texts.
fn is_written_by_javascript(text: &str) -> bool {
    let Ok(number) = text.parse::<f64>() else { return false };
    let safe = number.fract() != 0.0 || number.abs() <= 9_007_199_254_740_991.0;
    safe && number.is_finite()
        && (number.to_string() == text || format!("{number:e}") == text.replacen("e+", "e", 1))
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
        && (text.starts_with(['{', '[', '"']) || scalars.reads(text))
        && let Ok(value) = json::parse_exact(text)
    {
        return value;
    }
    to_json(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_as_the_client_that_wrote_it_meant_it() {
        let shown = |scope: &str, version: &str, language: Option<&str>, text: &str| {
            let scope = ScopeRef { name: scope.to_owned(), version: version.to_owned() };
            let value = AnyValue { value: Some(Any::StringValue(text.to_owned())) };
            let read = read(&value, Scalars::of(&scope, language));
            serde_json::to_string(&trace_model::exact::Exact(&read)).unwrap()
        };
        let python4 = |text| shown("langfuse-sdk", "4.18.0", Some("python"), text);
        let python5 = |text| shown("langfuse-sdk", "5.0.4", Some("python"), text);
        let javascript = |text| shown("langfuse-sdk", "5.11.1", Some("nodejs"), text);
        let plain = |text| shown("my.tracer", "1", Some("python"), text);
        for (text, of_python4, of_python5, of_javascript, of_others) in [
            ("90210", r#""90210""#, "90210", "90210", r#""90210""#),
            (
                "1983516295378495150",
                r#""1983516295378495150""#,
                "1983516295378495150",
                r#""1983516295378495150""#,
                r#""1983516295378495150""#,
            ),
            (
                "123456789012345678901234",
                r#""123456789012345678901234""#,
                "123456789012345678901234",
                r#""123456789012345678901234""#,
                r#""123456789012345678901234""#,
            ),
            ("1.10", r#""1.10""#, "1.10", r#""1.10""#, r#""1.10""#),
            ("0.5", r#""0.5""#, "0.5", "0.5", r#""0.5""#),
            ("1e-7", r#""1e-7""#, "1e-7", "1e-7", r#""1e-7""#),
            ("007", r#""007""#, r#""007""#, r#""007""#, r#""007""#),
            ("true", r#""true""#, "true", "true", r#""true""#),
            ("acme", r#""acme""#, r#""acme""#, r#""acme""#, r#""acme""#),
            (r#""90210""#, r#""90210""#, r#""90210""#, r#""90210""#, r#""90210""#),
            ("[1.10,\"a\"]", "[1.10,\"a\"]", "[1.10,\"a\"]", "[1.10,\"a\"]", "[1.10,\"a\"]"),
            ("NaN", r#""NaN""#, r#""NaN""#, r#""NaN""#, r#""NaN""#),
        ] {
            assert_eq!(python4(text), of_python4, "{text}");
            assert_eq!(python5(text), of_python5, "{text}");
            assert_eq!(javascript(text), of_javascript, "{text}");
            assert_eq!(plain(text), of_others, "{text}");
        }
    }
}
