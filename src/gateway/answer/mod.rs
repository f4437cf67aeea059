//! What an answer says, read beside its way to the client: text, tools, model, tokens, errors. Pure.
//!
//! A stream is read event by event, anything else when it is whole. What cannot be read is passed on all the same and kept as
//! it came, as far as it fits.

mod anthropic;
mod openai;
pub mod sse;

use serde_json::Value;

use super::model::{Kind, Tokens};

/// What an answer says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// What the model said; the whole of an answer that has no such part.
    pub output: Option<Value>,
    pub model: Option<String>,
    /// The provider's own id of the answer.
    pub id: Option<String>,
    pub finish: Option<String>,
    pub tokens: Tokens,
    /// The provider's words where the answer is an error, or became one on its way.
    pub error: Option<String>,
}

/// Reads an answer as it comes.
#[derive(Debug)]
pub struct Reading {
    kind: Kind,
    form: Form,
    /// How many bytes are kept at most of what is no stream.
    most: usize,
    is_cut: bool,
}

#[derive(Debug)]
enum Form {
    Whole(Vec<u8>),
    Stream(Box<Stream>),
}

#[derive(Debug, Default)]
struct Stream {
    events: sse::Reader,
    chat: openai::Chat,
    responses: openai::Responses,
    messages: anthropic::Messages,
    is_complete: bool,
}

impl Reading {
    /// Of an answer with this content type; at most so many bytes of it are kept.
    pub fn of(kind: Kind, content_type: &str, most: usize) -> Self {
        let is_stream = content_type.trim_start().to_ascii_lowercase().starts_with("text/event-stream");
        let is_read = is_stream && kind != Kind::Other && kind != Kind::Embedding;
        let form = if is_read { Form::Stream(Box::default()) } else { Form::Whole(Vec::new()) };
        Self { kind, form, most, is_cut: false }
    }

    /// Takes a piece in.
    pub fn feed(&mut self, bytes: &[u8]) {
        match &mut self.form {
            Form::Whole(kept) => {
                let room = self.most.saturating_sub(kept.len()).min(bytes.len());
                kept.extend_from_slice(bytes.get(..room).unwrap_or_default());
                self.is_cut |= room < bytes.len();
            }
            Form::Stream(stream) => {
                for event in stream.events.feed(bytes) {
                    stream.take(self.kind, &event);
                }
            }
        }
    }

    /// Whether a stream has said that it is at its end: clients stop reading there.
    pub fn is_complete(&self) -> bool {
        matches!(&self.form, Form::Stream(stream) if stream.is_complete)
    }

    /// What was said so far.
    pub fn answer(self) -> Answer {
        match self.form {
            Form::Whole(kept) => whole(self.kind, &kept, self.is_cut),
            Form::Stream(mut stream) => {
                if let Some(event) = stream.events.rest() {
                    stream.take(self.kind, &event);
                }
                stream.answer(self.kind)
            }
        }
    }
}

impl Stream {
    fn take(&mut self, kind: Kind, event: &sse::Event) {
        if self.is_complete {
            return;
        }
        if event.data.trim() == "[DONE]" {
            self.is_complete = true;
            return;
        }
        let Ok(data) = serde_json::from_str::<Value>(&event.data) else { return };
        self.is_complete = match kind {
            Kind::Responses => self.responses.take(&data),
            Kind::Messages => self.messages.take(&data),
            _ => self.chat.take(&data),
        };
    }

    fn answer(self, kind: Kind) -> Answer {
        match kind {
            Kind::Responses => self.responses.answer(),
            Kind::Messages => self.messages.answer(),
            _ => self.chat.answer(),
        }
    }
}

fn whole(kind: Kind, kept: &[u8], is_cut: bool) -> Answer {
    let Ok(body) = serde_json::from_slice::<Value>(kept) else { return unread(kept, is_cut) };
    if let Some(said) = error_of(&body) {
        return Answer { output: Some(body), error: Some(said), ..Answer::default() };
    }
    match kind {
        Kind::Responses => openai::whole_response(&body),
        Kind::Messages => anthropic::whole(&body),
        Kind::Chat | Kind::Completion | Kind::Embedding => openai::whole(&body),
        Kind::Other => Answer { output: Some(body), ..Answer::default() },
    }
}

/// What is no JSON is kept as text where it is some.
fn unread(kept: &[u8], is_cut: bool) -> Answer {
    let output = match std::str::from_utf8(kept) {
        Ok("") => None,
        Ok(text) if is_cut => Some(format!("{text} (cut off after {} bytes)", kept.len())),
        Ok(text) => Some(text.to_owned()),
        Err(_) => Some(format!("({} bytes that are no text)", kept.len())),
    };
    Answer { output: output.map(Value::String), ..Answer::default() }
}

/// The words of an error in the form of either provider.
fn error_of(body: &Value) -> Option<String> {
    let error = body.get("error").filter(|error| !error.is_null())?;
    let said = error.get("message").and_then(Value::as_str).or_else(|| error.as_str());
    Some(said.map_or_else(|| error.to_string(), str::to_owned))
}

fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name).and_then(Value::as_str).map(str::to_owned)
}

fn number(value: &Value, name: &str) -> Option<i64> {
    value.get(name).and_then(Value::as_i64).filter(|number| *number >= 0)
}

/// Appends text to a member that may not be there yet.
fn append(object: &mut serde_json::Map<String, Value>, name: &str, more: &str) {
    match object.get_mut(name) {
        Some(Value::String(text)) => text.push_str(more),
        _ => drop(object.insert(name.to_owned(), more.into())),
    }
}

#[cfg(test)]
mod tests;
