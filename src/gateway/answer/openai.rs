//! Answers of OpenAI: chat completions, completions of before, embeddings and responses, whole and in pieces.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Answer, append, error_of, number, text};
use crate::gateway::model::Tokens;

/// More choices or calls of tools than this are no answer that anybody asked for.
const MOST: u64 = 1_000;

/// A stream of chat completions, or of completions of before.
#[derive(Debug, Default)]
pub struct Chat {
    choices: BTreeMap<u64, Choice>,
    answer: Answer,
}

#[derive(Debug, Default)]
struct Choice {
    message: Map<String, Value>,
    tools: BTreeMap<u64, Map<String, Value>>,
}

impl Chat {
    /// Takes one piece in, its words only where they are kept; whether the stream is at its end, which only an error says here.
    pub fn take(&mut self, data: &Value, is_kept: bool) -> bool {
        if let Some(said) = error_of(data) {
            self.answer.error = Some(said);
            return true;
        }
        self.answer.model = text(data, "model").or(self.answer.model.take());
        self.answer.id = text(data, "id").or(self.answer.id.take());
        if let Some(usage) = data.get("usage").filter(|usage| usage.is_object()) {
            self.answer.tokens = chat_tokens(usage);
        }
        for choice in data.get("choices").and_then(Value::as_array).into_iter().flatten() {
            let index = choice.get("index").and_then(Value::as_u64).unwrap_or_default();
            if index < MOST && is_kept {
                self.choices.entry(index).or_default().take(choice);
            }
            self.answer.finish = text(choice, "finish_reason").or(self.answer.finish.take());
        }
        false
    }

    /// What was said so far.
    pub fn answer(self) -> Answer {
        let mut messages: Vec<Value> = self.choices.into_values().map(Choice::message).collect();
        let output = match messages.len() {
            0 => None,
            1 => messages.pop(),
            _ => Some(Value::Array(messages)),
        };
        Answer { output, ..self.answer }
    }
}

impl Choice {
    fn take(&mut self, choice: &Value) {
        if let Some(piece) = choice.get("text").and_then(Value::as_str) {
            append(&mut self.message, "content", piece);
        }
        let Some(delta) = choice.get("delta").and_then(Value::as_object) else { return };
        for (name, value) in delta {
            match value {
                Value::String(role) if name == "role" => {
                    self.message.insert(name.clone(), role.clone().into());
                }
                Value::String(piece) => append(&mut self.message, name, piece),
                Value::Array(calls) if name == "tool_calls" => calls.iter().for_each(|call| self.tool(call)),
                Value::Null => {}
                other => drop(self.message.insert(name.clone(), other.clone())),
            }
        }
    }

    fn tool(&mut self, call: &Value) {
        let index = call.get("index").and_then(Value::as_u64).unwrap_or_default();
        if index >= MOST {
            return;
        }
        let tool = self.tools.entry(index).or_default();
        for name in ["id", "type"] {
            if let Some(value) = text(call, name) {
                tool.insert(name.to_owned(), value.into());
            }
        }
        let Some(function) = call.get("function").and_then(Value::as_object) else { return };
        let kept = tool.entry("function").or_insert_with(|| json!({}));
        let Some(kept) = kept.as_object_mut() else { return };
        for (name, value) in function {
            if let Some(piece) = value.as_str() {
                append(kept, name, piece);
            }
        }
    }

    fn message(mut self) -> Value {
        if !self.message.contains_key("role") {
            self.message.insert("role".to_owned(), "assistant".into());
        }
        if !self.tools.is_empty() {
            let tools = self.tools.into_values().map(Value::Object).collect();
            self.message.insert("tool_calls".to_owned(), Value::Array(tools));
        }
        Value::Object(self.message)
    }
}

