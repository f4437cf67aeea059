//! JSON as strangers write it, read into values that every store and every reader of ours takes.
//!
//! Programs that cut texts leave half an emoji (`\ud83d`) at the end, which is JSON but no Unicode; and nothing bounds
//! how deep lists and objects lie in each other. Neither is a reason to refuse what a client will not send again.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::JsonMap;

/// Levels of lists and objects that metadata keeps as such. Readers of JSON stop at 128, and a trace's state writes each
/// level as two.
const MOST_LEVELS: usize = 40;

/// Reads JSON; half of a surrogate pair reads as U+FFFD.
pub fn parse<T: DeserializeOwned>(text: &str) -> serde_json::Result<T> {
    serde_json::from_str(text).or_else(|fault| match mended(text) {
        Some(mended) => serde_json::from_str(&mended),
        None => Err(fault),
    })
}

/// JSON text with `\ufffd` in the place of each half of a surrogate pair; `None` when there is none.
pub fn mended(text: &str) -> Option<String> {
    let (mut out, mut rest, mut found) = (String::with_capacity(text.len()), text, false);
    while let Some(at) = rest.find('\\') {
        let escape = rest.get(at..).unwrap_or_default();
        let low = || escape.get(6..).and_then(unit).is_some_and(|unit| (0xdc00..0xe000).contains(&unit));
        let (kept, taken) = match unit(escape) {
            Some(0xd800..0xdc00) if low() => (None, 12),
            Some(0xd800..0xe000) => (Some("\\ufffd"), 6),
            // What is escaped may itself be a backslash.
            _ => (None, 1 + escape.chars().nth(1).map_or(0, char::len_utf8)),
        };
        found |= kept.is_some();
        out.push_str(rest.get(..at).unwrap_or_default());
        out.push_str(kept.unwrap_or_else(|| escape.get(..taken).unwrap_or_default()));
        rest = escape.get(taken..).unwrap_or_default();
    }
    out.push_str(rest);
    found.then_some(out)
}

/// The UTF-16 unit of `\uXXXX` at the beginning.
fn unit(escape: &str) -> Option<u16> {
    u16::from_str_radix(escape.strip_prefix("\\u")?.get(..4)?, 16).ok()
}

/// Metadata in which what lies deeper than 40 levels is its own JSON text.
pub fn bounded(mut map: JsonMap) -> JsonMap {
    map.values_mut().for_each(|value| bound(value, MOST_LEVELS - 1));
    map
}

fn bound(value: &mut Value, levels: usize) {
    match value {
        Value::Array(_) | Value::Object(_) if levels == 0 => *value = Value::String(value.to_string()),
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
        ] {
            assert_eq!(parse::<String>(text).unwrap(), wanted, "{text}");
        }
        for bad in [r#""\ud83""#, r#""\"#, r#""\ud83d"#, "\"\\é\"", "{"] {
            assert!(parse::<Value>(bad).is_err(), "{bad}");
        }
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
    }
}
