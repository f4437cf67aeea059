//! A body held against the schema that the document shows for it: what is written down is what is enforced, so neither can
//! say something else than the other. Every fault is named by its field (`document[2].asks.kind`). Pure.
//!
//! The words of JSON Schema (2020-12) that our types come to are known here; [`KNOWN`] is the list, and a test holds the
//! document against it.

use chrono::NaiveDate;
use serde_json::{Map, Value};

use crate::foundation::{FieldErrors, Result, Timestamp};

/// Faults that are told at once.
const MOST_FAULTS: usize = 20;

/// Every word of a schema that is either enforced here or says nothing about a value.
#[cfg(test)]
pub const KNOWN: [&str; 24] = [
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "default",
    "deprecated",
    "description",
    "enum",
    "example",
    "examples",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "oneOf",
    "properties",
    "propertyNames",
    "required",
    "title",
    "type",
];

/// Refuses a value that its schema does not allow, and texts that no database stores. `schemas` are the named ones of the document.
pub fn check(schema: &Value, schemas: &Map<String, Value>, value: &Value) -> Result<()> {
    let mut checker = Checker { schemas, faults: FieldErrors::default() };
    checker.texts(value, "");
    checker.value(schema, value, "");
    checker.faults.into_result()
}

struct Checker<'a> {
    schemas: &'a Map<String, Value>,
    faults: FieldErrors,
}

impl<'a> Checker<'a> {
    fn fault(&mut self, path: &str, message: impl Into<String>) {
        if self.faults.0.len() < MOST_FAULTS {
            self.faults.add(path, message);
        }
    }

    /// No stored text holds a NUL, and no name of a field either, whose path is told back.
    fn texts(&mut self, value: &Value, path: &str) {
        match value {
            Value::String(text) if text.contains('\0') => {
                self.fault(path, "a NUL character is not allowed in text; remove it");
            }
            Value::Array(list) => {
                for (at, element) in list.iter().enumerate() {
                    self.texts(element, &format!("{path}[{at}]"));
                }
            }
            Value::Object(fields) => {
                for (name, field) in fields {
                    let path = within(path, &printable(name));
                    if name.contains('\0') {
                        self.fault(&path, "a NUL character is not allowed in a name; remove it");
                    }
                    self.texts(field, &path);
                }
            }
            _ => {}
        }
    }

