//! Answers that are longer than what is kept of them: their begin and their end. Pure.

use serde_json::{Deserializer, Value};

/// Bytes of the end that are kept for counters: OpenAI's stand behind everything else, with a few members behind them.
const END: usize = 32 * 1024;

/// An answer that is no stream, as far as it is kept.
#[derive(Debug, Default)]
pub struct Kept {
    pub begin: Vec<u8>,
    /// What came behind that, as far as it is near the end.
    end: Vec<u8>,
    /// Bytes of it, kept or not.
    pub length: u64,
}

impl Kept {
    /// Takes a piece in, of which at most so many bytes are kept altogether.
    pub fn take(&mut self, bytes: &[u8], most: usize) {
        self.length += bytes.len() as u64;
        let room = most.saturating_sub(self.begin.len()).min(bytes.len());
        let (kept, rest) = bytes.split_at(room);
        self.begin.extend_from_slice(kept);
        self.end.extend_from_slice(rest);
        if self.end.len() > 2 * END {
            self.end.drain(..self.end.len() - END);
        }
    }

    /// Whether something of it is not in the begin.
    pub fn is_cut(&self) -> bool {
        !self.end.is_empty()
    }

    /// The begin as text; none where it is no text.
    pub fn text(&self) -> Option<&str> {
        match std::str::from_utf8(&self.begin) {
            Ok(text) => Some(text),
            // A letter that was cut through.
            Err(cause) if self.is_cut() && cause.error_len().is_none() => {
                std::str::from_utf8(self.begin.get(..cause.valid_up_to())?).ok()
            }
            Err(_) => None,
        }
    }

    /// The last member of this name near the end.
    pub fn last(&self, name: &str) -> Option<Value> {
        let whole: Vec<u8> = if self.end.len() < END {
            let from = self.begin.len().saturating_sub(END - self.end.len());
            [self.begin.get(from..).unwrap_or_default(), self.end.as_slice()].concat()
        } else {
            self.end.clone()
        };
        members(&whole, name).into_iter().next_back()
    }

    /// The first one near the begin.
    pub fn first(&self, name: &str) -> Option<Value> {
        members(self.begin.get(..END.min(self.begin.len())).unwrap_or_default(), name).into_iter().next()
    }
}

/// Values of members of this name in JSON of which the begin or the end is missing. Inside a text a quote has a backslash before it.
fn members(json: &[u8], name: &str) -> Vec<Value> {
    let quoted = format!("\"{name}\"");
    let places = json.windows(quoted.len()).enumerate().filter(|(_, it)| *it == quoted.as_bytes());
    let value = |(at, _): (usize, &[u8])| {
        let is_in_text = at.checked_sub(1).and_then(|before| json.get(before)) == Some(&b'\\');
        let rest = json.get(at + quoted.len()..)?.trim_ascii_start().strip_prefix(b":")?;
        let value = Deserializer::from_slice(rest).into_iter::<Value>().next()?.ok()?;
        (!is_in_text).then_some(value)
    };
    places.filter_map(value).collect()
}

/// Bytes of text that an event of a stream adds to a message.
pub fn said(event: &Value) -> usize {
    let choices = event.get("choices").and_then(Value::as_array).into_iter().flatten();
    let pieces = choices.flat_map(|choice| [choice.get("delta"), choice.get("text")]);
    let others = ["delta", "content_block"].map(|name| event.get(name));
    pieces.chain(others).flatten().map(weight).sum()
}

/// Bytes of text in a value, with a few for each that stands in it.
pub fn weight(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(list) => list.iter().map(weight).sum(),
        Value::Object(members) => members.iter().map(|(name, value)| name.len() + weight(value)).sum(),
        _ => 4,
    }
}
