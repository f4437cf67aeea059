//! Whatever a span says is in its record or in one of its bodies.

use opentelemetry_proto::tonic::trace::v1::ResourceSpans;
use proptest::prelude::*;
use prost::Message;
use serde_json::{Map, Value, json};

use super::span::{Taken, take};
use crate::mapping::attributes::object;
use crate::mapping::io::is_source;
use crate::mapping::keys::NAMES;
use crate::messages::read_as;
use trace_model::BodyForm;

/// What of a span is in none of both.
pub fn lost(span: &Value, taken: &Taken) -> Vec<String> {
    let record = ResourceSpans::decode(taken.arrival.record.as_slice()).unwrap();
    let kept = &record.scope_spans[0].spans[0];
    let record = object(&kept.attributes);
    let events: Vec<Value> =
        kept.events.iter().map(|event| Value::Object(object(&event.attributes))).collect();
    let bodies: Vec<String> =
        taken.arrival.bodies.iter().map(|body| String::from_utf8_lossy(&body.bytes).into_owned()).collect();
    let attributes = span["attributes"].as_object().into_iter().flatten();
    let in_record = |key: &str, value: &Value| record.get(key) == Some(value);
    let mut lost: Vec<String> = attributes
        .filter(|(key, value)| !in_record(key, value) && !bodies.iter().any(|body| holds(body, value)))
        .map(|(key, value)| format!("{key} = {value}"))
        .collect();
    // A name without a value stands for a body, so it must be known as one.
    let empty =
        kept.attributes.iter().filter(|attribute| attribute.value.as_ref().is_none_or(|v| v.value.is_none()));
    let sent = |key: &str| !span["attributes"][key].is_null();
    lost.extend(
        empty.filter(|a| sent(&a.key) && !is_source(&a.key)).map(|a| format!("{} is no source", a.key)),
    );
    for (place, event) in span["events"].as_array().into_iter().flatten().enumerate() {
        if events.get(place) != Some(&event[1]) {
            lost.push(format!("event {event}"));
        }
    }
    lost
}

/// Whether a body holds all of a value: its text as it is or as a JSON string, or its parts one by one.
fn holds(body: &str, value: &Value) -> bool {
    match value {
        Value::String(text) => {
            let quoted = Value::from(text.as_str()).to_string();
            let text = text.trim();
            // A list or an object may have been put together with others.
            let is_nested = text.starts_with(['[', '{']) && text.len() > 1;
            let inner = if is_nested { text[1..text.len() - 1].trim() } else { text };
            body.contains(inner) || body.contains(quoted.trim_matches('"'))
        }
        Value::Array(list) => list.iter().all(|inner| holds(body, inner)),
        Value::Object(map) => map.values().all(|inner| holds(body, inner)),
        Value::Null => true,
        other => body.contains(&other.to_string()),
    }
}

/// Endings of flattened names, and the names that begin so.
const FLAT: [&str; 19] = [
    "llm.input_messages.0.message.content",
    "llm.input_messages.1.message.role",
    "llm.output_messages.0.message.content",
    "gen_ai.prompt.0.content",
    "gen_ai.completion.0.content",
    "llm.tools.0.tool.json_schema",
    "llm.tools.1.tool.name",
    "llm.request.functions.0.name",
    "llm.prompts.0.prompt.text",
    "llm.choices.0.completion.text",
    "retrieval.documents.0.document.content",
    "reranker.output_documents.0.document.content",
    "reranker.input_documents.0.document.content",
    "embedding.embeddings.0.embedding.text",
    "embedding.embeddings.1.embedding.vector",
    "mastra.agent_run.input",
    "mastra.agent_run.output",
    "ai.telemetry.metadata.plant",
    "langfuse.trace.metadata.plant",
];
const EVENTS: [&str; 7] = [
    "gen_ai.user.message",
    "gen_ai.choice",
    "gen_ai.client.inference.operation.details",
    "gen_ai.content.prompt",
    "promptflow.function.inputs",
    "exception",
    "a.name.of.its.own",
];
const EVENT_KEYS: [&str; 8] = [
    "content",
    "gen_ai.event.content",
    "gen_ai.input.messages",
    "gen_ai.system_instructions",
    "gen_ai.tool.definitions",
    "gen_ai.prompt",
    "payload",
    "exception.type",
];

