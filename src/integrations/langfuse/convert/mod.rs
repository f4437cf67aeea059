//! A server's entries as events of the Langfuse batch API, which our ingest reads.
//!
//! Text is carried over as it stands wherever the server gives it; an event's id follows from the source, the entity and
//! what the event says, so the same entry always becomes the same bytes, and a changed one a later event.

mod observation;
mod score;
mod trace;

pub use observation::{Io, long_keys, observation};
pub use score::score;
pub use trace::{Context, context, trace};

use crate::foundation::Digest;
use trace_model::fields::Fields;

/// An event ready for a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its id; the same for the same content.
    pub id: String,
    pub json: String,
}

/// A JSON object in the making: names of ours, values as JSON text.
#[derive(Clone, Debug, Default)]
struct Object(String);

impl Object {
    /// Adds a value as it is written, if there is one.
    fn put(&mut self, name: &str, raw: Option<&str>) {
        let Some(raw) = raw else { return };
        self.0.push_str(if self.0.is_empty() { "{" } else { "," });
        self.0.push_str(&format!("\"{name}\":{raw}"));
    }

    /// Copies fields that have the same name on both sides.
    fn copy(&mut self, fields: &Fields<'_>, names: &[&str]) {
        for name in names {
            self.put(name, fields.raw(name));
        }
    }

    fn put_text(&mut self, name: &str, text: &str) {
        self.put(name, Some(&quoted(text)));
    }

    fn finish(self) -> String {
        if self.0.is_empty() { "{}".to_owned() } else { self.0 + "}" }
    }
}

/// A text as JSON.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Puts a body into its envelope.
fn event(source: &str, kind: &str, entity: &str, timestamp: &str, body: &str) -> Event {
    let said = Digest::of(format!("{source}\n{kind}\n{entity}\n{body}").as_bytes()).to_hex();
    let id = format!("pull-{}", said.get(..40).unwrap_or(&said));
    let json = format!(
        "{{\"id\":\"{id}\",\"timestamp\":{},\"type\":\"{kind}\",\"body\":{body}}}",
        quoted(timestamp)
    );
    Event { id, json }
}

/// An object with at least one value that is not null.
fn filled<'a>(fields: &Fields<'a>, name: &str) -> Option<&'a str> {
    let inner = fields.get_object(name)?;
    inner.iter().any(|(_, raw)| raw != "null").then(|| fields.raw(name)).flatten()
}

/// The first of these fields that is a text.
fn first_text(fields: &Fields<'_>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| fields.get::<String>(name)).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests;