    fn value(&mut self, schema: &'a Value, value: &Value, path: &str) {
        let Some(schema) = self.named(schema) else {
            self.fault(path, "nothing is known of this field");
            return;
        };
        for all in list(schema, "allOf") {
            self.value(all, value, path);
        }
        for word in ["oneOf", "anyOf"] {
            self.one_of(list(schema, word), value, path);
        }
        if !self.is_of_type(schema, value, path) || !self.is_listed(schema, value, path) {
            return;
        }
        match value {
            Value::String(text) => self.text(schema, text, path),
            Value::Number(number) => self.number(schema, number, path),
            Value::Array(elements) => self.elements(schema, elements, path),
            Value::Object(fields) => self.fields(schema, fields, path),
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// The schema itself, where another one is named.
    fn named(&self, schema: &'a Value) -> Option<&'a Value> {
        let mut found = schema;
        // A name that leads to a name is followed a few times, and a circle of names is nothing.
        for _ in 0..8 {
            let Some(name) = found.get("$ref").and_then(Value::as_str) else { return Some(found) };
            found = self.schemas.get(name.rsplit('/').next().unwrap_or_default())?;
        }
        None
    }

    /// One of several: what is told is what keeps it from the last of them, which is the one with something in it.
    fn one_of(&mut self, all: &'a [Value], value: &Value, path: &str) {
        let Some(last) = all.last() else { return };
        let fits = |schema: &'a Value| {
            let mut alone = Checker { schemas: self.schemas, faults: FieldErrors::default() };
            alone.value(schema, value, path);
            alone.faults.0.is_empty()
        };
        if !all.iter().any(fits) {
            self.value(last, value, path);
        }
    }

    fn is_of_type(&mut self, schema: &Value, value: &Value, path: &str) -> bool {
        let wanted: Vec<&str> = match schema.get("type") {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
            _ => return true,
        };
        if wanted.iter().any(|kind| is_a(kind, value)) {
            return true;
        }
        let wanted: Vec<&str> = wanted.into_iter().map(type_words).collect();
        self.fault(path, format!("expected {}", wanted.join(" or ")));
        false
    }

    fn is_listed(&mut self, schema: &Value, value: &Value, path: &str) -> bool {
        let words = list(schema, "enum");
        if words.is_empty() || words.contains(value) {
            return true;
        }
        let words: Vec<String> = words.iter().map(shown).collect();
        self.fault(path, format!("expected one of {}", words.join(", ")));
        false
    }

    fn text(&mut self, schema: &Value, text: &str, path: &str) {
        let length = text.chars().count() as u64;
        if let Some(least) = whole(schema, "minLength").filter(|least| length < *least) {
            let words = if least == 1 {
                "it must not be empty".to_owned()
            } else {
                format!("{least} characters at least")
            };
            self.fault(path, words);
        }
        if let Some(most) = whole(schema, "maxLength").filter(|most| length > *most) {
            self.fault(path, format!("{most} characters at most"));
        }
        match schema.get("format").and_then(Value::as_str) {
            Some("date-time") if Timestamp::parse_rfc3339(text).is_none() => {
                self.fault(path, "expected a moment as RFC 3339 writes it: 2026-11-21T09:30:00Z");
            }
            Some("date") if NaiveDate::parse_from_str(text, "%Y-%m-%d").is_err() => {
                self.fault(path, "expected a day such as 2026-11-21");
            }
            _ => {}
        }
    }

    fn number(&mut self, schema: &Value, number: &serde_json::Number, path: &str) {
        let Some(found) = number.as_i64() else {
            // Only whole numbers are asked for anywhere: see `is_a`.
            self.fault(path, "this number is too large");
            return;
        };
        let (least, most) = match schema.get("format").and_then(Value::as_str) {
            Some("int32") => (i64::from(i32::MIN), i64::from(i32::MAX)),
            _ => (i64::MIN, i64::MAX),
        };
        let least = bound(schema, "minimum").unwrap_or(least);
        let most = bound(schema, "maximum").unwrap_or(most);
        if !(least..=most).contains(&found) {
            self.fault(path, format!("expected a whole number from {least} to {most}"));
        }
    }

    fn elements(&mut self, schema: &'a Value, elements: &[Value], path: &str) {
        let count = elements.len() as u64;
        if let Some(least) = whole(schema, "minItems").filter(|least| count < *least) {
            self.fault(path, format!("{least} at least"));
        }
        if let Some(most) = whole(schema, "maxItems").filter(|most| count > *most) {
            self.fault(path, format!("{count} are too many: at most {most}"));
            return;
        }
        let Some(each) = schema.get("items") else { return };
        for (at, element) in elements.iter().enumerate() {
            self.value(each, element, &format!("{path}[{at}]"));
        }
    }

    fn fields(&mut self, schema: &'a Value, fields: &Map<String, Value>, path: &str) {
        let known = schema.get("properties").and_then(Value::as_object);
        for name in list(schema, "required").iter().filter_map(Value::as_str) {
            if !fields.contains_key(name) {
                self.fault(&within(path, name), "it is needed");
            }
        }
        let is_closed = schema.get("additionalProperties") == Some(&Value::Bool(false));
        for (name, field) in fields {
            match known.and_then(|known| known.get(name)) {
                Some(schema) => self.value(schema, field, &within(path, name)),
                None if is_closed => {
                    let names: Vec<&str> =
                        known.into_iter().flatten().map(|(name, _)| name.as_str()).collect();
                    let words = format!("there is no such field; known are {}", names.join(", "));
                    self.fault(&within(path, &printable(name)), words);
                }
                None => {}
            }
        }
    }
}

fn within(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// A name that somebody sent, short enough to be told back.
fn printable(name: &str) -> String {
    name.chars().take(60).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

fn list<'a>(schema: &'a Value, word: &str) -> &'a [Value] {
    schema.get(word).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn whole(schema: &Value, word: &str) -> Option<u64> {
    schema.get(word).and_then(Value::as_u64)
}

/// A bound, which may be written as `0` or `0.0`.
#[expect(clippy::cast_possible_truncation, reason = "bounds are small whole numbers of our own")]
fn bound(schema: &Value, word: &str) -> Option<i64> {
    let bound = schema.get(word)?;
    bound.as_i64().or_else(|| bound.as_f64().map(|bound| bound as i64))
}

fn is_a(kind: &str, value: &Value) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        // `1.0` is none: it would be stored as another text than it was sent as.
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        _ => false,
    }
}

fn type_words(kind: &str) -> &'static str {
    match kind {
        "null" => "nothing",
        "boolean" => "true or false",
        "string" => "a text",
        "array" => "a list",
        "object" => "an object",
        "integer" => "a whole number",
        _ => "a number",
    }
}

