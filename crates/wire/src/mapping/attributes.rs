//! Span attributes sorted into places, with typed readers.

use std::borrow::Cow;

use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use serde_json::Value;
use serde_json::value::RawValue;

use super::identity::Identity;
use super::keys::{COUNT, Key, Prefix};
use super::work_refs::Finder;
use trace_model::rules;
use trace_model::{JsonMap, decimal, json};

/// Attributes of one span or resource.
pub struct Attributes<'a> {
    all: &'a [KeyValue],
    places: [u16; COUNT],
    /// Attributes with a variable name: prefix, the rest of the name, place.
    pub prefixed: Vec<(Prefix, &'a str, usize)>,
    /// Actors named by attributes of their own.
    pub identity: Identity,
    /// What attributes of their own say of a handoff, a task and their like.
    pub told: JsonMap,
    /// Work orders named by attributes of their own.
    pub orders: Finder,
}

/// Bytes of a word, or of a list of reasons as JSON, and texts in such a list.
const LONGEST_TOLD: usize = 2_000;
const MOST_TOLD: usize = 20;

fn is_short_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.len() <= LONGEST_TOLD)
}

/// The mark of a key that is not there.
const ABSENT: u16 = u16::MAX;

impl<'a> Attributes<'a> {
    /// Sorts attributes; of a repeated name the last one counts.
    pub fn new(all: &'a [KeyValue]) -> Self {
        let mut sorted = Self {
            all,
            places: [ABSENT; COUNT],
            prefixed: Vec::new(),
            identity: Identity::default(),
            told: JsonMap::new(),
            orders: Finder::default(),
        };
        for (place, attribute) in all.iter().enumerate().take(usize::from(ABSENT)) {
            sorted.sort(place, attribute);
        }
        sorted
    }

    fn sort(&mut self, place: usize, attribute: &'a KeyValue) {
        if let Some(key) = Key::of(&attribute.key) {
            if let (Some(slot), Ok(place)) = (self.places.get_mut(key as usize), u16::try_from(place)) {
                *slot = place;
            }
        } else if let Some((prefix, rest)) = Prefix::of(&attribute.key) {
            self.prefixed.push((prefix, rest, place));
        } else if let Some(value) = attribute.value.as_ref() {
            let meaning = rules::meaning(&attribute.key).unwrap_or_default();
            if let Some(text) = text_of(value) {
                if let Some((slot, since)) = meaning.slot {
                    self.identity.put(slot, since, &text);
                }
                self.orders.see(&attribute.key, &text);
            }
            if meaning.is_word {
                self.tell(&attribute.key, value);
            }
        }
    }

    /// A word or a short list; what is longer is no word of these.
    fn tell(&mut self, key: &str, value: &AnyValue) {
        if matches!(&value.value, Some(Any::StringValue(text)) if text.len() > LONGEST_TOLD) {
            return;
        }
        let value = to_json(value);
        let is_short = match &value {
            Value::Array(list) => list.len() <= MOST_TOLD && list.iter().all(is_short_text),
            Value::String(_) | Value::Number(_) | Value::Bool(_) => true,
            Value::Null | Value::Object(_) => false,
        };
        if is_short {
            self.told.insert(key.to_owned(), value);
        }
    }

