//! Numbers with all their digits, in values that hold no more than 64 bits.
//!
//! JSON bounds no number; a value of ours holds what fits into an integer or a double. A number that would lose digits
//! (`12345678901234567890123`, `1.10`, `1e400`) is read as a text that begins with a mark, and written as the number it was.
//! The mark is a code point that Unicode keeps for such use inside programs; a text of a client that begins with it gets one
//! more.

use std::borrow::Cow;

use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::JsonMap;

const MARK: char = '\u{fdd0}';
/// Numbers of so few bytes are integers that fit, unless they hold a point or an exponent.
const SURELY_FITS: usize = 18;

/// JSON text whose numbers all survive being read into a value.
pub fn marked(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let (mut out, mut done, mut at) = (String::new(), 0, 0);
    while let Some(byte) = bytes.get(at) {
        let start = at;
        match byte {
            b'"' => {
                at = string_end(bytes, at);
                let inside = text.get(start + 1..at).unwrap_or_default();
                if inside.starts_with(MARK)
                    || inside.get(..6).is_some_and(|s| s.eq_ignore_ascii_case("\\ufdd0"))
                {
                    out.push_str(text.get(done..=start).unwrap_or_default());
                    out.push(MARK);
                    done = start + 1;
                }
            }
            b'-' | b'0'..=b'9' => {
                at = number_end(bytes, at);
                let number = text.get(start..at).unwrap_or_default();
                if !survives(number) {
                    out.push_str(text.get(done..start).unwrap_or_default());
                    out.extend(['"', MARK]);
                    out.push_str(number);
                    out.push('"');
                    done = at;
                }
            }
            _ => at += 1,
        }
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(text.get(done..).unwrap_or_default());
    Cow::Owned(out)
}

/// Whether a value holds the number with every digit as it was written.
fn survives(number: &str) -> bool {
    if number.len() <= SURELY_FITS && number.bytes().all(|byte| byte.is_ascii_digit()) {
        return true;
    }
    let written = serde_json::from_str::<Value>(number).map(|value| value.to_string());
    written.is_ok_and(|written| written == number)
}

fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn number_end(bytes: &[u8], start: usize) -> usize {
    let inside = |byte: &&u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E');
    start + bytes.get(start..).unwrap_or_default().iter().take_while(inside).count()
}

/// What a text of a value stands for.
enum Meant<'a> {
    Text(&'a str),
    Number(Box<RawValue>),
}

fn meant(text: &str) -> Meant<'_> {
    let Some(rest) = text.strip_prefix(MARK) else { return Meant::Text(text) };
    if rest.starts_with(MARK) {
        return Meant::Text(rest);
    }
    let is_number = rest.starts_with(|c: char| c == '-' || c.is_ascii_digit());
    match RawValue::from_string(rest.to_owned()) {
        Ok(number) if is_number => Meant::Number(number),
        _ => Meant::Text(text),
    }
}

/// A value that is written with the numbers that were sent.
pub struct Exact<'a>(pub &'a Value);

impl Serialize for Exact<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::String(text) => match meant(text) {
                Meant::Text(text) => serializer.serialize_str(text),
                Meant::Number(number) => number.serialize(serializer),
            },
            Value::Array(list) => {
                let mut all = serializer.serialize_seq(Some(list.len()))?;
                list.iter().try_for_each(|value| all.serialize_element(&Exact(value)))?;
                all.end()
            }
            Value::Object(object) => map(object, serializer),
            other => other.serialize(serializer),
        }
    }
}

/// Writes an object with the numbers that were sent.
pub fn map<S: Serializer>(object: &JsonMap, serializer: S) -> Result<S::Ok, S::Error> {
    let mut all = serializer.serialize_map(Some(object.len()))?;
    object.iter().try_for_each(|(key, value)| all.serialize_entry(key, &Exact(value)))?;
    all.end()
}

/// A value as text: a string as it is, a number with the digits that were sent, all else as JSON.
pub fn text(value: &Value) -> String {
    match value {
        Value::String(text) => match meant(text) {
            Meant::Text(text) => text.to_owned(),
            Meant::Number(number) => number.get().to_owned(),
        },
        other => serde_json::to_string(&Exact(other)).unwrap_or_else(|_| other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn round(text: &str) -> String {
        let value: Value = serde_json::from_str(&marked(text)).unwrap();
        serde_json::to_string(&Exact(&value)).unwrap()
    }

    #[test]
    fn numbers_come_out_as_they_went_in() {
        for sent in [
            "0",
            "-0",
            "1.10",
            "1e400",
            "-1E+5",
            "0.1",
            "18446744073709551615",
            "18446744073709551616",
            "123456789012345678901234567890",
            "3.141592653589793238462643383279",
            r#"{"a":[1.10,"1.10",null,true,{"b":-0.0}],"1e400":1e400,"t":"90210"}"#,
            "[\"\u{fdd0}\",\"\u{fdd0}5\",\"\u{fdd0}\u{fdd0}\",\"a\u{fdd0}\"]",
            r#"{"a\"":"\\","b":1.0}"#,
        ] {
            assert_eq!(round(sent), sent);
        }
        assert_eq!(round(r#"["\ufdd05"]"#), "[\"\u{fdd0}5\"]");
        for plain in ["{\"a\":1,\"b\":[true,\"1.10\",0.5]}", "\"1e400\""] {
            assert!(matches!(marked(plain), Cow::Borrowed(_)), "{plain}");
        }
    }

    #[test]
    fn texts_of_values_show_no_mark() {
        let value: Value = serde_json::from_str(&marked(r#"{"a":1e400,"l":[1.10]}"#)).unwrap();
        assert_eq!((text(&value["a"]), text(&value["l"])), ("1e400".to_owned(), "[1.10]".to_owned()));
        assert_eq!(text(&Value::String("x".to_owned())), "x");
    }

    proptest! {
        #[test]
        fn any_value_survives(digits in "-?(0|[1-9][0-9]{0,40})(\\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?", words in "\\PC{0,8}|\u{fdd0}{0,3}[0-9]{0,2}") {
            let sent = format!("{{\"n\":{digits},\"t\":{}}}", Value::String(words));
            prop_assert_eq!(round(&sent), sent);
        }
    }
}
