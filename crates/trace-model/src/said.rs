//! What a client said in a field that may be missing: understood as far as it can be, else left out and noted.
//!
//! A client does not send again what was refused, so one odd value must cost itself and not its event. The record keeps
//! every field as it came.

use serde_json::value::RawValue;

use crate::fields::Reader;
use crate::ids::id_fault;
use crate::times::{is_unset, read_epoch, read_time};
use crate::{decimal, json};

const NO_TIME: &str = "is no date and time; send ISO 8601 with an offset, like 2026-02-01T12:16:00Z";

impl Reader<'_, '_> {
    /// Notes what became of one field.
    pub fn note(&mut self, name: &str, message: impl Into<String>) {
        self.notes.add(format!("{}{name}", self.prefix), message);
    }

    /// A text; what is none, as its JSON text: `7` is the text 7.
    pub fn said_text(&self, name: &str) -> Option<String> {
        let raw = self.raw(name)?;
        Some(text_of(raw))
    }

    /// [`Reader::said_text`], where an empty one says nothing.
    pub fn said_word(&self, name: &str) -> Option<String> {
        self.said_text(name).filter(|text| !text.is_empty())
    }

    /// A text of at most `max` characters; what is longer is cut.
    pub fn said_short_text(&mut self, name: &str, max: usize) -> Option<String> {
        let text = self.said_text(name)?;
        let Some((end, _)) = text.char_indices().nth(max) else { return Some(text) };
        self.note(name, format!("has more than {max} characters: it was cut there"));
        text.get(..end).map(str::to_owned)
    }

    /// The id by which the thing itself is known: one that cannot be taken refuses it. An empty one is none.
    pub fn own_id(&mut self, name: &str) -> Option<String> {
        let id = self.said_word(name)?;
        if let Some(fault) = id_fault(&id) {
            self.fault(name, fault);
            return None;
        }
        if self.raw(name).is_some_and(|raw| raw.starts_with(['{', '['])) {
            self.fault(name, "must be a string");
            return None;
        }
        Some(id)
    }

    /// The id of something else: an empty one is none, one that cannot be taken is left out.
    pub fn said_id(&mut self, name: &str) -> Option<String> {
        let id = self.said_word(name)?;
        if let Some(fault) = id_fault(&id) {
            self.note(name, format!("{fault}: it was left out"));
            return None;
        }
        Some(id)
    }

    /// A time in any form, as UTC nanoseconds. One that nobody set is none.
    pub fn said_time(&mut self, name: &str) -> Option<i64> {
        let raw = self.raw(name)?;
        let time = if raw.starts_with('"') { read_time(&text_of(raw)) } else { read_epoch(raw) };
        if time.is_none() && self.said_word(name).is_some() {
            self.note(name, format!("{NO_TIME}: it was left out"));
        }
        time.filter(|ns| !is_unset(*ns))
    }

    /// The time by which the thing itself is ordered: one that cannot be read refuses it.
    pub fn own_time(&mut self, name: &str) -> Option<i64> {
        let noted = self.notes.0.len();
        let time = self.said_time(name);
        self.notes.0.truncate(noted);
        if time.is_none() && self.raw(name).is_some() {
            self.fault(name, "must be a date and time of ISO 8601 with an offset, like 2026-02-01T12:16:00Z");
        }
        time
    }

    /// A truth value, also as 0 or 1 or in a text.
    pub fn said_flag(&mut self, name: &str) -> Option<bool> {
        let text = self.said_word(name)?;
        match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => {
                self.note(name, "is neither true nor false: it was left out");
                None
            }
        }
    }

    /// A whole number, also as `3.0` or in a text.
    pub fn said_integer(&mut self, name: &str) -> Option<i64> {
        let text = self.said_word(name)?;
        let number = decimal::whole(&text);
        if number.is_none() {
            self.note(name, "is no whole number: it was left out");
        }
        number
    }

    /// A list of texts. What is no text is taken as its JSON text, and what is no list as a list of itself.
    pub fn said_texts(&mut self, name: &str) -> Vec<String> {
        let Some(raw) = self.raw(name) else { return Vec::new() };
        if raw.starts_with('{') {
            self.note(name, "is no list of strings: it was left out");
            return Vec::new();
        }
        list_of(raw).unwrap_or_else(|| {
            let text = text_of(raw);
            list_of(&text).unwrap_or_else(|| Some(text).filter(|text| !text.is_empty()).into_iter().collect())
        })
    }
}