fn shown(word: &Value) -> String {
    word.as_str().map_or_else(|| word.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::foundation::Error;

    fn faults(schema: &Value, value: &Value) -> Vec<String> {
        let schemas = json!({
            "Word": { "type": "string", "enum": ["low", "high"] },
            "Inner": { "type": "object", "required": ["n"], "additionalProperties": false,
                "properties": { "n": { "type": "integer", "format": "int32", "minimum": 0 } } },
        });
        match check(schema, schemas.as_object().unwrap(), value) {
            Ok(()) => Vec::new(),
            Err(Error::Invalid(faults)) => {
                faults.0.into_iter().map(|it| format!("{}: {}", it.path, it.message)).collect()
            }
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn each_word_of_a_schema_is_enforced_and_names_its_field() {
        let schema = json!({
            "type": "object",
            "required": ["title"],
            "additionalProperties": false,
            "properties": {
                "title": { "type": "string", "minLength": 1, "maxLength": 5 },
                "word": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Word" }] },
                "list": { "type": ["array", "null"], "maxItems": 2, "items": { "$ref": "#/components/schemas/Inner" } },
                "at": { "type": "string", "format": "date-time" },
                "day": { "type": "string", "format": "date" },
                "flag": { "type": "boolean" },
                "version": { "type": "integer", "format": "int64", "minimum": 1.0 }
            }
        });
        for (value, told) in [
            (json!({ "title": "pump" }), vec![]),
            (
                json!({ "title": "äöüßé", "word": null, "list": [{ "n": 0 }], "at": "2026-11-21T09:30:00Z" }),
                vec![],
            ),
            (json!({ "title": "pump", "word": "high", "day": "2026-11-21", "version": i64::MAX }), vec![]),
            (json!([]), vec![": expected an object"]),
            (json!({}), vec!["title: it is needed"]),
            (json!({ "title": "" }), vec!["title: it must not be empty"]),
            (json!({ "title": "pumped" }), vec!["title: 5 characters at most"]),
            (json!({ "title": 5 }), vec!["title: expected a text"]),
            (json!({ "title": "pump", "word": "mid" }), vec!["word: expected one of low, high"]),
            (json!({ "title": "pump", "list": [{ "n": 1 }, {}] }), vec!["list[1].n: it is needed"]),
            (
                json!({ "title": "pump", "list": [{ "n": -1 }] }),
                vec!["list[0].n: expected a whole number from 0 to 2147483647"],
            ),
            (
                json!({ "title": "pump", "list": [{ "n": 2_147_483_648_u32 }] }),
                vec!["list[0].n: expected a whole number from 0 to 2147483647"],
            ),
            (json!({ "title": "pump", "list": [1, 2, 3] }), vec!["list: 3 are too many: at most 2"]),
            (
                json!({ "title": "pump", "at": "yesterday" }),
                vec!["at: expected a moment as RFC 3339 writes it: 2026-11-21T09:30:00Z"],
            ),
            (json!({ "title": "pump", "day": "2026-02-30" }), vec!["day: expected a day such as 2026-11-21"]),
            (json!({ "title": "pump", "flag": "yes" }), vec!["flag: expected true or false"]),
            (json!({ "title": "pump", "version": 1.0 }), vec!["version: expected a whole number"]),
            (json!({ "title": "pump", "version": u64::MAX }), vec!["version: this number is too large"]),
            (
                json!({ "title": "pump", "version": 0 }),
                vec!["version: expected a whole number from 1 to 9223372036854775807"],
            ),
            (json!({ "title": "a\u{0}b" }), vec!["title: a NUL character is not allowed in text; remove it"]),
        ] {
            assert_eq!(faults(&schema, &value), told, "{value}");
        }
        let name = faults(&json!({}), &json!({ "a\u{0}b": "c\u{0}d" }));
        assert_eq!(
            name,
            [
                "a\u{fffd}b: a NUL character is not allowed in a name; remove it",
                "a\u{fffd}b: a NUL character is not allowed in text; remove it"
            ]
        );
        let typo = faults(&schema, &json!({ "title": "pump", "titel": 1 }));
        assert!(typo[0].starts_with("titel: there is no such field; known are "), "{typo:?}");
    }

    #[test]
    fn what_is_wrong_everywhere_is_told_a_few_times() {
        let schema = json!({ "type": "array", "items": { "type": "string" } });
        assert_eq!(faults(&schema, &json!(vec![1; 1_000])).len(), MOST_FAULTS);
    }
}
