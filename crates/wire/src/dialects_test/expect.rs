//! Compares what was taken with what a fixture expects.

use serde_json::{Map, Value, json};

use super::span::Taken;
use crate::messages::{Message, read};
use trace_model::BodyRole;

/// The faults.
pub fn check(expect: &Value, taken: &Taken) -> Vec<String> {
    let mut faults = Vec::new();
    for (key, wanted) in expect.as_object().unwrap() {
        let got = got(key, wanted, taken);
        if got != *wanted {
            faults.push(format!("{key}: {got}, not {wanted}"));
        }
    }
    faults
}

/// What is there of what is asked for, in the shape in which it is asked for.
fn got(key: &str, wanted: &Value, taken: &Taken) -> Value {
    let o = &taken.observation;
    let text = |role| String::from_utf8_lossy(taken.body(role)).into_owned();
    let (input, output) = (text(BodyRole::Input), text(BodyRole::Output));
    match key {
        "kind" => json!(o.kind.unwrap().as_str()),
        "name" => json!(o.name),
        "trace_name" => json!(taken.trace.name.as_ref().or(taken.trace.root.as_ref().unwrap().name.as_ref())),
        "level" => json!(o.level.unwrap().as_str()),
        "status" => json!(o.status_message),
        "model" => json!(o.model),
        "parameters" => {
            let sent: Option<Value> = o.parameters.as_ref().map(|text| serde_json::from_str(text).unwrap());
            json!(sent)
        }
        "provider" => json!(o.provider),
        "agent" => json!(o.agent),
        "user" => json!(o.user_id),
        "session" => json!(o.session_id),
        "tags" => json!(o.tags),
        "cost" => json!(o.provided_cost.map(|cost| cost.0)),
        "prompt" => json!([o.prompt.name, o.prompt.version]),
        "first_token_ms" => json!(o.time_to_first_token_ns().map(|ns| ns / 1_000_000)),
        "metadata" => part(&o.metadata, wanted),
        "metadata_lacks" => lacks(&o.metadata, wanted),
        "trace_metadata" => part(&taken.trace.metadata, wanted),
        "trace_metadata_lacks" => lacks(&taken.trace.metadata, wanted),
        "usage" => usage(taken, wanted),
        "counts" => counts(taken),
        "input" => json!(input),
        "output" => json!(output),
        "input_has" => has(&input, wanted),
        "output_has" => has(&output, wanted),
        "input_lacks" => list(wanted, |text| !input.contains(text)),
        "roles" => json!(conversation(&input).iter().map(|message| message.role.clone()).collect::<Vec<_>>()),
        "tools" | "tools_in_input" => tools(&input),
        "calls" => {
            let messages = conversation(&output);
            json!(messages.iter().flat_map(Message::tool_calls).map(|(_, name, _)| name).collect::<Vec<_>>())
        }
        other => panic!("nobody knows how to expect {other:?}"),
    }
}

fn conversation(body: &str) -> Vec<Message> {
    read(body.as_bytes()).unwrap_or_default()
}

fn tools(input: &str) -> Value {
    let messages = conversation(input);
    json!(messages.iter().find(|message| message.role == "tools").map(|message| message.name.clone()))
}

/// Those keys of metadata that are asked for.
fn part(metadata: &Map<String, Value>, wanted: &Value) -> Value {
    let keys = wanted.as_object().unwrap().keys();
    keys.filter_map(|key| Some((key.clone(), metadata.get(key)?.clone()))).collect()
}

fn lacks(metadata: &Map<String, Value>, wanted: &Value) -> Value {
    list(wanted, |key| !metadata.contains_key(key))
}

fn has(body: &str, wanted: &Value) -> Value {
    list(wanted, |text| body.contains(text))
}

fn list(wanted: &Value, holds: impl Fn(&str) -> bool) -> Value {
    wanted.as_array().unwrap().iter().filter(|text| holds(text.as_str().unwrap())).cloned().collect()
}

/// Input that no cache served, read from a cache, written to one, output, reasoning.
fn counts(taken: &Taken) -> Value {
    let counts = taken.observation.usage.as_ref().map(|usage| usage.counts);
    json!(counts.map(|c| [c.uncached_input, c.cached_read, c.cache_write, c.output, c.reasoning]))
}

fn usage(taken: &Taken, wanted: &Value) -> Value {
    let Some(usage) = taken.observation.usage.as_ref() else { return Value::Null };
    let entry = |name: &str| usage.entries.iter().find(|(known, _)| known == name).map(|(_, count)| *count);
    let keys = wanted.as_object().map(|map| map.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
    keys.into_iter().map(|name| (name.clone(), json!(entry(&name)))).collect()
}
