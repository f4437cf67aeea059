//! What was said: chat messages, tool calls, pictures and reasoning, read from the body of any dialect.
//!
//! Bodies are kept byte for byte; this is one way to look at them, for pages, search and sessions. Shapes are told by
//! their keys, not by who sent them: `OpenAI` chat and responses, Anthropic, Gemini, Bedrock, the `OpenTelemetry`
//! conventions, `OpenInference`, Traceloop, `LangChain`, the Vercel AI SDK, Langfuse. Everything here is pure and total: bytes
//! of any kind give an answer. Text is never lost: what no rule reads stays as [`Part::Other`].

mod model;
mod read;

pub use model::{Media, MediaSource, Message, Part, Reading};
pub use read::media::{MediaReference, references};
pub use read::{read, read_as};

use trace_model::BodyForm;

/// Keys under which chains keep the question when they keep no messages.
const ASKED: [&str; 6] = ["question", "query", "input", "prompt", "user_input", "text"];
/// Keys under which chains keep the answer.
const ANSWERED: [&str; 7] = ["answer", "output", "response", "result", "completion", "output_text", "text"];

/// The words of the last message of a user; of a body that is no conversation, its text or its question.
pub fn last_user_text(input: &[u8]) -> Option<String> {
    let reading = read_as(input, BodyForm::JsonOrText);
    if !reading.is_conversation {
        return alone(&reading, &ASKED);
    }
    let spoken = |message: &&Message| message.role == "user" && !message.text().is_empty();
    reading.messages.iter().rfind(spoken).map(Message::text)
}

/// The words of the last answer; of a body that is no conversation, its text or its answer.
pub fn answer_text(output: &[u8]) -> Option<String> {
    let reading = read_as(output, BodyForm::JsonOrText);
    if !reading.is_conversation {
        return alone(&reading, &ANSWERED);
    }
    let spoken =
        |message: &&Message| matches!(message.role.as_str(), "assistant" | "") && !message.text().is_empty();
    reading.messages.iter().rfind(spoken).map(Message::text)
}

fn alone(reading: &Reading, keys: &[&str]) -> Option<String> {
    match reading.messages.first()?.parts.first()? {
        Part::Text(text) => Some(text.clone()).filter(|text| !text.trim().is_empty()),
        Part::Other(serde_json::Value::Object(map)) => {
            keys.iter().find_map(|key| map.get(*key)?.as_str()).map(str::to_owned)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
