//! Which attributes are a span's input and output.
//!
//! Message lists come before raw request and response texts: they are what people read and quote.
//! What is not chosen stays an attribute, so nothing is lost.

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::trace::v1::span::Event;

use super::attributes::{Attributes, to_json};
use super::keys::{Key, Prefix};
use super::{flatten, messages};
use trace_model::{Body, BodyForm, BodyRole};

/// Where a body comes from.
pub enum Source {
    /// The value of one attribute, at this place.
    Attribute(usize, BodyForm),
    /// Built from several attributes, at these places.
    Built(Vec<u8>, Vec<usize>),
}

/// A way to find a body.
#[derive(Clone, Copy)]
enum Way {
    One(Key, BodyForm),
    Mime(Key, Key),
    List(Prefix),
    Events,
}

const INPUT: [Way; 15] = [
    Way::One(Key::LfInput, BodyForm::JsonOrText),
    Way::List(Prefix::OiInput),
    Way::One(Key::InputMessages, BodyForm::JsonOrText),
    Way::List(Prefix::GenAiPrompt),
    Way::One(Key::PlainPrompt, BodyForm::JsonOrText),
    Way::Events,
    Way::One(Key::ToolArguments, BodyForm::JsonOrText),
    Way::One(Key::RetrievalQuery, BodyForm::Text),
    Way::Mime(Key::OiInput, Key::OiInputMime),
    Way::One(Key::TlInput, BodyForm::JsonOrText),
    Way::One(Key::AiPromptMessages, BodyForm::JsonOrText),
    Way::One(Key::AiPrompt, BodyForm::JsonOrText),
    Way::One(Key::AiToolArgs, BodyForm::JsonOrText),
    Way::One(Key::MlflowInputs, BodyForm::JsonOrText),
    Way::One(Key::ToolArgumentsShort, BodyForm::JsonOrText),
];

const OUTPUT: [Way; 17] = [
    Way::One(Key::LfOutput, BodyForm::JsonOrText),
    Way::List(Prefix::OiOutput),
    Way::One(Key::OutputMessages, BodyForm::JsonOrText),
    Way::List(Prefix::GenAiCompletion),
    Way::One(Key::PlainCompletion, BodyForm::JsonOrText),
    Way::Events,
    Way::One(Key::ToolResult, BodyForm::JsonOrText),
    Way::List(Prefix::Documents),
    Way::One(Key::RetrievalDocuments, BodyForm::JsonOrText),
    Way::Mime(Key::OiOutput, Key::OiOutputMime),
    Way::One(Key::TlOutput, BodyForm::JsonOrText),
    Way::One(Key::AiResponseText, BodyForm::Text),
    Way::One(Key::AiResponseCalls, BodyForm::JsonOrText),
    Way::One(Key::AiResponseObject, BodyForm::JsonOrText),
    Way::One(Key::AiToolResult, BodyForm::JsonOrText),
    Way::One(Key::MlflowOutputs, BodyForm::JsonOrText),
    Way::One(Key::ToolResponseShort, BodyForm::JsonOrText),
];

/// Finds the bodies of a span and of its trace.
pub fn find(attributes: &Attributes<'_>, events: &[Event]) -> Vec<(BodyRole, Source)> {
    let one = |key| attributes.has(key).then(|| attributes.place(key)).flatten();
    let trace = |key| one(key).map(|place| Source::Attribute(place, BodyForm::JsonOrText));
    let found = [
        (BodyRole::Input, INPUT.iter().find_map(|way| source(*way, attributes, events, messages::input))),
        (BodyRole::Output, OUTPUT.iter().find_map(|way| source(*way, attributes, events, messages::output))),
        (BodyRole::TraceInput, trace(Key::LfTraceInput)),
        (BodyRole::TraceOutput, trace(Key::LfTraceOutput)),
    ];
    found.into_iter().filter_map(|(role, source)| Some((role, source?))).collect()
}

fn source(
    way: Way,
    attributes: &Attributes<'_>,
    events: &[Event],
    from_events: fn(&[Event]) -> Option<Vec<u8>>,
) -> Option<Source> {
    match way {
        Way::One(key, form) => {
            attributes.value(key)?;
            Some(Source::Attribute(attributes.place(key)?, form))
        }
        Way::Mime(key, mime) => {
            attributes.value(key)?;
            let form = match attributes.str(mime) {
                Some(mime) if mime.contains("json") => BodyForm::Json,
                Some(mime) if mime.starts_with("text/") => BodyForm::Text,
                _ => BodyForm::JsonOrText,
            };
            Some(Source::Attribute(attributes.place(key)?, form))
        }
        Way::List(prefix) => {
            if !attributes.prefixed.iter().any(|(known, ..)| *known == prefix) {
                return None;
            }
            let parts = attributes.prefixed.iter().filter(|(known, ..)| *known == prefix);
            let parts = parts.filter_map(|(_, rest, place)| Some((*rest, *place, attributes.at(*place)?)));
            flatten::rebuild(parts).map(|(bytes, used)| Source::Built(bytes, used))
        }
        Way::Events if events.is_empty() => None,
        Way::Events => from_events(events).map(|bytes| Source::Built(bytes, Vec::new())),
    }
}

/// Whether an attribute of this name may become a body, alone or with others.
pub fn is_source(name: &str) -> bool {
    let trace = [Key::LfTraceInput, Key::LfTraceOutput];
    let (key, prefix) = (Key::of(name), Prefix::of(name).map(|(prefix, _)| prefix));
    let ways = INPUT.iter().chain(&OUTPUT);
    let mut known = ways.map(|way| match way {
        Way::One(wanted, _) | Way::Mime(wanted, _) => key == Some(*wanted),
        Way::List(wanted) => prefix == Some(*wanted),
        Way::Events => false,
    });
    known.any(|is_it| is_it) || key.is_some_and(|key| trace.contains(&key))
}

/// Takes the bodies out of the attributes: a single value leaves its name behind, without a value; so does the first of
/// those that were built into a list, the others go.
pub fn take(sources: Vec<(BodyRole, Source)>, attributes: &mut Vec<KeyValue>) -> Vec<Body> {
    let mut gone = Vec::new();
    let mut bodies = Vec::with_capacity(sources.len());
    for (role, source) in sources {
        match source {
            Source::Built(bytes, used) => {
                bodies.push(Body::new(role, BodyForm::Json, bytes));
                let first = used.first().and_then(|place| attributes.get_mut(*place));
                if let Some(value) = first.and_then(|first| first.value.as_mut()) {
                    value.value = None;
                }
                gone.extend(used.into_iter().skip(1));
            }
            Source::Attribute(place, form) => {
                let value = attributes.get_mut(place).and_then(|kv| kv.value.as_mut());
                match value.and_then(|value| value.value.take()) {
                    Some(Any::StringValue(text)) => bodies.push(Body::new(role, form, text.into_bytes())),
                    Some(other) => bodies.push(json_body(role, other)),
                    None => {}
                }
            }
        }
    }
    remove(attributes, gone);
    bodies
}

fn json_body(role: BodyRole, value: Any) -> Body {
    let value = to_json(&opentelemetry_proto::tonic::common::v1::AnyValue { value: Some(value) });
    Body::new(role, BodyForm::Json, serde_json::to_vec(&value).unwrap_or_default())
}

fn remove(attributes: &mut Vec<KeyValue>, mut gone: Vec<usize>) {
    if gone.is_empty() {
        return;
    }
    gone.sort_unstable();
    let mut place = 0;
    attributes.retain(|_| {
        place += 1;
        gone.binary_search(&(place - 1)).is_err()
    });
}
