//! JSON as strangers write it, read into values that every store and every reader of ours takes.
//!
//! Programs that cut texts leave half an emoji (`\ud83d`) at the end, which is JSON but no Unicode; Python writes `NaN` and
//! `Infinity`, which is no JSON; some put a byte order mark before all of it, or a bare line break or a NUL into a text; and
//! nothing bounds how deep lists and objects lie in each other. Nothing of it is a reason to refuse what a client will
//! not send again.

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{JsonMap, exact};

/// Levels of lists and objects that metadata keeps as such. Readers of JSON stop at 128, and a trace's state writes each
/// level as two.
const MOST_LEVELS: usize = 40;

/// Numbers that Python, C and JavaScript have and JSON lacks; they are read as texts of their own letters.
const NO_NUMBERS: [&str; 3] = ["-Infinity", "Infinity", "NaN"];

/// A body as text: without a byte order mark, each byte that is no UTF-8 as U+FFFD.
pub fn text_of(body: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body))
}

/// Reads JSON; half of a surrogate pair reads as U+FFFD, and what [`mended`] mends besides.
pub fn parse<T: DeserializeOwned>(text: &str) -> serde_json::Result<T> {
    serde_json::from_str(text).or_else(|fault| match mended(text) {
        Some(mended) => serde_json::from_str(&mended),
        None => Err(fault),
    })
}

/// [`parse`] with all digits of numbers, see [`exact`].
pub fn parse_exact(text: &str) -> serde_json::Result<Value> {
    parse(&exact::marked(text))
}

/// JSON text with `\ufffd` in the place of each half of a surrogate pair, with `"NaN"` and its like in the place of such
/// numbers, and with bare control characters escaped; `None` when there is none of it.
pub fn mended(text: &str) -> Option<String> {
    let (mut out, mut done, mut at) = (String::new(), 0, 0);
    let bytes = text.as_bytes();
    let mut in_string = false;
    while let Some(byte) = bytes.get(at) {
        let (taken, instead) = match byte {
            b'"' => {
                in_string = !in_string;
                (1, None)
            }
            b'\\' if in_string => escape(text.get(at..).unwrap_or_default()),
            0..0x20 if in_string => (1, Some(format!("\\u{byte:04x}"))),
            b'-' | b'I' | b'N' if !in_string => no_number(text.get(at..).unwrap_or_default()),
            _ => (1, None),
        };
        if let Some(instead) = instead {
            out.push_str(text.get(done..at).unwrap_or_default());
            out.push_str(&instead);
            done = at + taken;
        }
        at += taken;
    }
    if done == 0 {
        return None;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    Some(out)
}

/// How long an escape is, and what stands for it when it is half of a pair.
fn escape(text: &str) -> (usize, Option<String>) {
    let low = || text.get(6..).and_then(unit).is_some_and(|unit| (0xdc00..0xe000).contains(&unit));
    match unit(text) {
        Some(0xd800..0xdc00) if low() => (12, None),
        Some(0xd800..0xe000) => (6, Some("\\ufffd".to_owned())),
        // What is escaped may itself be a backslash or a quote.
        _ => (2, None),
    }
}

/// The UTF-16 unit of `\uXXXX` at the beginning.
fn unit(escape: &str) -> Option<u16> {
    u16::from_str_radix(escape.strip_prefix("\\u")?.get(..4)?, 16).ok()
}

fn no_number(text: &str) -> (usize, Option<String>) {
    let found = NO_NUMBERS.into_iter().find(|word| text.starts_with(word));
    found.map_or((1, None), |word| (word.len(), Some(format!("\"{word}\""))))
}

/// Metadata in which what lies deeper than 40 levels is its own JSON text.
pub fn bounded(mut map: JsonMap) -> JsonMap {
    map.values_mut().for_each(|value| bound(value, MOST_LEVELS - 1));
    map
}

fn bound(value: &mut Value, levels: usize) {
    match value {
        Value::Array(_) | Value::Object(_) if levels == 0 => *value = Value::String(exact::text(value)),
        Value::Array(list) => list.iter_mut().for_each(|inner| bound(inner, levels - 1)),
        Value::Object(map) => map.values_mut().for_each(|inner| bound(inner, levels - 1)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn half_an_emoji_reads_as_the_replacement_character() {
        for (text, wanted) in [
            (r#""cut \ud83d""#, "cut \u{fffd}"),
            (r#""\uDE00 cut""#, "\u{fffd} cut"),
            (r#""\ud83d\ude00 whole""#, "😀 whole"),
            (r#""\ud83d\ud83d\ude00\ude00""#, "\u{fffd}😀\u{fffd}"),
            (r#""\\ud83d is text, \ud83d is none""#, "\\ud83d is text, \u{fffd} is none"),
            ("\"a\nb\0c\"", "a\nb\0c"),
        ] {
            assert_eq!(parse::<String>(text).unwrap(), wanted, "{text}");
        }
        for bad in [r#""\ud83""#, r#""\"#, r#""\ud83d"#, "\"\\é\"", "{", "NaNa", "- Infinity"] {
            assert!(parse::<Value>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn numbers_that_json_lacks_read_as_texts() {
        let sent = r#"{"a":NaN,"b":[-Infinity,Infinity,-1],"NaN":"NaN, \"-Infinity\" and Infinity"}"#;
        let wanted = json!({"a": "NaN", "b": ["-Infinity", "Infinity", -1],
            "NaN": "NaN, \"-Infinity\" and Infinity"});
        assert_eq!(parse::<Value>(sent).unwrap(), wanted);
        assert_eq!(mended(r#"{"a":-1,"I":null}"#), None);
    }

    #[test]
    fn bodies_are_text_whatever_their_bytes() {
        assert_eq!(text_of(b"\xef\xbb\xbf{}"), "{}");
        assert_eq!(text_of(b"\"a\xff\""), "\"a\u{fffd}\"");
    }

    #[test]
    fn what_lies_too_deep_is_kept_as_text() {
        let deep = |levels: usize| format!("{}1{}", "{\"k\":".repeat(levels), "}".repeat(levels));
        let read = |levels| bounded(parse(&deep(levels)).unwrap());
        assert_eq!(Value::Object(read(MOST_LEVELS)).to_string(), deep(MOST_LEVELS));
        let pointer = "/k".repeat(MOST_LEVELS);
        assert_eq!(Value::Object(read(100)).pointer(&pointer), Some(&json!(deep(100 - MOST_LEVELS))));
    }

    proptest! {
        #[test]
        fn any_units_of_utf_16_read_as_javascript_would_show_them(units in prop::collection::vec(
            prop_oneof![0xd7f0_u16..0xe010, Just(0x5c), Just(0x22), 0x61_u16..0x7a], 0..12)) {
            let text: Vec<String> = units.iter().map(|unit| format!("\\u{unit:04x}")).collect();
            prop_assert_eq!(parse::<String>(&format!("\"{}\"", text.concat())).unwrap(), String::from_utf16_lossy(&units));
        }

        #[test]
        fn what_is_json_is_never_mended(text in "[\\PC\n]{0,40}", number in any::<f64>()) {
            prop_assert_eq!(mended(&json!({ text: [number, -1] }).to_string()), None);
        }

        #[test]
        fn any_text_is_looked_through(text in "\\PC{0,40}") {
            let _ = mended(&text);
        }
    }
}