/// A whole answer of chat completions, completions of before or embeddings.
pub fn whole(body: &Value) -> Answer {
    let choices = body.get("choices").and_then(Value::as_array);
    let said = |choice: &Value| {
        let old = || Some(json!({ "role": "assistant", "content": choice.get("text")? }));
        choice.get("message").cloned().or_else(old)
    };
    let mut messages: Vec<Value> = choices.into_iter().flatten().filter_map(said).collect();
    let output = match messages.len() {
        // Vectors are long and say nothing to a reader.
        0 => body.get("data").and_then(Value::as_array).map(|data| json!({ "vectors": data.len() })),
        1 => messages.pop(),
        _ => Some(Value::Array(messages)),
    };
    let finish = choices.and_then(|choices| text(choices.first()?, "finish_reason"));
    let tokens = body.get("usage").map(chat_tokens).unwrap_or_default();
    Answer { output, model: text(body, "model"), id: text(body, "id"), finish, tokens, error: None }
}

/// A whole response.
pub fn whole_response(body: &Value) -> Answer {
    Answer {
        output: body.get("output").cloned(),
        model: text(body, "model"),
        id: text(body, "id"),
        finish: text(body, "status"),
        tokens: body.get("usage").map(response_tokens).unwrap_or_default(),
        error: error_of(body),
    }
}

/// A stream of a response: its last event holds all of it.
#[derive(Debug, Default)]
pub struct Responses {
    whole: Option<Answer>,
    begun: Answer,
    said: String,
}

impl Responses {
    /// Takes one event in, its words only where they are kept; whether the stream is at its end.
    pub fn take(&mut self, data: &Value, is_kept: bool) -> bool {
        let response = data.get("response").unwrap_or(&Value::Null);
        match data.get("type").and_then(Value::as_str).unwrap_or_default() {
            "response.created" | "response.in_progress" => {
                self.begun.model = text(response, "model").or(self.begun.model.take());
                self.begun.id = text(response, "id").or(self.begun.id.take());
            }
            "response.output_text.delta" if is_kept => {
                self.said.push_str(data.get("delta").and_then(Value::as_str).unwrap_or_default());
            }
            "response.completed" | "response.incomplete" | "response.failed" | "response.cancelled" => {
                self.whole = Some(whole_response(response));
                return true;
            }
            "error" => {
                let said = text(data, "message").or_else(|| error_of(data));
                self.begun.error = Some(said.unwrap_or_else(|| data.to_string()));
                return true;
            }
            _ => {}
        }
        false
    }

    /// What was said so far.
    pub fn answer(self) -> Answer {
        let output = (!self.said.is_empty()).then(|| json!({ "role": "assistant", "content": self.said }));
        self.whole.unwrap_or(Answer { output, ..self.begun })
    }
}

/// Counters of chats: cached input stands inside the input, reasoning inside the output.
pub fn chat_tokens(usage: &Value) -> Tokens {
    inside(
        usage,
        ["prompt_tokens", "completion_tokens"],
        ["prompt_tokens_details", "completion_tokens_details"],
    )
}

/// Counters of responses, which stand inside each other in the same way.
pub fn response_tokens(usage: &Value) -> Tokens {
    inside(usage, ["input_tokens", "output_tokens"], ["input_tokens_details", "output_tokens_details"])
}

fn inside(usage: &Value, totals: [&str; 2], details: [&str; 2]) -> Tokens {
    let [input, output] = totals.map(|name| number(usage, name));
    let [of_input, of_output] = details.map(|name| usage.get(name).unwrap_or(&Value::Null));
    let cache_read = number(of_input, "cached_tokens").filter(|tokens| *tokens > 0);
    let reasoning = number(of_output, "reasoning_tokens").filter(|tokens| *tokens > 0);
    let less = |whole: Option<i64>, part: Option<i64>| whole.map(|whole| (whole - part.unwrap_or(0)).max(0));
    Tokens {
        input: less(input, cache_read),
        cache_read,
        cache_write: None,
        output: less(output, reasoning),
        reasoning,
    }
}