    /// The value of an attribute, if present and not empty.
    pub fn value(&self, key: Key) -> Option<&'a Any> {
        self.all.get(self.place(key)?)?.value.as_ref()?.value.as_ref()
    }

    /// Where the attribute stands.
    pub fn place(&self, key: Key) -> Option<usize> {
        self.places.get(key as usize).copied().filter(|place| *place != ABSENT).map(usize::from)
    }

    /// The value at a place.
    pub fn at(&self, place: usize) -> Option<&'a AnyValue> {
        self.all.get(place)?.value.as_ref()
    }

    /// The attributes with a variable name that begin so: the rest of the name, place and value.
    pub fn below(&self, prefix: Prefix) -> impl Iterator<Item = (&'a str, usize, &'a AnyValue)> {
        let these = self.prefixed.iter().filter(move |(known, ..)| *known == prefix);
        these.filter_map(|(_, rest, place)| Some((*rest, *place, self.at(*place)?)))
    }

    /// True when the attribute has a value.
    pub fn has(&self, key: Key) -> bool {
        self.value(key).is_some()
    }

    /// A string, borrowed.
    pub fn str(&self, key: Key) -> Option<&'a str> {
        match self.value(key)? {
            Any::StringValue(text) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    /// The first of several keys that holds a non-empty string or a number, as text.
    pub fn text(&self, keys: &[Key]) -> Option<String> {
        keys.iter().find_map(|key| scalar_text(self.value(*key)?)).map(Cow::into_owned)
    }

    /// The first of several keys that holds a whole number, also one in a string.
    pub fn integer(&self, keys: &[Key]) -> Option<i64> {
        keys.iter().find_map(|key| match self.value(*key)? {
            Any::IntValue(number) => Some(*number),
            other => decimal::whole(&scalar_text(other)?),
        })
    }

    /// A whole number at a place, also one in a string.
    pub fn integer_at(&self, place: usize) -> Option<i64> {
        match self.at(place)?.value.as_ref()? {
            Any::IntValue(number) => Some(*number),
            other => decimal::whole(&scalar_text(other)?),
        }
    }

    /// An object as JSON: one in a string, or a real one.
    pub fn json_object(&self, key: Key) -> Option<Cow<'a, str>> {
        object_of(self.value(key)?)
    }

    /// An object as JSON: one attribute's, or one whose members are attributes of their own.
    pub fn json_object_or(&self, key: Key, members: Prefix) -> Option<Cow<'a, str>> {
        let flat = || {
            let map: serde_json::Map<_, _> =
                self.below(members).map(|(name, _, value)| (name.to_owned(), to_json(value))).collect();
            (!map.is_empty()).then(|| Cow::Owned(Value::Object(map).to_string()))
        };
        self.json_object(key).or_else(flat)
    }

    /// `true`, also in a string.
    pub fn flag(&self, key: Key) -> Option<bool> {
        match self.value(key)? {
            Any::BoolValue(flag) => Some(*flag),
            Any::StringValue(text) => text.trim().to_ascii_lowercase().parse().ok(),
            _ => None,
        }
    }

    /// A list of strings: a real one, one written as JSON in a string, or one separated by commas.
    pub fn texts(&self, key: Key) -> Vec<String> {
        match self.value(key) {
            Some(Any::ArrayValue(list)) => {
                list.values.iter().filter_map(text_of).map(Cow::into_owned).collect()
            }
            Some(Any::StringValue(text)) => listed(text).unwrap_or_else(|| {
                text.split(',').map(|tag| tag.trim().to_owned()).filter(|tag| !tag.is_empty()).collect()
            }),
            _ => Vec::new(),
        }
    }
}

/// A value that is an object, or the text of one, as JSON.
pub fn object_of(value: &Any) -> Option<Cow<'_, str>> {
    match value {
        Any::StringValue(text) => text.trim_start().starts_with('{').then_some(Cow::Borrowed(text)),
        Any::KvlistValue(list) => serde_json::to_string(&object(&list.values)).ok().map(Cow::Owned),
        _ => None,
    }
}

/// The entries of a JSON list; what is no string as its JSON text, as in batches.
fn listed(text: &str) -> Option<Vec<String>> {
    let entries: Vec<&RawValue> = serde_json::from_str(text).ok()?;
    let entries = entries.into_iter().map(RawValue::get).filter(|raw| *raw != "null");
    Some(entries.map(|raw| json::parse(raw).unwrap_or_else(|_| raw.to_owned())).collect())
}

/// A non-empty string, a number or a truth value, as text.
pub fn text_of(value: &AnyValue) -> Option<Cow<'_, str>> {
    scalar_text(value.value.as_ref()?)
}

fn scalar_text(value: &Any) -> Option<Cow<'_, str>> {
    match value {
        Any::StringValue(text) => (!text.is_empty()).then_some(Cow::Borrowed(text.as_str())),
        Any::IntValue(number) => Some(number.to_string().into()),
        Any::DoubleValue(number) => Some(number.to_string().into()),
        Any::BoolValue(flag) => Some(flag.to_string().into()),
        _ => None,
    }
}

/// A value as JSON; bytes become base64, numbers that JSON lacks become strings.
pub fn to_json(value: &AnyValue) -> Value {
    let Some(value) = &value.value else { return Value::Null };
    match value {
        Any::StringValue(text) => Value::String(text.clone()),
        Any::BoolValue(flag) => Value::Bool(*flag),
        Any::IntValue(number) => Value::from(*number),
        Any::DoubleValue(number) => serde_json::Number::from_f64(*number)
            .map_or_else(|| Value::String(no_number(*number).to_owned()), Value::Number),
        Any::ArrayValue(list) => list.values.iter().map(to_json).collect(),
        Any::KvlistValue(list) => Value::Object(object(&list.values)),
        Any::BytesValue(bytes) => {
            use base64::Engine as _;
            Value::String(base64::engine::general_purpose::STANDARD.encode(bytes))
        }
        Any::StringValueStrindex(_) => Value::Null,
    }
}

/// The words that OTLP JSON has for numbers that JSON lacks.
fn no_number(number: f64) -> &'static str {
    match number {
        f64::INFINITY => "Infinity",
        f64::NEG_INFINITY => "-Infinity",
        _ => "NaN",
    }
}

/// Attributes as a JSON object.
pub fn object(attributes: &[KeyValue]) -> serde_json::Map<String, Value> {
    let pair = |kv: &KeyValue| (kv.key.clone(), kv.value.as_ref().map_or(Value::Null, to_json));
    attributes.iter().map(pair).collect()
}