/// A key that is read, half of the time one about words rather than figures, or one of its own.
fn key() -> impl Strategy<Value = String> {
    let names: Vec<String> = NAMES.iter().map(|(name, _)| (*name).to_owned()).collect();
    let flat: Vec<String> = FLAT.iter().map(|name| (*name).to_owned()).collect();
    prop_oneof![
        6 => prop::sample::select(names),
        3 => prop::sample::select(flat),
        1 => Just("shop.branch".to_owned()),
    ]
}

/// Values of the shapes that attributes have, each with a word of its own in it.
fn value() -> impl Strategy<Value = Value> {
    let word = "[a-z]{6}";
    prop_oneof![
        word.prop_map(|word| json!(word)),
        word.prop_map(|word| json!(json!([{"role": "user", "content": word}]).to_string())),
        word.prop_map(|word| json!(json!([{"type": "function", "name": word}]).to_string())),
        word.prop_map(|word| json!(json!({"text": word}).to_string())),
        word.prop_map(|word| json!(
            json!({"tools": [word], "system_instructions": word, "messages": []}).to_string()
        )),
        word.prop_map(|word| json!(json!({"event.name": "gen_ai.choice", "x": word}).to_string())),
        word.prop_map(|word| json!(format!("[{word}"))),
        word.prop_map(|word| json!(format!(" {{ \"{word}\" : 1 }} "))),
        word.prop_map(|word| json!(format!("\"{word}\"\n\u{7}é"))),
        word.prop_map(|word| json!([word, "{}"])),
        word.prop_map(|word| json!([json!({"name": word}).to_string()])),
        Just(json!("")),
        Just(json!("[]")),
        Just(json!("{}")),
        Just(json!(["x"])),
        any::<i32>().prop_map(|number| json!(number)),
        any::<bool>().prop_map(|flag| json!(flag)),
    ]
}

fn map(key: impl Strategy<Value = String>, most: usize) -> impl Strategy<Value = Map<String, Value>> {
    prop::collection::vec((key, value()), 0..most).prop_map(|pairs| pairs.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn whatever_a_span_says_is_in_its_record_or_its_bodies(
        attributes in map(key(), 14),
        events in prop::collection::vec(
            (prop::sample::select(&EVENTS[..]), map(prop::sample::select(&EVENT_KEYS[..]).prop_map(str::to_owned), 3)),
            0..4,
        ),
        code in 0_i64..3,
    ) {
        let events: Vec<Value> = events.into_iter().map(|(name, map)| json!([name, map])).collect();
        let span = json!({"name": "s", "attributes": attributes, "events": events, "status": [code, ""]});
        let taken = take(&json!(["scope", "1"]), &json!({}), &span);
        prop_assert!(lost(&span, &taken).is_empty(), "{:?} of {span}", lost(&span, &taken));
        for body in &taken.arrival.bodies {
            let read = read_as(&body.bytes, body.reference.form);
            prop_assert!(!read.messages.is_empty());
            if body.reference.form == BodyForm::Json {
                prop_assert!(
                    attributes_say_json(&span) || serde_json::from_slice::<Value>(&body.bytes).is_ok(),
                    "no JSON: {} of {span}", String::from_utf8_lossy(&body.bytes)
                );
            }
        }
    }
}

/// Whether the client itself says that a text is JSON, true or not.
fn attributes_say_json(span: &Value) -> bool {
    ["input.mime_type", "output.mime_type"].iter().any(|key| !span["attributes"][*key].is_null())
}
