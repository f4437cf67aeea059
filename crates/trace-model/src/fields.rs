//! A JSON object read lazily: field names and the raw text of each value.
//!
//! Values are parsed only when asked for, so bodies keep the bytes that were sent. Faults are
//! collected with their field paths instead of stopping at the first.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::ids::id_fault;
use crate::{JsonMap, JsonText, json};
use foundation::FieldErrors;

/// The fields of one JSON object; a repeated name counts as its last value.
pub struct Fields<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Fields<'a> {
    /// Reads an object; `None` when the text is not one.
    pub fn read(text: &'a str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The raw text of a value; JSON `null` counts as absent.
    pub fn raw(&self, name: &str) -> Option<&'a str> {
        self.raw_or_null(name).filter(|text| *text != "null")
    }

    /// The raw text of a value, JSON `null` included.
    pub fn raw_or_null(&self, name: &str) -> Option<&'a str> {
        self.0.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.get())
    }

    /// Whether there is such a field, be it null.
    pub fn has(&self, name: &str) -> bool {
        self.raw_or_null(name).is_some()
    }

    /// A value that is itself an object.
    pub fn get_object(&self, name: &str) -> Option<Self> {
        Self::read(self.raw(name)?)
    }

    /// All fields with their raw text.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &'a str)> {
        self.0.iter().map(|(key, value)| (key.as_ref(), value.get()))
    }

    /// Reads a value of some type; `None` when absent or of another type.
    pub fn get<T: Deserialize<'a>>(&self, name: &str) -> Option<T> {
        serde_json::from_str(self.raw(name)?).ok()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor).map(Fields)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Vec<(Cow<'de, str>, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::new();
        while let Some((Name(name), value)) = map.next_entry::<Name<'de>, &'de RawValue>()? {
            fields.push((name, value));
        }
        Ok(fields)
    }
}

/// A field name, borrowed unless it holds escapes.
#[derive(serde::Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

/// Reads checked values out of [`Fields`] and remembers what was wrong.
pub struct Reader<'r, 'a> {
    pub(crate) fields: &'r Fields<'a>,
    pub(crate) prefix: &'static str,
    /// Why all of it is refused.
    pub faults: FieldErrors,
    /// What was left out or understood in another way, while the rest is taken.
    pub notes: FieldErrors,
}

impl<'r, 'a> Reader<'r, 'a> {
    /// A reader whose fault paths begin with `prefix`.
    pub fn new(fields: &'r Fields<'a>, prefix: &'static str) -> Self {
        Self { fields, prefix, faults: FieldErrors::default(), notes: FieldErrors::default() }
    }

    /// Notes a fault of one field.
    pub fn fault(&mut self, name: &str, message: impl Into<String>) {
        self.faults.add(format!("{}{name}", self.prefix), message);
    }

    /// The raw text of a value, if present and not null.
    pub fn raw(&self, name: &str) -> Option<&'a str> {
        self.fields.raw(name)
    }

    /// JSON text to keep as it is.
    pub fn json(&self, name: &str) -> Option<JsonText> {
        self.raw(name).map(Into::into)
    }

    /// A string.
    pub fn text(&mut self, name: &str) -> Option<String> {
        let raw = self.raw(name)?;
        let text = json::parse(raw).ok();
        if text.is_none() {
            self.fault(name, "must be a string");
        }
        text
    }

    /// An id, see [`id_fault`].
    pub fn id(&mut self, name: &str) -> Option<String> {
        let text = self.text(name)?;
        match id_fault(&text) {
            Some(fault) => {
                self.fault(name, fault);
                None
            }
            None => Some(text),
        }
    }

    /// A whole number.
    pub fn integer(&mut self, name: &str) -> Option<i64> {
        let raw = self.raw(name)?;
        let number = serde_json::from_str(raw).ok();
        if number.is_none() {
            self.fault(name, "must be a whole number");
        }
        number
    }

    /// Metadata: an object as it is; anything else under the name `metadata`, as Langfuse shows it. What lies too deep
    /// is kept as text.
    pub fn metadata(&self, name: &str) -> JsonMap {
        let Some(raw) = self.raw(name) else { return JsonMap::new() };
        match json::parse_exact(raw) {
            Ok(Value::Object(map)) => json::bounded(map),
            Ok(other) => json::bounded(JsonMap::from_iter([("metadata".to_owned(), other)])),
            // JSON it is, as part of JSON; only so deep that no reader follows.
            Err(_) => JsonMap::from_iter([("metadata".to_owned(), raw.into())]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_text_is_kept_and_the_last_of_a_repeated_name_counts() {
        let fields =
            Fields::read(r#"{"a": 1.50, "b\u0063": {"x" : [1 ,2]}, "a": 2.0e0, "n": null}"#).unwrap();
        assert_eq!(fields.raw("a"), Some("2.0e0"));
        assert_eq!(fields.raw("bc"), Some(r#"{"x" : [1 ,2]}"#));
        assert_eq!(fields.raw("n"), None);
        assert!(Fields::read("[1]").is_none());
    }

    #[test]
    fn faults_name_their_field() {
        let fields = Fields::read(r#"{"id": "", "n": "x", "t": 1}"#).unwrap();
        let mut reader = Reader::new(&fields, "body.");
        assert_eq!((reader.id("id"), reader.integer("n"), reader.text("t")), (None, None, None));
        let paths: Vec<_> = reader.faults.0.iter().map(|f| f.path.as_str()).collect();
        assert_eq!(paths, ["body.id", "body.n", "body.t"]);
    }
}
