//! Answers of Anthropic's messages, whole and in pieces.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Answer, append, error_of, number, text};
use crate::gateway::model::Tokens;

/// More blocks than this are no answer that anybody asked for.
const MOST: u64 = 10_000;

/// A stream of one message.
#[derive(Debug, Default)]
pub struct Messages {
    blocks: BTreeMap<u64, Map<String, Value>>,
    /// Arguments of tools come as pieces of JSON.
    arguments: BTreeMap<u64, String>,
    role: Option<String>,
    answer: Answer,
}

impl Messages {
    /// Takes one event in, its words only where they are kept; whether the stream is at its end.
    pub fn take(&mut self, data: &Value, is_kept: bool) -> bool {
        match data.get("type").and_then(Value::as_str).unwrap_or_default() {
            "message_start" => self.begin(data.get("message").unwrap_or(&Value::Null)),
            "content_block_start" if is_kept => {
                let block = data.get("content_block").and_then(Value::as_object);
                if let (Some(block), Some(at)) = (block, place(data)) {
                    self.blocks.insert(at, block.clone());
                }
            }
            "content_block_delta" if is_kept => self.add(data),
            "message_delta" => {
                let delta = data.get("delta").unwrap_or(&Value::Null);
                self.answer.finish = text(delta, "stop_reason").or(self.answer.finish.take());
                self.count(data.get("usage").unwrap_or(&Value::Null));
            }
            "message_stop" => return true,
            "error" => {
                self.answer.error = error_of(data).or_else(|| Some(data.to_string()));
                return true;
            }
            _ => {}
        }
        false
    }

    fn begin(&mut self, message: &Value) {
        self.answer.model = text(message, "model");
        self.answer.id = text(message, "id");
        self.role = text(message, "role");
        self.count(message.get("usage").unwrap_or(&Value::Null));
    }

    fn add(&mut self, data: &Value) {
        let Some(at) = place(data) else { return };
        let Some(delta) = data.get("delta").and_then(Value::as_object) else { return };
        if let Some(piece) = delta.get("partial_json").and_then(Value::as_str) {
            self.arguments.entry(at).or_default().push_str(piece);
            return;
        }
        let block = self.blocks.entry(at).or_default();
        for name in ["text", "thinking", "signature"] {
            if let Some(piece) = delta.get(name).and_then(Value::as_str) {
                append(block, name, piece);
            }
        }
        if let Some(citation) = delta.get("citation")
            && let Value::Array(list) = block.entry("citations").or_insert_with(|| json!([]))
        {
            list.push(citation.clone());
        }
    }

    /// Counters of later events are those of the whole message so far.
    fn count(&mut self, usage: &Value) {
        let (told, kept) = (tokens(usage), &mut self.answer.tokens);
        kept.input = told.input.or(kept.input);
        kept.cache_read = told.cache_read.or(kept.cache_read);
        kept.cache_write = told.cache_write.or(kept.cache_write);
        kept.output = told.output.or(kept.output);
    }

    /// What was said so far.
    pub fn answer(mut self) -> Answer {
        for (at, arguments) in self.arguments {
            let read = serde_json::from_str(&arguments).unwrap_or(Value::String(arguments));
            self.blocks.entry(at).or_default().insert("input".to_owned(), read);
        }
        let content: Vec<Value> = self.blocks.into_values().map(Value::Object).collect();
        let role = self.role.unwrap_or_else(|| "assistant".to_owned());
        let output = (!content.is_empty()).then(|| json!({ "role": role, "content": content }));
        Answer { output, ..self.answer }
    }
}

fn place(data: &Value) -> Option<u64> {
    data.get("index").and_then(Value::as_u64).filter(|at| *at < MOST)
}

/// A whole message.
pub fn whole(body: &Value) -> Answer {
    let content = body.get("content").cloned();
    let role = text(body, "role").unwrap_or_else(|| "assistant".to_owned());
    Answer {
        output: content.map(|content| json!({ "role": role, "content": content })),
        model: text(body, "model"),
        id: text(body, "id"),
        finish: text(body, "stop_reason"),
        tokens: body.get("usage").map(tokens).unwrap_or_default(),
        error: None,
    }
}

/// What a cache read or wrote stands beside the input; thinking is part of the output and not told apart.
pub fn tokens(usage: &Value) -> Tokens {
    Tokens {
        input: number(usage, "input_tokens"),
        cache_read: number(usage, "cache_read_input_tokens").filter(|tokens| *tokens > 0),
        cache_write: number(usage, "cache_creation_input_tokens").filter(|tokens| *tokens > 0),
        output: number(usage, "output_tokens"),
        reasoning: None,
    }
}
