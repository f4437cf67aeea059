//! JSON put together out of the texts that clients sent, which are kept as they are.

use std::borrow::Cow;

use opentelemetry_proto::tonic::common::v1::AnyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use serde::de::IgnoredAny;

use super::attributes::to_json;

/// A value as text: a string as it is, all else as JSON.
pub fn text(value: &Any) -> Cow<'_, str> {
    match value {
        Any::StringValue(text) => Cow::Borrowed(text),
        other => Cow::Owned(to_json(&AnyValue { value: Some(other.clone()) }).to_string()),
    }
}

/// A value as JSON text. Text that is a JSON list or object stays what it is, also inside a list of texts; other text
/// becomes a JSON string.
pub fn value(value: &Any) -> Cow<'_, str> {
    match value {
        Any::StringValue(text) if is_nested(text) => Cow::Borrowed(text.trim()),
        Any::StringValue(text) => Cow::Owned(string(text)),
        Any::ArrayValue(all) => {
            let mut list = List::default();
            all.values
                .iter()
                .filter_map(|one| one.value.as_ref())
                .for_each(|one| list.push(&self::value(one)));
            Cow::Owned(list.finish())
        }
        other => text(other),
    }
}

/// Text as a JSON string.
pub fn string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Whether a text is a JSON list or object.
pub fn is_nested(text: &str) -> bool {
    text.trim_start().starts_with(['[', '{']) && serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// What stands between the brackets of a JSON list.
pub fn elements(text: &str) -> Option<&str> {
    let inner = text.trim().strip_prefix('[')?.strip_suffix(']')?;
    is_nested(text).then(|| inner.trim())
}

/// A list under construction.
#[derive(Default)]
pub struct List(String);

impl List {
    /// Adds one element: JSON text.
    pub fn push(&mut self, element: &str) {
        if !element.is_empty() {
            self.0.push(if self.0.is_empty() { '[' } else { ',' });
            self.0.push_str(element);
        }
    }

    /// Adds the elements of a list, or what is no list as one element.
    pub fn extend(&mut self, text: &str) {
        match elements(text) {
            Some(inner) => self.push(inner),
            None if is_nested(text) => self.push(text.trim()),
            None => self.push(&string(text)),
        }
    }

    /// The list.
    pub fn finish(mut self) -> String {
        if self.0.is_empty() {
            self.0.push('[');
        }
        self.0.push(']');
        self.0
    }
}

/// An object under construction.
#[derive(Default)]
pub struct Object(String);

impl Object {
    /// Adds a field whose value is JSON text.
    #[must_use]
    pub fn field(mut self, name: &str, value: &str) -> Self {
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
        self.0.push_str(&string(name));
        self.0.push(':');
        self.0.push_str(value);
        self
    }

    /// The object, followed by fields as they stand between braces.
    pub fn finish_with(mut self, rest: &str) -> String {
        if !rest.is_empty() {
            self.0.push(if self.0.is_empty() { '{' } else { ',' });
            self.0.push_str(rest);
        }
        if self.0.is_empty() {
            self.0.push('{');
        }
        self.0.push('}');
        self.0
    }
}