/// The entries of a JSON list as texts, numbers with the digits that were sent.
fn list_of(text: &str) -> Option<Vec<String>> {
    let list: Vec<&RawValue> = serde_json::from_str(text).ok()?;
    Some(list.into_iter().map(RawValue::get).filter(|raw| *raw != "null").map(text_of).collect())
}

fn text_of(raw: &str) -> String {
    json::parse(raw).unwrap_or_else(|_| raw.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::Fields;

    #[test]
    fn odd_values_are_understood_where_they_can_be() {
        let text = r#"{"n": 7, "e": "", "o": {"a": 1}, "long": 12345678901234567890123, "yes": "True", "one": 1,
            "three": "3", "four": 4.0, "tag": "a", "tags": ["a", 1.50, null, true, ["x"]], "packed": "[\"a\",\"b\"]",
            "ms": 1769948160000, "zero": "1970-01-01T00:00:00Z", "none": ""}"#;
        let fields = Fields::read(text).unwrap();
        let mut r = Reader::new(&fields, "");
        assert_eq!(r.said_text("n").as_deref(), Some("7"));
        assert_eq!(r.said_id("long").as_deref(), Some("12345678901234567890123"));
        assert_eq!((r.said_text("e").as_deref(), r.said_word("e"), r.said_id("e")), (Some(""), None, None));
        assert_eq!(r.said_text("o").as_deref(), Some(r#"{"a": 1}"#));
        assert_eq!((r.said_flag("yes"), r.said_flag("one")), (Some(true), Some(true)));
        assert_eq!((r.said_integer("three"), r.said_integer("four")), (Some(3), Some(4)));
        assert_eq!(r.said_texts("tag"), ["a"]);
        assert_eq!(r.said_texts("tags"), ["a", "1.50", "true", "[\"x\"]"]);
        assert_eq!(r.said_texts("packed"), ["a", "b"]);
        assert_eq!(r.said_time("ms"), Some(1_769_948_160_000_000_000));
        assert_eq!((r.said_time("zero"), r.said_time("none")), (None, None));
        assert_eq!((r.faults.0.len(), r.notes.0.len()), (0, 0));
    }

    #[test]
    fn what_cannot_be_understood_is_noted_and_only_an_own_field_refuses() {
        let long = "x".repeat(801);
        let text = format!(
            r#"{{"id": "{long}", "t": "noon", "five": 5, "f": "maybe", "i": 1.5, "tags": {{}}, "o": {{}}, "nul": "a\u0000"}}"#
        );
        let fields = Fields::read(&text).unwrap();
        let mut r = Reader::new(&fields, "body.");
        assert_eq!((r.said_id("id"), r.said_id("nul")), (None, None));
        assert_eq!((r.said_time("t"), r.said_time("five")), (None, None));
        assert_eq!((r.said_flag("f"), r.said_integer("i")), (None, None));
        assert!(r.said_texts("tags").is_empty());
        assert_eq!(r.said_short_text("id", 3).as_deref(), Some("xxx"));
        let paths: Vec<_> = r.notes.0.iter().map(|note| note.path.as_str()).collect();
        let wanted =
            ["body.id", "body.nul", "body.t", "body.five", "body.f", "body.i", "body.tags", "body.id"];
        assert_eq!(paths, wanted);
        assert!(r.faults.0.is_empty());
        assert_eq!((r.own_id("id"), r.own_id("o"), r.own_time("t")), (None, None, None));
        assert_eq!(r.faults.0.len(), 3);
    }
}
