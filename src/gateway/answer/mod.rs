//! What an answer says, read beside its way to the client: text, tools, model, tokens, errors. Pure.
//!
//! A stream is read event by event, anything else when it is whole. What cannot be read is passed on all the same and kept as
//! it came, as far as it fits; tokens are counted however long an answer is.

mod anthropic;
mod long;
mod openai;
pub mod sse;

use serde_json::Value;

use super::model::{Kind, Tokens};
use crate::intake::unpack::unpack;
use long::Kept;

/// An answer that is packed is unpacked up to so many times of what is kept.
const UNPACKED: usize = 4;

/// More tokens than this are no count of one call; sums of what is stored must not run over.
const MOST_TOKENS: i64 = 1_000_000_000_000;

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
    /// What packs the answer, though none was asked for.
    packed: Option<Packed>,
    /// How many bytes of it are kept at most.
    most: usize,
}

#[derive(Debug)]
enum Form {
    Whole(Kept),
    Stream(Box<Stream>),
}

#[derive(Debug)]
struct Packed {
    encoding: String,
    kept: Kept,
}

#[derive(Debug, Default)]
struct Stream {
    events: sse::Reader,
    chat: openai::Chat,
    responses: openai::Responses,
    messages: anthropic::Messages,
    is_complete: bool,
    /// Bytes of the message so far.
    said: usize,
}

impl Reading {
    /// Of an answer with this content type; at most so many bytes of it are kept.
    pub fn of(kind: Kind, content_type: &str, most: usize) -> Self {
        let is_stream = content_type.trim_start().to_ascii_lowercase().starts_with("text/event-stream");
        let is_read = is_stream && kind != Kind::Other && kind != Kind::Embedding;
        let form = if is_read { Form::Stream(Box::default()) } else { Form::Whole(Kept::default()) };
        Self { kind, form, packed: None, most }
    }

    /// The same of one that is packed like this: it is read when it is whole.
    #[must_use]
    pub fn packed(mut self, encoding: &str) -> Self {
        let encoding = encoding.trim().to_ascii_lowercase();
        if !encoding.is_empty() && encoding != "identity" {
            self.packed = Some(Packed { encoding, kept: Kept::default() });
        }
        self
    }

    /// Takes a piece in.
    pub fn feed(&mut self, bytes: &[u8]) {
        if let Some(packed) = &mut self.packed {
            packed.kept.take(bytes, self.most);
            return;
        }
        match &mut self.form {
            Form::Whole(kept) => kept.take(bytes, self.most),
            Form::Stream(stream) => {
                for event in stream.events.feed(bytes) {
                    stream.take(self.kind, &event, self.most);
                }
            }
        }
    }

    /// Whether a stream has said that it is at its end: clients stop reading there.
    pub fn is_complete(&self) -> bool {
        self.packed.is_none() && matches!(&self.form, Form::Stream(stream) if stream.is_complete)
    }

    /// What was said so far.
    pub fn answer(mut self) -> Answer {
        if let Some(Packed { encoding, kept }) = self.packed.take() {
            match unpack(&kept.begin, Some(&encoding), self.most.saturating_mul(UNPACKED)) {
                Ok(plain) if !kept.is_cut() => self.feed(&plain),
                _ => return unpackable(&encoding, kept.length),
            }
        }
        match self.form {
            Form::Whole(kept) => whole(self.kind, &kept),
            Form::Stream(mut stream) => {
                if let Some(event) = stream.events.rest() {
                    stream.take(self.kind, &event, self.most);
                }
                stream.answer(self.kind, self.most)
            }
        }
    }
}

impl Stream {
    /// Takes an event in. Of a message that is longer than what is kept only the counters and the end are read on.
    fn take(&mut self, kind: Kind, event: &sse::Event, most: usize) {
        if self.is_complete {
            return;
        }
        if event.data.trim() == "[DONE]" {
            self.is_complete = true;
            return;
        }
        let Ok(data) = serde_json::from_str::<Value>(&event.data) else { return };
        self.said = self.said.saturating_add(long::said(&data));
        let is_kept = self.said <= most;
        self.is_complete = match kind {
            Kind::Responses => self.responses.take(&data, is_kept),
            Kind::Messages => self.messages.take(&data, is_kept),
            _ => self.chat.take(&data, is_kept),
        };
    }

    fn answer(self, kind: Kind, most: usize) -> Answer {
        let is_cut = self.said > most;
        let mut answer = match kind {
            Kind::Responses => self.responses.answer(),
            Kind::Messages => self.messages.answer(),
            _ => self.chat.answer(),
        };
        if let Some(Value::Object(message)) = answer.output.as_mut().filter(|_| is_cut) {
            message.insert("cut_off".to_owned(), format!("after {most} bytes").into());
        }
        // The last event of a response holds all of it once more.
        if answer.output.as_ref().is_some_and(|output| long::weight(output) > most.saturating_mul(2)) {
            answer.output = Some(format!("(an answer of more than {most} bytes, not kept)").into());
        }
        answer
    }
}

fn unpackable(encoding: &str, length: u64) -> Answer {
    let said = format!("({length} bytes packed as {encoding}, not read)");
    Answer { output: Some(said.into()), ..Answer::default() }
}

fn whole(kind: Kind, kept: &Kept) -> Answer {
    if kept.is_cut() {
        return cut(kind, kept);
    }
    let Ok(body) = serde_json::from_slice::<Value>(&kept.begin) else { return unread(kept) };
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

/// What is longer than what is kept is no JSON any more; its model stands at its begin or its end, its counters at its end.
fn cut(kind: Kind, kept: &Kept) -> Answer {
    if !kind.is_billed() {
        return unread(kept);
    }
    let usage = kept.last("usage").filter(Value::is_object);
    let tokens = usage.map(|usage| match kind {
        Kind::Responses => openai::response_tokens(&usage),
        Kind::Messages => anthropic::tokens(&usage),
        _ => openai::chat_tokens(&usage),
    });
    let model = kept.last("model").or_else(|| kept.first("model"));
    let said = unread(kept);
    let output = match kind {
        // Vectors are long and say nothing to a reader.
        Kind::Embedding => Some(format!("(an answer of {} bytes, not kept)", kept.length).into()),
        _ => said.output,
    };
    Answer {
        output,
        model: model.as_ref().and_then(Value::as_str).map(str::to_owned),
        tokens: tokens.unwrap_or_default(),
        ..Answer::default()
    }
}

/// What is no JSON is kept as text where it is some.
fn unread(kept: &Kept) -> Answer {
    let output = match kept.text() {
        Some("") => None,
        Some(text) if kept.is_cut() => Some(format!("{text} (cut off after {} bytes)", kept.begin.len())),
        Some(text) => Some(text.to_owned()),
        None => Some(format!("({} bytes that are no text)", kept.length)),
    };
    Answer { output: output.map(Value::String), ..Answer::default() }
}

/// The words of an error in the form of either provider.
fn error_of(body: &Value) -> Option<String> {
    let error = body.get("error").filter(|error| !is_nothing(error))?;
    let said = error.get("message").and_then(Value::as_str).or_else(|| error.as_str());
    Some(said.map_or_else(|| error.to_string(), str::to_owned))
}

/// Some answers name an error always: where there is none, all of it is null.
fn is_nothing(error: &Value) -> bool {
    error.is_null() || error.as_object().is_some_and(|members| members.values().all(Value::is_null))
}

fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name).and_then(Value::as_str).map(str::to_owned)
}

fn number(value: &Value, name: &str) -> Option<i64> {
    value.get(name).and_then(Value::as_i64).filter(|number| (0..=MOST_TOKENS).contains(number))
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
