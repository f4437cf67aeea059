//! Messages sent as span events: the older way of the OpenTelemetry `gen_ai` conventions.

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::trace::v1::span::Event;
use serde_json::{Map, Value};

use super::attributes::to_json;

/// Input messages from `gen_ai.{system,user,assistant,tool}.message` and older prompt events.
pub fn input(events: &[Event]) -> Option<Vec<u8>> {
    list(events, |name| match name {
        "gen_ai.system.message" => Some("system"),
        "gen_ai.user.message" => Some("user"),
        "gen_ai.assistant.message" => Some("assistant"),
        "gen_ai.tool.message" => Some("tool"),
        _ => None,
    })
    .or_else(|| single(events, &["gen_ai.input.messages", "gen_ai.prompt"]))
}

/// Output messages from `gen_ai.choice` and older completion events.
pub fn output(events: &[Event]) -> Option<Vec<u8>> {
    list(events, |name| (name == "gen_ai.choice").then_some("assistant"))
        .or_else(|| single(events, &["gen_ai.output.messages", "gen_ai.completion"]))
}

fn list(events: &[Event], role: impl Fn(&str) -> Option<&'static str>) -> Option<Vec<u8>> {
    let messages: Vec<Value> =
        events.iter().filter_map(|event| Some(message(role(&event.name)?, &event.attributes))).collect();
    if messages.is_empty() { None } else { serde_json::to_vec(&messages).ok() }
}

fn message(role: &str, attributes: &[KeyValue]) -> Value {
    let mut map = Map::new();
    map.insert("role".to_owned(), Value::String(role.to_owned()));
    for attribute in attributes {
        let value = attribute.value.as_ref().map_or(Value::Null, to_json);
        map.insert(attribute.key.clone(), value);
    }
    Value::Object(map)
}

/// One attribute of one event that holds all messages as text.
fn single(events: &[Event], names: &[&str]) -> Option<Vec<u8>> {
    let found = events
        .iter()
        .flat_map(|event| &event.attributes)
        .find(|attribute| names.contains(&attribute.key.as_str()))?;
    match to_json(found.value.as_ref()?) {
        Value::String(text) => Some(text.into_bytes()),
        other => serde_json::to_vec(&other).ok(),
    }
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
        assert_eq!(input(&events).unwrap(), br#"[{"role":"user","content":"hi"}]"#);
        assert_eq!(output(&events).unwrap(), br#"[{"role":"assistant","message":"yo","index":"0"}]"#);
        assert_eq!(input(&events[1..]), None);
    }
}
