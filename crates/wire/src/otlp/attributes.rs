//! Attributes of OTLP JSON that are not as the protocol has them.

use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue, KeyValue, KeyValueList};

use super::lenient::{either, list, object_of, words};
use super::{Rejected, scalars};
use crate::bounded::MOST;
use trace_model::fields::Fields;

/// Levels of lists and objects that stay such; what lies deeper is kept as its JSON text. Readers of protobuf stop at 100
/// messages, and each level is two.
const DEEPEST: usize = 30;

/// The attributes of a resource, a scope, a span, an event or a link: a list of pairs, or an object as people write it by
/// hand.
pub(super) fn attributes(of: &Fields<'_>, whose: &'static str, rejected: &mut Rejected) -> Vec<KeyValue> {
    let Some(raw) = of.raw("attributes") else { return Vec::new() };
    match object_of(raw) {
        Some(fields) => object(&fields, 0),
        None => pairs(raw, whose, 0, rejected),
    }
}

fn object(fields: &Fields<'_>, depth: usize) -> Vec<KeyValue> {
    fields.iter().map(|(key, raw)| pair(key.to_owned(), plain(raw, depth))).collect()
}

fn pair(key: String, value: Option<Any>) -> KeyValue {
    KeyValue { key, value: Some(AnyValue { value }), ..KeyValue::default() }
}

fn pairs(raw: &str, whose: &'static str, depth: usize, rejected: &mut Rejected) -> Vec<KeyValue> {
    let Ok(entries) = list(Some(raw), "attributes", rejected) else {
        rejected.note(format!("a {whose} has more than {MOST} attributes: they were left out"));
        return Vec::new();
    };
    let mut all = Vec::with_capacity(entries.len());
    for entry in entries {
        let Some(fields) = object_of(entry) else {
            rejected.note(format!("an attribute of a {whose} is no object: it was left out"));
            continue;
        };
        let key = fields.raw("key").map(words).unwrap_or_default();
        let value = fields.raw("value").and_then(|raw| value(raw, whose, &key, depth, rejected));
        all.push(pair(key, value));
    }
    all
}

/// Reads the text of a scalar of one type.
type ReadScalar = fn(&str) -> Option<Any>;

/// A value under the name of its type; one that its type does not hold is kept as text, one without a type as what it is.
fn value(raw: &str, whose: &'static str, key: &str, depth: usize, rejected: &mut Rejected) -> Option<Any> {
    if depth >= DEEPEST {
        rejected
            .note(format!("attribute {key:?} lies in more than {DEEPEST} levels: the rest was kept as text"));
        return Some(Any::StringValue(raw.to_owned()));
    }
    let Some(fields) = object_of(raw) else { return plain(raw, depth) };
    let get = |name, other| either(&fields, name, other);
    if let Some(raw) = get("stringValue", "string_value") {
        return Some(Any::StringValue(words(raw)));
    }
    let scalars: [(Option<&str>, ReadScalar); 4] = [
        (get("boolValue", "bool_value"), |text| text.to_ascii_lowercase().parse().ok().map(Any::BoolValue)),
        (get("intValue", "int_value"), |text| scalars::integer(text).map(Any::IntValue)),
        (get("doubleValue", "double_value"), |text| scalars::double(text).map(Any::DoubleValue)),
        (get("bytesValue", "bytes_value"), |text| scalars::base64(text).map(Any::BytesValue)),
    ];
    if let Some((Some(raw), read)) = scalars.into_iter().find(|(raw, _)| raw.is_some()) {
        let text = words(raw);
        return Some(read(&text).unwrap_or(Any::StringValue(text)));
    }
    if let Some(raw) = get("arrayValue", "array_value") {
        return Some(Any::ArrayValue(ArrayValue { values: values(raw, whose, key, depth, rejected) }));
    }
    if let Some(raw) = get("kvlistValue", "kvlist_value") {
        let inside = inside(raw);
        let values = inside.map(|raw| pairs(raw, whose, depth + 1, rejected)).unwrap_or_default();
        return Some(Any::KvlistValue(KeyValueList { values }));
    }
    // What a later protocol may add, or an object as people write it by hand.
    let is_nothing = fields.iter().all(|(_, raw)| raw == "null");
    if is_nothing { None } else { plain(raw, depth) }
}

/// The list in a list's message; some leave the message away.
fn inside(raw: &str) -> Option<&str> {
    object_of(raw).map_or(Some(raw), |fields| fields.raw("values"))
}

fn values(raw: &str, whose: &'static str, key: &str, depth: usize, rejected: &mut Rejected) -> Vec<AnyValue> {
    let entries = list(inside(raw), "values", rejected).unwrap_or_else(|_| {
        rejected.note(format!("attribute {key:?} has more than {MOST} entries: they were left out"));
        Vec::new()
    });
    let value = |raw| AnyValue { value: value(raw, whose, key, depth + 1, rejected) };
    entries.into_iter().map(value).collect()
}

/// JSON without the names of types, as people write it by hand.
fn plain(raw: &str, depth: usize) -> Option<Any> {
    if raw == "null" {
        return None;
    }
    if depth >= DEEPEST {
        return Some(Any::StringValue(raw.to_owned()));
    }
    if let Some(fields) = object_of(raw) {
        return Some(Any::KvlistValue(KeyValueList { values: object(&fields, depth + 1) }));
    }
    if raw.starts_with('[') {
        let entries = list(Some(raw), "values", &mut Rejected::default()).unwrap_or_default();
        let values = entries.into_iter().map(|raw| AnyValue { value: plain(raw, depth + 1) }).collect();
        return Some(Any::ArrayValue(ArrayValue { values }));
    }
    let text = words(raw);
    if raw.starts_with('"') {
        return Some(Any::StringValue(text));
    }
    let flag = text.parse().ok().map(Any::BoolValue);
    let integer = || text.parse().ok().map(Any::IntValue);
    // A double must not lose digits that the text has.
    let double = || text.parse().ok().filter(|n: &f64| n.to_string() == text).map(Any::DoubleValue);
    Some(flag.or_else(integer).or_else(double).unwrap_or(Any::StringValue(text)))
}
