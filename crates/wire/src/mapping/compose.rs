//! Instructions and tools that a dialect keeps in attributes of their own join the input they belong to.
//!
//! What was sent is kept as it is and only put together: a list of messages begins with the instructions as a message of
//! the system, and stands beside the tools as in a request (`{"tools": [..], "messages": [..]}`). An input that
//! is no list becomes a field of such a request; one that is an object gets more fields.

use std::borrow::Cow;

use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::trace::v1::span::Event;
use serde_json::Value;

use super::attributes::Attributes;
use super::io::{Built, Source};
use super::json::{self, List, Object};
use super::offered::{self, Before};
use trace_model::BodyForm;
use trace_model::fields::Fields;

/// The input with what stands before it.
pub fn input(base: Option<Source>, attributes: &Attributes<'_>, events: &[Event]) -> Option<Source> {
    let tools = offered::tools(attributes, events);
    let instructions = offered::instructions(attributes, events);
    if tools.is_none() && instructions.is_none() {
        return base;
    }
    let (text, form) = match &base {
        Some(Source::Attribute(place, form)) => {
            let value = attributes.at(*place).and_then(|value| value.value.as_ref());
            // What is no text is JSON here.
            let form = if matches!(value, Some(Any::StringValue(_))) { *form } else { BodyForm::Json };
            (value.map(json::text).unwrap_or_default(), form)
        }
        Some(Source::Built(built)) => (String::from_utf8_lossy(&built.bytes), built.form),
        None => (Cow::Borrowed("[]"), BodyForm::Json),
    };
    let tools = tools.filter(|_| form == BodyForm::Text || !offers_already(&text));
    let instructions = instructions.filter(|before| !says_already(&text, &before.json));
    if tools.is_none() && instructions.is_none() {
        return base;
    }
    let bytes = together(&text, form, tools.as_ref(), instructions.as_ref()).into_bytes();
    let mut built = Built { bytes, form: BodyForm::Json, ..Built::default() };
    match base {
        Some(Source::Attribute(place, _)) => built.emptied.push(place),
        Some(Source::Built(base)) => (built.gone, built.emptied) = (base.gone, base.emptied),
        None => {}
    }
    for before in [tools, instructions].into_iter().flatten() {
        built.gone.extend(before.gone);
        built.emptied.extend(before.emptied);
    }
    Some(Source::Built(built))
}

fn together(text: &str, form: BodyForm, tools: Option<&Before>, instructions: Option<&Before>) -> String {
    let nested = (form != BodyForm::Text).then(|| json::elements(text)).flatten();
    if let Some(elements) = nested {
        return request(tools, messages(instructions, elements));
    }
    let fields =
        Some(text).filter(|text| form != BodyForm::Text && json::is_nested(text)).and_then(Fields::read);
    let Some(fields) = fields else {
        let told = instructions.map(|before| before.json.as_str());
        let object = [("tools", tools.map(|before| before.json.as_str())), ("instructions", told)]
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .fold(Object::default(), |object, (name, value)| object.field(name, value));
        return object.field("input", &json::string(text)).finish_with("");
    };
    if fields.raw("role").is_some() {
        return request(tools, messages(instructions, text.trim()));
    }
    let rest = text.trim().trim_start_matches('{').trim_end();
    let rest = rest.strip_suffix('}').unwrap_or(rest).trim();
    let free = |name: &'static str| {
        let others = [name.to_owned(), format!("gen_ai.{name}")];
        others.into_iter().find(|name| fields.raw_or_null(name).is_none()).unwrap_or_default()
    };
    let mut object = Object::default();
    for (name, before) in [("tools", tools), ("system_instructions", instructions)] {
        if let Some(before) = before {
            object = object.field(&free(name), &before.json);
        }
    }
    object.finish_with(rest)
}

/// The instructions as a message of the system, then the others as they stand between brackets.
fn messages(instructions: Option<&Before>, elements: &str) -> String {
    let mut list = List::default();
    if let Some(before) = instructions {
        let name = if before.json.starts_with('[') { "parts" } else { "content" };
        let message = Object::default().field("role", "\"system\"").field(name, &before.json);
        list.push(&message.finish_with(""));
    }
    list.push(elements);
    list.finish()
}

fn request(tools: Option<&Before>, messages: String) -> String {
    match tools {
        Some(tools) => {
            Object::default().field("tools", &tools.json).field("messages", &messages).finish_with("")
        }
        None => messages,
    }
}

/// Whether a request names its tools itself, as `MLflow` keeps it beside a list of them.
fn offers_already(text: &str) -> bool {
    let Some(fields) = Some(text).filter(|text| json::is_nested(text)).and_then(Fields::read) else {
        return false;
    };
    fields.raw("tools").is_some_and(|tools| tools.starts_with('[') && tools.contains('{'))
}

/// Whether a message of the system with all words of the instructions stands in the text already.
fn says_already(text: &str, instructions: &str) -> bool {
    if !text.contains("\"system\"") {
        return false;
    }
    let mut words = Vec::new();
    gather(&serde_json::from_str(instructions).unwrap_or_default(), &mut words);
    !words.is_empty() && words.iter().all(|word| text.contains(&json::string(word)))
}

fn gather(value: &Value, words: &mut Vec<String>) {
    match value {
        Value::String(text) => words.push(text.clone()),
        Value::Array(list) => list.iter().for_each(|inner| gather(inner, words)),
        Value::Object(map) => {
            map.iter().filter(|(key, _)| *key != "type").for_each(|(_, inner)| gather(inner, words));
        }
        _ => {}
    }
}
