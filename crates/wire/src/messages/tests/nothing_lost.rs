use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::messages::read_as;
use trace_model::BodyForm;

const KEYS: [&str; 52] = [
    "content",
    "contents",
    "parts",
    "text",
    "role",
    "name",
    "type",
    "tool_calls",
    "function",
    "function_call",
    "arguments",
    "input",
    "args",
    "output",
    "result",
    "response",
    "message",
    "messages",
    "choices",
    "kwargs",
    "additional_kwargs",
    "thinking",
    "reasoning",
    "summary",
    "reasoning_content",
    "image_url",
    "source",
    "data",
    "url",
    "file",
    "filename",
    "title",
    "tool_use_id",
    "call_id",
    "toolName",
    "toolCallId",
    "functionCall",
    "functionResponse",
    "inlineData",
    "refusal",
    "audio",
    "transcript",
    "finish_reason",
    "system",
    "unheard_of",
    "annotations",
    "tools",
    "functions",
    "config",
    "instructions",
    "function_declarations",
    "prompt",
];
const KINDS: [&str; 20] = [
    "text",
    "tool_use",
    "tool_result",
    "thinking",
    "reasoning",
    "image",
    "image_url",
    "document",
    "function_call",
    "function_call_output",
    "tool-call",
    "tool-result",
    "message",
    "refusal",
    "input_audio",
    "file",
    "human",
    "ai",
    "mcp_call",
    "new",
];
const ROLES: [&str; 5] = ["user", "assistant", "tool", "system", "model"];
/// Marks of envelopes are not words.
const MARKS: [&str; 4] = ["type", "role", "source", "data"];

/// Any JSON of known and unknown keys.
fn tree() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![4 => Just(json!("word")), 1 => Just(json!(null)), 1 => Just(json!(7)), 1 => Just(json!(true))];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let pair = (prop::sample::select(&KEYS[..]), inner.clone());
        let kind = prop::option::of(prop::sample::select(&KINDS[..]));
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(Value::Array),
            (prop::collection::vec(pair, 0..5), kind).prop_map(|(pairs, kind)| object(pairs, kind)),
        ]
    })
}

fn object(pairs: Vec<(&'static str, Value)>, kind: Option<&'static str>) -> Value {
    let mut map: Map<String, Value> = Map::new();
    map.extend(kind.map(|kind| ("type".to_owned(), json!(kind))));
    for (key, value) in pairs {
        map.entry(key).or_insert(value);
    }
    Value::Object(map)
}

/// Gives each word a number of its own, so that it can be found again; roles and types get words they know.
fn number(value: &mut Value, key: &str, words: &mut Vec<String>) {
    match value {
        Value::String(text) if text == "word" => match key {
            "role" => *value = json!(ROLES[words.len() % ROLES.len()]),
            _ if MARKS.contains(&key) && key != "data" => *value = json!("text"),
            _ => {
                words.push(format!("word{}.", words.len()));
                *value = json!(words.last().unwrap());
            }
        },
        Value::Array(list) => list.iter_mut().for_each(|inner| number(inner, key, words)),
        Value::Object(map) => {
            for (key, inner) in map.iter_mut() {
                number(inner, key, words);
            }
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_word_of_a_message_is_in_some_part(mut content in tree(), extra in tree(), role in prop::sample::select(&ROLES[..])) {
        let mut words = Vec::new();
        number(&mut content, "content", &mut words);
        let mut extra = extra;
        number(&mut extra, "unheard_of", &mut words);
        let body = json!([{"role": role, "content": content, "unheard_of": extra}]);
        let reading = read_as(body.to_string().as_bytes(), BodyForm::Json);
        prop_assert!(reading.is_conversation);
        let read = format!("{:?}", reading.messages);
        for word in &words {
            prop_assert!(read.contains(word.as_str()), "{word} of {body} is not in {read}");
        }
    }

    #[test]
    fn every_word_of_any_body_is_in_some_part(mut body in tree()) {
        let mut words = Vec::new();
        number(&mut body, "", &mut words);
        let reading = read_as(body.to_string().as_bytes(), BodyForm::Json);
        let read = format!("{:?}", reading.messages);
        for word in &words {
            prop_assert!(read.contains(word.as_str()), "{word} of {body} is not in {read}");
        }
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(!read_as(&bytes, BodyForm::JsonOrText).messages.is_empty());
    }
}
