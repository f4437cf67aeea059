//! Messages sent as span events: the older way of the OpenTelemetry `gen_ai` conventions.

use std::borrow::Cow;

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::trace::v1::span::Event;
use serde_json::{Map, Value};

use super::attributes::to_json;
use super::io::Built;
use super::json;
use trace_model::BodyForm;

/// Which of a span's bodies is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Input,
    Output,
}

/// The messages of one side: events that are messages (`gen_ai.user.message`, `gen_ai.choice`), else events that hold all
/// of them in one attribute.
pub fn list(side: Side, events: &[Event]) -> Option<Built> {
    let messages: Vec<Value> = events
        .iter()
        .filter_map(|event| Some(message(role(side, &event.name)?, &event.attributes)))
        .collect();
    if !messages.is_empty() {
        return serde_json::to_vec(&messages).ok().map(Built::json);
    }
    let names: &[&str] = match side {
        Side::Input => &["gen_ai.input.messages", "gen_ai.prompt"],
        Side::Output => &["gen_ai.output.messages", "gen_ai.completion"],
    };
    together(named(events, names).map(json::text).collect()).or_else(|| payload(side, events))
}

/// What `PromptFlow`'s events of a function hold.
fn payload(side: Side, events: &[Event]) -> Option<Built> {
    let name = match side {
        Side::Input => "promptflow.function.inputs",
        Side::Output => "promptflow.function.output",
    };
    let event = events.iter().find(|event| event.name == name)?;
    together(named(std::slice::from_ref(event), &["payload"]).map(json::text).collect())
}

/// The values of attributes of events with these names.
pub fn named<'e>(events: &'e [Event], names: &[&str]) -> impl Iterator<Item = &'e Any> {
    let all = events.iter().flat_map(|event| &event.attributes);
    all.filter(|attribute| names.contains(&attribute.key.as_str()))
        .filter_map(|attribute| attribute.value.as_ref()?.value.as_ref())
}

/// Who says what an event is named after, when it is on this side.
pub fn role(side: Side, name: &str) -> Option<&'static str> {
    match (side, name) {
        (Side::Input, "gen_ai.system.message") => Some("system"),
        (Side::Input, "gen_ai.user.message") => Some("user"),
        (Side::Input, "gen_ai.assistant.message") => Some("assistant"),
        (Side::Input, "gen_ai.tool.message") => Some("tool"),
        (Side::Input, "gen_ai.developer.message" | "gen_ai.tool.developer") => Some("developer"),
        (Side::Output, "gen_ai.choice") => Some("assistant"),
        _ => None,
    }
}

fn message(role: &str, attributes: &[KeyValue]) -> Value {
    let mut map = Map::new();
    map.insert("role".to_owned(), Value::String(role.to_owned()));
    for attribute in attributes {
        let value = attribute.value.as_ref().map_or(Value::Null, to_json);
        match opened(&attribute.key, &value) {
            Some(inner) => map.extend(inner),
            None => {
                map.insert(attribute.key.clone(), value);
            }
        }
    }
    Value::Object(map)
}

/// The .NET libraries write a whole message as JSON into one attribute.
fn opened(key: &str, value: &Value) -> Option<Map<String, Value>> {
    let text = value.as_str().filter(|_| key == "gen_ai.event.content")?;
    serde_json::from_str(text).ok()
}

/// One text as it is; the elements of several lists in one list.
fn together(texts: Vec<Cow<'_, str>>) -> Option<Built> {
    if texts.len() < 2 {
        let bytes = texts.into_iter().next()?.into_owned().into_bytes();
        return Some(Built { bytes, form: BodyForm::JsonOrText, ..Built::default() });
    }
    let mut list = json::List::default();
    texts.iter().for_each(|text| list.extend(text));
    Some(Built::json(list.finish().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::super::span::tests::text_attributes;
    use super::*;

    #[test]
    fn message_events_become_a_list_with_roles() {
        let event = |name: &str, pairs: &[(&str, &str)]| Event {
            name: name.to_owned(),
            attributes: text_attributes(pairs),
            ..Event::default()
        };
        let events = [
            event("gen_ai.user.message", &[("content", "hi")]),
            event("gen_ai.choice", &[("message", "yo"), ("index", "0")]),
            event("exception", &[]),
        ];
        assert_eq!(list(Side::Input, &events).unwrap().bytes, br#"[{"role":"user","content":"hi"}]"#);
        assert_eq!(
            list(Side::Output, &events).unwrap().bytes,
            br#"[{"role":"assistant","message":"yo","index":"0"}]"#
        );
        assert!(list(Side::Input, &events[1..]).is_none());
    }
}
